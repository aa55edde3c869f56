import {z} from 'zod'
import type {Sample} from '../../analytics/aggregations.js'
import {TEXT} from '../../analytics/tables.js'
import {FAULT_STREAM, REQUEST_STREAM, THROTTLED_OUT_STREAM} from '../../hub/events.js'

/** Whatever a sender leaves out counts as empty: an event that can't be taken would hold up all that follow. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform(it => String(it ?? '').slice(0, TEXT))
/** Milliseconds of a call: a day at most, so that sums stay exact. */
const duration = z
  .number()
  .nullish()
  .transform(it => Math.round(Math.min(Math.max(it ?? 0, 0), 86_400_000)))
/** Milliseconds since 1970, up to the year 3000. */
const time = z.int().min(0).max(32_503_680_000_000)

const texts = <const N extends readonly string[]>(names: N) =>
  Object.fromEntries(names.map(name => [name, text])) as Record<N[number], typeof text>

const API = ['apiName', 'apiVersion', 'apiContext', 'apiCreator', 'apiCreatorTenantDomain', 'apiMethod'] as const
const APPLICATION = ['applicationId', 'applicationName'] as const
const USER = ['username', 'userTenantDomain'] as const

const request = z.object({
  ...texts([...API, ...APPLICATION, ...USER, 'applicationOwner', 'apiHostname', 'apiResourceTemplate']),
  requestTimestamp: time,
  responseTime: duration,
  backendTime: duration,
  responseCode: z.int().min(0).max(999),
})
const throttled = z.object({
  ...texts([...API, ...APPLICATION, ...USER, 'subscriber', 'throttledOutReason', 'hostname', 'apiResourceTemplate']),
  throttledOutTimestamp: time,
})
const fault = z.object({
  ...texts([...API, ...APPLICATION, 'applicationOwner', 'hostname', 'apiResourceTemplate']),
  requestTimestamp: time,
})

const STREAMS: Readonly<Record<string, (event: unknown) => Sample>> = {
  [REQUEST_STREAM]: event => {
    const values = request.parse(event)
    return {kind: 'request', at: values.requestTimestamp, values}
  },
  [THROTTLED_OUT_STREAM]: event => {
    const values = throttled.parse(event)
    // A call that was throttled out has no response, and belongs to who subscribed.
    const all = {...values, responseCode: 0, applicationOwner: values.subscriber}
    return {kind: 'throttled', at: values.throttledOutTimestamp, values: all}
  },
  [FAULT_STREAM]: event => {
    const values = fault.parse(event)
    return {kind: 'fault', at: values.requestTimestamp, values: {...values, responseCode: 0}}
  },
}

/** What an event of a stream adds to the statistics, or undefined where it is none that can be understood. */
export function sampleOf(stream: string, event: unknown): Sample | undefined {
  try {
    return Object.hasOwn(STREAMS, stream) ? STREAMS[stream]?.(event) : undefined
  } catch {
    return undefined
  }
}
