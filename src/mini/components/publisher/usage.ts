import {z} from 'zod'
import {startOf, type Range} from '../../analytics/ranges.js'
import type {Api} from '../../apis/api.js'
import {literal, type Analytics} from './analytics.js'

/** What was counted of calls. */
export interface Counts {
  /** Answered, by a backend or with a fault. */
  readonly calls: number
  /** Of these, with a status of 400 or more. */
  readonly errors: number
  readonly throttled: number
  /** Milliseconds that all calls took together. */
  readonly took: number
}

/** What an application and a user did with an API. */
export interface UsageRecord extends Counts {
  readonly api: Pick<Api, 'name' | 'version'>
  readonly application: string
  readonly owner: string
  readonly user: string
}

/** Records of one answer of the worker: those with the most calls. */
export const MOST_RECORDS = 10_000

const n = z.number()
const RECORDS = z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), n, n, n, n]))

/**
 * What the analytics worker has counted in a stretch of time of a tenant's APIs, or of one of them, the most calls first. Throws as `query`
 * does.
 */
export async function usageOf(
  analytics: Analytics,
  tenantDomain: string,
  range: Range,
  api?: Pick<Api, 'name' | 'version'>,
): Promise<readonly UsageRecord[]> {
  const now = Date.now()
  const one = api ? ` and apiName == ${literal(api.name)} and apiVersion == ${literal(api.version)}` : ''
  const keys = 'apiName, apiVersion, applicationName, applicationOwner, username'
  const query =
    `from MiniUsageAgg on apiCreatorTenantDomain == ${literal(tenantDomain)}${one} ` +
    `within ${startOf(range, now)}, ${now + 60_000} per '${range.duration.toLowerCase()}' ` +
    `select ${keys}, sum(callCount) as calls, sum(errorCount) as errors, sum(throttledCount) as throttled, ` +
    `sum(totalResponseTime) as took group by ${keys} order by calls desc limit ${MOST_RECORDS};`
  return RECORDS.parse(await analytics.query('MINI_USAGE_SUMMARY', query)).map(
    ([name, version, application, owner, user, calls, errors, throttled, took]) => ({
      ...{api: {name, version}, application, owner, user, calls, errors, throttled, took},
    }),
  )
}

const NOTHING: Counts = {calls: 0, errors: 0, throttled: 0, took: 0}

const sum = (a: Counts, b: Counts): Counts => ({
  calls: a.calls + b.calls,
  errors: a.errors + b.errors,
  throttled: a.throttled + b.throttled,
  took: a.took + b.took,
})

/** All of it together. */
export const totalOf = (records: readonly UsageRecord[]): Counts => records.reduce(sum, NOTHING)

/** The records of a group, by what `by` says of them, the most calls first. */
export function groupsOf(
  records: readonly UsageRecord[],
  by: (record: UsageRecord) => string,
): readonly {readonly first: UsageRecord; readonly counts: Counts}[] {
  const groups = new Map<string, {readonly first: UsageRecord; readonly counts: Counts}>()
  for (const it of records) {
    const {first, counts} = groups.get(by(it)) ?? {first: it, counts: NOTHING}
    groups.set(by(it), {first, counts: sum(counts, it)})
  }
  return [...groups.values()].sort(
    (a, b) => b.counts.calls + b.counts.throttled - (a.counts.calls + a.counts.throttled),
  )
}
