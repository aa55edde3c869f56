import {jsonOf, type Call} from '../call.js'
import {askAsAdmin} from '../requests.js'
import type {Walk} from '../walk.js'

const MINUTE_MS = 60_000

/** A query of the stream processor's store: {records: [[...]]} is answered. */
const query = (walk: Walk, appName: string, text: string): Promise<Call> =>
  askAsAdmin(walk, 'analytics-store', {appName, query: text})

function recordsOf(call: Call): readonly (readonly unknown[])[] {
  if (call.status !== 200) return []
  const {records} = jsonOf(call)
  return Array.isArray(records) ? (records as unknown[][]) : []
}

/**
 * The calls as analytics have counted them. Columns and name of the aggregation: analytics-apim v3.2.0 APIM_ACCESS_SUMMARY.siddhi; an
 * aggregation's buckets are found by when they begin.
 */
export async function counted(walk: Walk): Promise<string> {
  const {timeouts, names} = walk.options
  const from = Math.floor(walk.since / MINUTE_MS - 1) * MINUTE_MS
  const ask = () =>
    query(
      walk,
      'APIM_ACCESS_SUMMARY',
      `from ApiUserPerAppAgg on apiName=='${names.mark}' within ${from}L, ${Date.now() + MINUTE_MS}L per 'minutes' ` +
        'select apiName, sum(totalRequestCount) as total group by apiName;',
    )
  const totalIn = (call: Call) => Number(recordsOf(call)[0]?.[1] ?? 0)
  const expected = walk.answeredCalls
  const call = await walk.until(
    `${expected} calls of ${names.mark} in analytics`,
    ask,
    answer => totalIn(answer) >= expected,
    {propagationMs: timeouts.propagationMs, pollMs: timeouts.slowPollMs},
  )
  return `${totalIn(call)} calls counted, ${expected} made`
}

/** The alert that a walk raises by exceeding an application's policy: APIM_PERSIST_ALERTS.siddhi. */
export async function alert(walk: Walk): Promise<string> {
  const {timeouts, names} = walk.options
  await walk.until(
    `an alert for ${names.mark}, raised when a minute is over`,
    () =>
      query(
        walk,
        'APIM_PERSIST_ALERTS',
        `from ApimTierLimitHittingAlert on apiName=='${names.mark}' select * limit 10;`,
      ),
    call => recordsOf(call).length > 0,
    {propagationMs: timeouts.alertMs, pollMs: timeouts.slowPollMs},
  )
  return 'FrequentTierLimitHitting'
}
