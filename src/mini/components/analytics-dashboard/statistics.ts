import {DURATIONS} from '../../analytics/aggregations.js'
import {RANGES, startOf, type Range} from '../../analytics/ranges.js'
import {rows, type Queryable, type Value} from '../../databases/sql.js'

/** What happened within one minute or hour. */
export interface Point {
  /** When it began: milliseconds since 1970. */
  readonly at: number
  readonly calls: number
  /** Milliseconds, on average; 0 without a call. */
  readonly latency: number
  readonly errors: number
  readonly throttled: number
}

interface Counted {
  readonly at: number
  readonly calls: number
  readonly errors: number
  readonly throttled: number
}

/** What is to be counted: a tenant's APIs, or one of them. */
interface Wanted {
  readonly tenantDomain: string
  readonly apiName: string | undefined
}

const where = ({tenantDomain, apiName}: Wanted, from: number): readonly [string, readonly Value[]] => [
  `WHERE AGG_TIMESTAMP >= ? AND apiCreatorTenantDomain = ?${apiName === undefined ? '' : ' AND apiName = ?'} GROUP BY AGG_TIMESTAMP`,
  [from, tenantDomain, ...(apiName === undefined ? [] : [apiName])],
]

/** Every minute or hour of a range until now, also those in which nothing happened. */
export async function pointsOf(
  on: Queryable,
  wanted: Wanted,
  range: Range,
  now = Date.now(),
): Promise<readonly Point[]> {
  const {length} = DURATIONS[range.duration]
  const first = startOf(range, now)
  const [sql, values] = where(wanted, first)
  // A fault is a response 5xx too, if its call got one.
  const counted = await rows<Counted>(
    on,
    'SELECT AGG_TIMESTAMP AS at, SUM(responseCount) + 0e0 AS calls, SUM(throttledCount) + 0e0 AS throttled, ' +
      `SUM(_4xx) + GREATEST(SUM(_5xx), SUM(faultCount)) + 0e0 AS errors FROM ApiErrorAnalysisAgg_${range.duration} ${sql}`,
    values,
  )
  const timed = await rows<{at: number; latency: number | null}>(
    on,
    `SELECT AGG_TIMESTAMP AS at, SUM(AGG_SUM_responseTime) / SUM(AGG_COUNT) + 0e0 AS latency FROM ApiExeTime_${range.duration} ${sql}`,
    values,
  )
  const counts = new Map(counted.map(it => [it.at, it]))
  const latencies = new Map(timed.map(it => [it.at, it.latency ?? 0]))
  return Array.from({length: range.length / length}, (_, i) => {
    const at = first + i * length
    const {calls = 0, errors = 0, throttled = 0} = counts.get(at) ?? {}
    return {at, calls, errors, throttled, latency: latencies.get(at) ?? 0}
  })
}

/** Names of the APIs of a tenant that have statistics of the last days. */
export async function countedApis(on: Queryable, tenantDomain: string): Promise<readonly string[]> {
  const sql =
    'SELECT DISTINCT apiName AS name FROM ApiErrorAnalysisAgg_HOURS WHERE apiCreatorTenantDomain = ? AND AGG_TIMESTAMP >= ?'
  const since = Date.now() - (RANGES['7d']?.length ?? 0)
  return (await rows<{name: string}>(on, sql, [tenantDomain, since])).map(({name}) => name)
}

export interface Alert {
  readonly type: string
  readonly message: string
  readonly severity: number
  readonly at: number
  readonly apiName: string
}

/** The last alerts of a tenant, the newest first. */
export const alertsOf = (on: Queryable, {tenantDomain, apiName}: Wanted): Promise<readonly Alert[]> =>
  rows<Alert>(
    on,
    'SELECT type, message, severity, alertTimestamp AS at, apiName FROM ApimAllAlert WHERE tenantDomain = ?' +
      `${apiName === undefined ? '' : ' AND apiName = ?'} ORDER BY alertTimestamp DESC LIMIT 50`,
    [tenantDomain, ...(apiName === undefined ? [] : [apiName])],
  )
