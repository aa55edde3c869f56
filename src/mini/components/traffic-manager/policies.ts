import type {Pool} from 'mysql2/promise'
import {reasonOf} from '../../failure.js'
import type {CustomPolicyData, PolicyData} from '../../hub/data.js'
import type {PolicyOperation} from '../../hub/deployment.js'
import type {Log} from '../../log.js'
import {listCustomPolicies} from '../../policies/custom-policy-store.js'
import {POLICY_KINDS, toCustomPolicyData, toPolicyData} from '../../policies/policy.js'
import {listPolicies} from '../../policies/policy-store.js'
import {domainsOf} from '../../users/users.js'
import {keyOfPlan, planFiles, planKey, toPlans, type Plan} from './plans.js'

/** The time between two readings; a change is told by an event, so this is for what got lost. */
const READ_EVERY_MS = 60_000
const RETRY_MS = 500

/** All policies of a level and of a tenant, or of all, as nodes tell them to one another. */
export async function readPolicies(
  apim: Pool,
  shared: Pool,
  kind: PolicyData['kind'],
  tenantId?: number,
): Promise<readonly PolicyData[]> {
  const domains = await domainsOf(shared)
  return (await listPolicies(apim, kind, tenantId)).flatMap(policy => {
    const domain = domains.get(policy.tenantId)
    return domain === undefined ? [] : [toPolicyData(policy, domain)]
  })
}

/** The policies that calls are counted by: from files at once, then as they are read, then as they are pushed. */
export interface Policies {
  /** Whether there were any: from files, or read. */
  ready(): boolean
  apply(operation: PolicyOperation): void
  /** Reads them soon. */
  refresh(): void
  close(): void
}

/** Reads the policies of all levels and tenants out of the database. */
export const databasePolicies = (apim: Pool, shared: Pool) => async (): Promise<readonly Plan[]> => {
  const policies: PolicyData[] = []
  for (const kind of POLICY_KINDS) policies.push(...(await readPolicies(apim, shared, kind)))
  return toPlans(policies, await readCustomPolicies(apim))
}

/** The custom policies whose key template can be counted by. */
export const readCustomPolicies = async (apim: Pool): Promise<readonly CustomPolicyData[]> =>
  (await listCustomPolicies(apim)).flatMap(it => toCustomPolicyData(it) ?? [])

interface PoliciesOptions {
  readonly home: string
  /** All that there are now. */
  readonly read: () => Promise<readonly Plan[]>
  readonly log: Log
  readonly onChange: (policies: readonly PolicyData[], custom: readonly CustomPolicyData[]) => void
}

export function keepPolicies({home, read, log, onChange}: PoliciesOptions): Policies {
  const files = planFiles(home, log)
  const plans = new Map<string, Plan>()
  let changes = 0
  let ready = false
  let closed = false
  let failing = false
  let timer: NodeJS.Timeout | undefined

  const tell = () => {
    const all = [...plans.values()]
    ready = true
    onChange(
      all.flatMap(it => (it.operation === 'deploy' ? [it.policy] : [])),
      all.flatMap(it => (it.operation === 'deploy-custom' ? [it.policy] : [])),
    )
  }
  const put = (plan: Plan): boolean => {
    const key = keyOfPlan(plan)
    if (JSON.stringify(plans.get(key)) === JSON.stringify(plan)) return false
    files.save(key, plan)
    plans.set(key, plan)
    return true
  }
  const drop = (key: string): boolean => {
    files.remove(key)
    return plans.delete(key)
  }

  /** Makes the policies those that are read, unless one was pushed meanwhile: then what was read may be older. */
  const sync = async (): Promise<void> => {
    for (let before = -1; before !== changes;) {
      before = changes
      const found = await read()
      if (closed || before !== changes) continue
      const keys = new Set(found.map(keyOfPlan))
      const changed = [...found.map(put), ...[...plans.keys()].filter(key => !keys.has(key)).map(drop)].some(Boolean)
      if (changed || !ready) tell()
    }
  }
  const run = (wait: number) => {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => {
      sync().then(
        () => {
          failing = false
          run(READ_EVERY_MS)
        },
        (error: unknown) => {
          // Once, not at every try: it may last for hours.
          if (!failing && !closed) log('WARN', 'EventProcessor', `policies can't be read: ${reasonOf(error)}; retrying`)
          failing = true
          run(RETRY_MS)
        },
      )
    }, wait).unref()
  }

  for (const plan of files.load()) plans.set(keyOfPlan(plan), plan)
  if (plans.size > 0) tell()
  run(0)
  return {
    ready: () => ready,
    apply: operation => {
      changes++
      const changed =
        operation.operation === 'undeploy'
          ? drop(planKey(operation.kind, operation.tenantDomain, operation.name))
          : put(operation)
      if (changed) tell()
    },
    refresh: () => {
      changes++
      run(20)
    },
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
