import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {z} from 'zod'
import {reasonOf} from '../../failure.js'
import type {CustomPolicyData, PolicyData} from '../../hub/data.js'
import type {PolicyOperation} from '../../hub/deployment.js'
import type {Log} from '../../log.js'

const name = z.string().min(1).max(512)
const tenantDomain = z.string().min(1).max(255)
const timeUnit = z.enum(['sec', 'min', 'hour', 'day', 'week', 'month', 'year'])
const quota = z.object({
  type: z.enum(['requestCount', 'bandwidthVolume']),
  count: z.number(),
  unitTime: z.number().int().positive().max(1_000_000),
  timeUnit,
})
const POLICY = z.object({
  id: z.number(),
  name,
  tenantDomain,
  kind: z.enum(['API', 'APPLICATION', 'SUBSCRIPTION']),
  quota,
  applicableLevel: z.enum(['apiLevel', 'userLevel']).exactOptional(),
  rateLimit: z.object({count: z.number(), timeUnit}).exactOptional(),
  stopOnQuotaReach: z.boolean().exactOptional(),
})
const CUSTOM = z.object({id: z.number(), name, keyTemplate: z.string().min(1).max(512), quota})

/** What a policy that is counted by looks like on disk: the operation that brought it. */
export type Plan = Exclude<PolicyOperation, {operation: 'undeploy'}>
const PLAN = z.discriminatedUnion('operation', [
  z.object({operation: z.literal('deploy'), policy: POLICY}),
  z.object({operation: z.literal('deploy-custom'), policy: CUSTOM}),
]) satisfies z.ZodType<Plan>

/** Body of a POST to EventProcessorAdminService. */
export const POLICY_OPERATION: z.ZodType<PolicyOperation> = z.discriminatedUnion('operation', [
  ...PLAN.options,
  z.object({
    operation: z.literal('undeploy'),
    kind: z.enum(['API', 'APPLICATION', 'SUBSCRIPTION', 'GLOBAL']),
    name,
    tenantDomain,
  }),
])

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
export interface PlanFiles {
  load(): readonly Plan[]
  save(plan: Plan): void
  remove(key: string): void
}

export const planFiles = (home: string, log: Log): PlanFiles => {
  const folder = join(home, FOLDER)
  const fileOf = (key: string) => join(folder, `${key}.json`)
  mkdirSync(folder, {recursive: true})

  const read = (file: string): readonly Plan[] => {
    try {
      return [PLAN.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))]
    } catch (error) {
      log('WARN', 'EventProcessor', `${file} is left out: ${reasonOf(error).slice(0, 200)}`)
      return []
    }
  }
  return {
    load: () =>
      readdirSync(folder)
        .filter(it => it.endsWith('.json'))
        .flatMap(read),
    save: plan => {
      const file = fileOf(keyOfPlan(plan))
      // A rename is all or nothing: a crash leaves the old file or the new one.
      writeFileSync(`${file}.new`, JSON.stringify(plan))
      renameSync(`${file}.new`, file)
    },
    remove: key => rmSync(fileOf(key), {force: true}),
  }
}
