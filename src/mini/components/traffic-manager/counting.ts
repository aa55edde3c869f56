import {UNLIMITED_TIER, type CustomPolicyData, type PolicyData, type Quota} from '../../hub/data.js'
import type {ThrottleDecision, ThrottleRequest} from '../../hub/events.js'
import {conditionKey} from '../../hub/condition-key.js'
import {fillKeyTemplate} from '../../hub/key-template.js'
import {UNIT_LENGTHS} from '../../policies/policy.js'

/** Keys that are counted at a time; above it the oldest are given up, so that memory has a bound. */
const LIMIT = 50_000
/** After what time a decision is said again if the key is still called: a gateway may have missed it. */
const REPEAT_MS = 1_000

/** A policy's limit, and where its windows begin. */
interface Plan {
  /** Tells it from all other plans. */
  readonly id: string
  readonly quota: Quota
  /**
   * Templates of carbon-apimgt v6.7.206 (policy_templates) count with `timeBatch(n unit, 0)`: windows begin at multiples of their length
   * since 1970. A custom policy's begins with its key's first call.
   */
  readonly aligned: boolean
}

interface Window {
  readonly plan: Plan
  readonly throttleKey: string
  /** Milliseconds since 1970. */
  readonly end: number
  used: number
  throttled: boolean
  /** When the decision was said last. */
  said: number
}

/** Counts calls by policies. Time is given by the caller and only goes forwards; what is returned has to be told to the gateways. */
interface Counting {
  /** Takes the policies that are in force now. What was counted by others is forgotten. */
  setPolicies(policies: readonly PolicyData[], custom: readonly CustomPolicyData[]): readonly ThrottleDecision[]
  count(call: ThrottleRequest, now: number): readonly ThrottleDecision[]
  /** Ends the windows whose time has come. */
  expire(now: number): readonly ThrottleDecision[]
  /** When the next window ends, or undefined. */
  nextEnd(): number | undefined
  /** How many keys are being counted. */
  size(): number
}

const idOf = (kind: PolicyData['kind'] | 'GLOBAL', tenant: string, name: string) => `${kind}\n${tenant}\n${name}`

function endOf({quota, aligned}: Plan, now: number): number {
  const length = quota.unitTime * UNIT_LENGTHS[quota.timeUnit]
  return now + length - (aligned ? now % length : 0)
}

const decision = ({throttleKey, end, throttled}: Window): ThrottleDecision => ({
  throttleKey,
  isThrottled: throttled,
  expiryTimeStamp: end,
})

/** A policy's plans: its own, unless it has no limit, and those of its groups of conditions by their ids. */
interface Policy {
  readonly own: Plan | undefined
  readonly perUser: boolean
  readonly groups: ReadonlyMap<number, Plan>
}

function policyOf({kind, tenantDomain, name, quota, applicableLevel, conditionGroups = []}: PolicyData): Policy {
  const id = idOf(kind, tenantDomain, name)
  const groups = conditionGroups.flatMap(({conditionGroupId, quota: its}): (readonly [number, Plan])[] =>
    its.count < 0 ? [] : [[conditionGroupId, {id: `${id}\n${conditionGroupId}`, quota: its, aligned: true}]],
  )
  return {
    own: quota.count < 0 ? undefined : {id, quota, aligned: true},
    perUser: applicableLevel === 'userLevel',
    groups: new Map(groups),
  }
}

/** Whether calls have to be counted: `stopOnQuotaReach: false` means that reaching the limit stops nobody. */
const limits = ({stopOnQuotaReach}: PolicyData): boolean => stopOnQuotaReach !== false

