import {createHash} from 'node:crypto'
import {join} from 'node:path'
import type {z} from 'zod'
import type {CustomPolicyData, PolicyData} from '../../hub/data.js'
import {POLICY_PLAN} from '../../hub/deployment.js'
import {jsonFolder} from '../../json-folder.js'
import type {Log} from '../../log.js'

/** What a policy that is counted by looks like on disk: the operation that brought it. */
export type Plan = z.infer<typeof POLICY_PLAN>

/** What tells one policy from all others. Custom policies belong to no tenant. */
export const planKey = (kind: PolicyData['kind'] | 'GLOBAL', tenant: string, policy: string): string =>
  createHash('sha256')
    .update(JSON.stringify(kind === 'GLOBAL' ? [kind, policy] : [kind, tenant, policy]))
    .digest('hex')

export const keyOfPlan = (plan: Plan): string =>
  plan.operation === 'deploy'
    ? planKey(plan.policy.kind, plan.policy.tenantDomain, plan.policy.name)
    : planKey('GLOBAL', '', plan.policy.name)

export const toPlans = (policies: readonly PolicyData[], custom: readonly CustomPolicyData[]): readonly Plan[] => [
  ...policies.map(policy => ({operation: 'deploy', policy}) as const),
  ...custom.map(policy => ({operation: 'deploy-custom', policy}) as const),
]

/** Where the product's traffic manager keeps its policies. */
const FOLDER = 'repository/deployment/server/executionplans'

/** The policies as files of this node, one each, named by a hash: it counts on after a restart with the database away. */
export const planFiles = (home: string, log: Log) =>
  jsonFolder(join(home, FOLDER), POLICY_PLAN, (file, why) =>
    log('WARN', 'EventProcessor', `${file} is left out: ${why}`),
  )
