import {
  POLICY_DATA,
  type Condition,
  type CustomPolicyData,
  type PolicyData,
  type Quota,
  type TimeUnit,
} from '../hub/data.js'

/** Levels of throttling policies that have a limit of their own; custom ones are apart. */
export type PolicyKind = PolicyData['kind']
export const POLICY_KINDS: readonly PolicyKind[] = POLICY_DATA.shape.kind.options

/** A limit as the REST APIs and the columns QUOTA... have it: the amount of a bandwidth is in its unit. */
export interface Limit extends Omit<Quota, 'count'> {
  readonly amount: number
  readonly unit: DataUnit | null
}

export const DATA_UNITS = ['KB', 'MB', 'GB'] as const
export type DataUnit = (typeof DATA_UNITS)[number]

/** Milliseconds; months and years as Siddhi's Expression.Time has them. */
export const UNIT_LENGTHS: Readonly<Record<TimeUnit, number>> = {
  sec: 1_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
}

/** What someone says of a policy. */
export interface PolicyInput {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly limit: Limit
  /** Advanced policies; of others nobody asks for them. */
  readonly conditionGroups: readonly Omit<ConditionGroup, 'id'>[]
  /** Subscription policies; nobody asks for them of others. */
  readonly rateLimitCount: number
  readonly rateLimitTimeUnit: TimeUnit | null
  readonly stopOnQuotaReach: boolean
  readonly billingPlan: string
  /** How deep queries of GraphQL APIs may be; 0: as they like. */
  readonly graphQLMaxDepth: number
}

/** Calls that all conditions of a group are true of have the group's limit instead of the policy's own. */
export interface ConditionGroup {
  readonly id: number
  readonly description: string
  readonly limit: Limit
  readonly conditions: readonly Condition[]
}

export interface Policy extends PolicyInput {
  readonly conditionGroups: readonly ConditionGroup[]
  readonly kind: PolicyKind
  readonly id: number
  readonly uuid: string
  readonly tenantId: number
  /** Whether every traffic manager has it. */
  readonly deployed: boolean
}

export interface CustomPolicyInput {
  readonly name: string
  readonly description: string
  readonly keyTemplate: string
  readonly siddhiQuery: string
}

export interface CustomPolicy extends CustomPolicyInput {
  readonly id: number
  readonly uuid: string
  readonly tenantId: number
  readonly deployed: boolean
}

/** The amount that stands for no limit: APIUtil.addDefaultSuperTenantAdvancedThrottlePolicies of carbon-apimgt v6.7.206; columns take no more. */
export const UNLIMITED = 2147483647

const BYTES: Readonly<Record<DataUnit, number>> = {KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3}

const quotaOf = ({type, amount, unit, unitTime, timeUnit}: Limit): Quota => ({
  type,
  count: amount >= UNLIMITED ? -1 : amount * (unit ? BYTES[unit] : 1),
  unitTime,
  timeUnit,
})

/** A policy as nodes tell it to one another. */
export function toPolicyData(policy: Policy, tenantDomain: string): PolicyData {
  const {id, name, kind, limit, rateLimitCount, rateLimitTimeUnit, stopOnQuotaReach} = policy
  const common = {id, name, tenantDomain, kind, quota: quotaOf(limit)}
  // Policies made by the REST API count for the whole API: AdvancedThrottlePolicyMappingUtil of carbon-apimgt v6.7.206.
  if (kind === 'API') {
    const conditionGroups = policy.conditionGroups.map(it => ({
      conditionGroupId: it.id,
      quota: quotaOf(it.limit),
      condition: it.conditions,
    }))
    return {...common, applicableLevel: 'apiLevel', ...(conditionGroups.length > 0 && {conditionGroups})}
  }
  if (kind === 'APPLICATION') return common
  const rateLimit =
    rateLimitCount > 0 && rateLimitTimeUnit ? {rateLimit: {count: rateLimitCount, timeUnit: rateLimitTimeUnit}} : {}
  const {graphQLMaxDepth} = policy
  return {...common, ...rateLimit, stopOnQuotaReach, ...(graphQLMaxDepth > 0 && {graphQLMaxDepth})}
}

const UNIT = '(sec|min|hour|day|week|month|year)(?:ond|ute)?s?'
const WINDOW = new RegExp(`timeBatch\\s*\\(\\s*(\\d{1,9})\\s+${UNIT}\\b`, 'i')
const COUNT = /count\s*\([^)]*\)\s*(>=?)\s*(\d{1,9})\b/i

/**
 * The limit in a custom policy's query, or undefined where there is none: its window (`timeBatch(1 min)`) and its bound
 * (`count(userId) >= 10`). All else of a query is the product's; mini counts every value of the key template.
 */
export function quotaOfQuery(query: string): Quota | undefined {
  const window = WINDOW.exec(query)
  const count = COUNT.exec(query)
  if (!window || !count) return undefined
  const bound = Number(count[2]) + (count[1] === '>' ? 1 : 0)
  const timeUnit = String(window[2]).toLowerCase() as TimeUnit
  return {type: 'requestCount', count: bound, unitTime: Number(window[1]), timeUnit}
}

/** A custom policy as nodes tell it to one another, or undefined where its query has no limit that mini can read. */
export function toCustomPolicyData({id, name, keyTemplate, siddhiQuery}: CustomPolicy): CustomPolicyData | undefined {
  const quota = quotaOfQuery(siddhiQuery)
  return quota && {id, name, keyTemplate, quota}
}