export function makeCounting(limit = LIMIT): Counting {
  let policies = new Map<string, Policy>()
  let templates: readonly {readonly plan: Plan; readonly template: string}[] = []
  /** By plan and key, the oldest first. */
  const windows = new Map<string, Window>()
  let next: number | undefined

  const forget = (id: string, window: Window): readonly ThrottleDecision[] => {
    windows.delete(id)
    if (!window.throttled) return []
    return [{...decision(window), isThrottled: false}]
  }
  const open = (id: string, plan: Plan, throttleKey: string, now: number): Window => {
    const end = endOf(plan, now)
    const window = {plan, throttleKey, end, used: 0, throttled: false, said: 0}
    windows.set(id, window)
    next = Math.min(next ?? end, end)
    return window
  }

  const add = (plan: Plan, throttleKey: string, bytes: number, now: number): readonly ThrottleDecision[] => {
    const id = `${plan.id}\n${throttleKey}`
    const known = windows.get(id)
    const current = known && known.end > now ? known : undefined
    const over = known && !current ? forget(id, known) : []
    const window = current ?? open(id, plan, throttleKey, now)
    window.used += plan.quota.type === 'requestCount' ? 1 : bytes
    const [oldest] = windows
    const given = windows.size > limit && oldest ? forget(...oldest) : []
    if (window.used < plan.quota.count || (window.throttled && now - window.said < REPEAT_MS))
      return [...over, ...given]
    window.throttled = true
    window.said = now
    return [...over, ...given, decision(window)]
  }

  /** The plans that a call counts for, with its key for each. As in the product, an API's policy stands for those of its resources. */
  const keysOf = (call: ThrottleRequest): readonly (readonly [Plan, string])[] => {
    const {apiTenant, appTenant} = call
    const ofApi = call.apiTier !== '' && call.apiTier !== UNLIMITED_TIER
    const policy = policies.get(idOf('API', apiTenant, ofApi ? call.apiTier : call.resourceTier))
    const resourceKey = ofApi ? call.apiKey : call.resourceKey
    const subscription = policies.get(idOf('SUBSCRIPTION', apiTenant, call.subscriptionTier))?.own
    const application = policies.get(idOf('APPLICATION', appTenant, call.appTier))?.own
    const found: (readonly [Plan, string])[] = []
    if (policy) {
      const key = policy.perUser ? `${resourceKey}_${call.userId}` : resourceKey
      const {conditionGroups: its = []} = call
      for (const id of its) {
        const plan = policy.groups.get(id)
        if (plan) found.push([plan, conditionKey(key, id)])
      }
      // The policy's own limit is for calls of which no group is true (throttle_policy_template_resource_default.xml).
      if (its.length === 0 && policy.own) {
        found.push([policy.own, policy.groups.size > 0 ? conditionKey(key) : key])
      }
    }
    if (subscription) found.push([subscription, call.subscriptionKey])
    if (application) found.push([application, call.appKey])
    for (const {plan, template} of templates) found.push([plan, fillKeyTemplate(template, call)])
    return found
  }

  return {
    setPolicies: (given, custom) => {
      policies = new Map(
        given.filter(limits).map(it => [idOf(it.kind, it.tenantDomain, it.name), policyOf(it)] as const),
      )
      templates = custom
        .filter(({quota}) => quota.count >= 0)
        .map(({name, keyTemplate, quota}) => {
          // With another template a policy is another one.
          const plan = {id: `${idOf('GLOBAL', '', name)}\n${keyTemplate}`, quota, aligned: false}
          return {plan, template: keyTemplate}
        })
      const all = [...policies.values()].flatMap(({own, groups}) => [...(own ? [own] : []), ...groups.values()])
      const inForce = new Map([...all, ...templates.map(({plan}) => plan)].map(it => [it.id, it]))
      return [...windows].flatMap(([id, window]) => {
        const now = inForce.get(window.plan.id)
        const same = now !== undefined && JSON.stringify(now) === JSON.stringify(window.plan)
        return same ? [] : forget(id, window)
      })
    },
    count: (call, now) => keysOf(call).flatMap(([plan, key]) => add(plan, key, call.bytes, now)),
    expire: now => {
      if (next === undefined || next > now) return []
      next = undefined
      return [...windows].flatMap(([id, window]) => {
        if (window.end <= now) return forget(id, window)
        next = Math.min(next ?? window.end, window.end)
        return []
      })
    },
    nextEnd: () => next,
    size: () => windows.size,
  }
}
