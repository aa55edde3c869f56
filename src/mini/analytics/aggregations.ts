/** One event as aggregations see it: what kind it is, when it was, and its values by name. */
export interface Sample {
  readonly kind: 'request' | 'throttled' | 'fault'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly values: Readonly<Record<string, string | number>>
}

/** A set of counters for each minute and hour. */
export interface Aggregation {
  readonly name: string
  /** The Siddhi application it belongs to: queries name it. */
  readonly app: string
  readonly of: readonly Sample['kind'][]
  /** Texts by which samples are told apart. */
  readonly keys: readonly string[]
  /** What a sample adds to each counter. */
  readonly counters: Readonly<Record<string, (sample: Sample) => number>>
  /** Columns that a query sees instead of two counters: the first divided by the second. */
  readonly averages?: Readonly<Record<string, readonly [string, string]>>
}

const one = () => 1
const API = ['apiName', 'apiVersion', 'apiContext', 'apiCreator', 'apiCreatorTenantDomain'] as const
const number = (name: string) => (sample: Sample) => Number(sample.values[name] ?? 0)
const answered = (from: number) => (sample: Sample) => {
  const code = Number(sample.values.responseCode ?? 0)
  return sample.kind === 'request' && code >= from && code < from + 100 ? 1 : 0
}
const of = (kind: Sample['kind']) => (sample: Sample) => (sample.kind === kind ? 1 : 0)

/**
 * Names and columns of analytics-apim v3.2.0: APIM_ACCESS_SUMMARY, APIM_ERROR_SUMMARY, APIM_THROTTLED_OUT_SUMMARY and
 * APIM_FAULT_SUMMARY.siddhi, as far as mini has the values.
 */
export const AGGREGATIONS: readonly Aggregation[] = [
  {
    name: 'ApiUserPerAppAgg',
    app: 'APIM_ACCESS_SUMMARY',
    of: ['request'],
    keys: [
      ...API,
      'apiHostname',
      'applicationId',
      'applicationName',
      'applicationOwner',
      'username',
      'userTenantDomain',
    ],
    counters: {totalRequestCount: one},
  },
  {
    name: 'ApiResPathPerApp',
    app: 'APIM_ACCESS_SUMMARY',
    of: ['request'],
    keys: [...API, 'apiHostname', 'applicationId', 'applicationName', 'apiResourceTemplate', 'apiMethod'],
    counters: {totalRequestCount: one},
  },
  {
    name: 'ApiExeTime',
    app: 'APIM_ACCESS_SUMMARY',
    of: ['request'],
    keys: [...API, 'apiHostname', 'apiResourceTemplate', 'apiMethod'],
    counters: {
      AGG_SUM_responseTime: number('responseTime'),
      AGG_SUM_backendTime: number('backendTime'),
      AGG_COUNT: one,
    },
    averages: {
      responseTime: ['AGG_SUM_responseTime', 'AGG_COUNT'],
      backendTime: ['AGG_SUM_backendTime', 'AGG_COUNT'],
    },
  },
  {
    name: 'ApiErrorAnalysisAgg',
    app: 'APIM_ERROR_SUMMARY',
    of: ['request', 'throttled', 'fault'],
    keys: [
      'apiName',
      'apiVersion',
      'apiCreator',
      'apiCreatorTenantDomain',
      'apiMethod',
      'apiResourceTemplate',
      'applicationId',
      'applicationName',
      'applicationOwner',
      'responseCode',
    ],
    counters: {
      _2xx: answered(200),
      _4xx: answered(400),
      _5xx: answered(500),
      responseCount: of('request'),
      faultCount: of('fault'),
      throttledCount: of('throttled'),
    },
  },
  {
    name: 'ApiThrottledOutAgg',
    app: 'APIM_THROTTLED_OUT_SUMMARY',
    of: ['throttled'],
    keys: [
      ...API,
      'username',
      'userTenantDomain',
      'applicationId',
      'applicationName',
      'subscriber',
      'throttledOutReason',
      'hostname',
    ],
    counters: {throttledOutCount: one},
  },
  {
    name: 'ApiFaultyInvocationAgg',
    app: 'APIM_FAULT_SUMMARY',
    of: ['fault'],
    keys: [...API, 'applicationId', 'applicationName', 'hostname'],
    counters: {totalFaultCount: one},
  },
  {
    // Not the product's, none of whose aggregations has latency and errors by application and user.
    name: 'MiniUsageAgg',
    app: 'MINI_USAGE_SUMMARY',
    of: ['request', 'throttled'],
    keys: [
      ...['apiName', 'apiVersion', 'apiCreator', 'apiCreatorTenantDomain'],
      ...['applicationName', 'applicationOwner', 'username'],
    ],
    counters: {
      callCount: of('request'),
      errorCount: sample => answered(400)(sample) + answered(500)(sample),
      throttledCount: of('throttled'),
      totalResponseTime: number('responseTime'),
    },
  },
]

/** How long the buckets of a duration are, and how long they are kept: @purge of the Siddhi files. Milliseconds. */
export const DURATIONS = {
  MINUTES: {length: 60_000, kept: 72 * 3_600_000},
  HOURS: {length: 3_600_000, kept: 90 * 86_400_000},
} as const
export type Duration = keyof typeof DURATIONS

/** Where buckets of a duration are kept: Siddhi names its tables so. */
export const tableOf = ({name}: Pick<Aggregation, 'name'>, duration: Duration): string => `${name}_${duration}`
