import type {Sample} from '../../analytics/aggregations.js'
import {ALERT_TABLES, TEXT} from '../../analytics/tables.js'
import {insert, row, type Queryable, type Value} from '../../databases/sql.js'
import {SUPER_TENANT} from '../../users/users.js'
import {thresholdOf} from './rules.js'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** An alert is not raised again for so long. */
const SUPPRESSED_MS = 10 * MINUTE_MS

/** Server errors of an API within one minute: apim_alert_health_availability_0.siddhi, analytics-apim v3.2.0. */
const SERVER_ERRORS = 5

type Alert = Readonly<Record<string, string | number>>

const text = ({values}: Sample, name: string) => String(values[name] ?? '')

/** The first sample of each kind that `key` tells apart. */
const distinct = (samples: readonly Sample[], key: (sample: Sample) => readonly string[]): readonly Sample[] => [
  ...new Map(samples.map(it => [JSON.stringify(key(it)), it])).values(),
]

async function total(
  on: Queryable,
  what: string,
  table: string,
  where: Readonly<Record<string, Value>>,
  since: number,
) {
  const names = Object.keys(where)
  const sql = `SELECT ${what} AS total FROM ${table} WHERE AGG_TIMESTAMP >= ? AND ${names.map(it => `${it} = ?`).join(' AND ')}`
  const found = await row<{total: number | null}>(on, sql, [since, ...Object.values(where)])
  return found?.total ?? 0
}

/** Writes an alert to its table and to the one of all alerts, unless the same was raised a moment ago. */
async function raise(on: Queryable, table: string, alert: Alert, inAll: Alert) {
  const named = Object.entries(alert).filter(([name]) => name !== 'alertTimestamp')
  const same = named.map(([name]) => `${name} = ?`).join(' AND ')
  const sql = `SELECT 1 AS found FROM ${table} WHERE alertTimestamp > ? AND ${same} LIMIT 1`
  const values = named.map(([, value]) => value)
  if (await row(on, sql, [Number(alert.alertTimestamp) - SUPPRESSED_MS, ...values])) return
  for (const [into, it] of [
    [table, alert],
    ['ApimAllAlert', inAll],
  ] as const) {
    const columns = Object.keys(ALERT_TABLES.find(({name}) => name === into)?.columns ?? {})
    await insert(on, into, Object.fromEntries(columns.map(column => [column, it[column] ?? ''])))
  }
}

/** In alerts the product writes names of the super tenant with their domain. */
const withDomain = (name: string, domain: string) =>
  (domain === SUPER_TENANT.domain ? `${name}@${domain}` : name).slice(0, TEXT)

const LIMITS: Readonly<Record<string, (sample: Sample) => string>> = {
  SUBSCRIPTION_LIMIT_EXCEEDED: it =>
    `${text(it, 'applicationName')} Application often goes beyond its quota when it calls ${text(it, 'apiName')} ${text(it, 'apiVersion')}`,
  APPLICATION_LIMIT_EXCEEDED: it => `User ${text(it, 'username')} often goes beyond the limit that is set.`,
}

/** What is counted together for each kind of limit: apim_alert_frequent_tier_limit_hitting_0.siddhi. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  SUBSCRIPTION_LIMIT_EXCEEDED: ['throttledOutReason', 'apiCreator', 'apiName', 'apiVersion', 'applicationId'],
  APPLICATION_LIMIT_EXCEEDED: ['throttledOutReason', 'username', 'apiName', 'apiVersion', 'applicationId'],
}

function groupOf(sample: Sample) {
  const names = GROUPS[text(sample, 'throttledOutReason')] ?? []
  return Object.fromEntries(names.map(name => [name, text(sample, name)]))
}

async function tierLimitHits(on: Queryable, samples: readonly Sample[], now: number) {
  const hits = samples.filter(it => it.kind === 'throttled' && Object.hasOwn(LIMITS, text(it, 'throttledOutReason')))
  if (hits.length === 0) return
  const threshold = await thresholdOf(on)
  for (const it of distinct(hits, sample => Object.values(groupOf(sample)))) {
    const hit = await total(
      on,
      'SUM(throttledOutCount) + 0e0',
      'ApiThrottledOutAgg_MINUTES',
      groupOf(it),
      now - HOUR_MS,
    )
    if (hit <= threshold) continue
    const [tenantDomain, creatorDomain] = [text(it, 'userTenantDomain'), text(it, 'apiCreatorTenantDomain')]
    const message = LIMITS[text(it, 'throttledOutReason')]?.(it) ?? ''
    const common = {message, severity: 3, alertTimestamp: now, apiName: text(it, 'apiName')}
    const alert = {
      ...common,
      subscriber: withDomain(text(it, 'subscriber'), tenantDomain),
      apiCreator: withDomain(text(it, 'apiCreator'), creatorDomain),
      applicationId: text(it, 'applicationId'),
      applicationName: text(it, 'applicationName'),
      apiCreatorTenantDomain: creatorDomain,
      userTenantDomain: tenantDomain,
    }
    await raise(on, 'ApimTierLimitHittingAlert', alert, {...common, type: 'FrequentTierLimitHitting', tenantDomain})
  }
}

async function apiHealth(on: Queryable, samples: readonly Sample[], now: number) {
  const broken = samples.filter(it => it.kind === 'fault' || Number(it.values.responseCode) >= 500)
  const key = (it: Sample) =>
    ['apiName', 'apiVersion', 'apiCreator', 'apiCreatorTenantDomain'].map(name => text(it, name))
  const minute = (it: Sample) => it.at - (it.at % MINUTE_MS)
  for (const it of distinct(broken, sample => [...key(sample), String(minute(sample))])) {
    const [apiName = '', apiVersion = '', creator = '', apiCreatorTenantDomain = ''] = key(it)
    const where = {apiName, apiVersion, apiCreator: creator, apiCreatorTenantDomain, AGG_TIMESTAMP: minute(it)}
    // One call may be both: a response 503 and a fault.
    const what = 'GREATEST(SUM(_5xx), SUM(faultCount)) + 0e0'
    if ((await total(on, what, 'ApiErrorAnalysisAgg_MINUTES', where, 0)) < SERVER_ERRORS) continue
    const message = `Server errors occurred ${SERVER_ERRORS} or more times within a minute.`
    const common = {severity: 2, alertTimestamp: now, apiName}
    const apiCreator = withDomain(creator, apiCreatorTenantDomain)
    const alert = {...common, message, apiVersion, apiCreator, apiCreatorTenantDomain}
    await raise(on, 'ApimApiHealthMonitorAlert', alert, {
      ...common,
      type: 'ApiHealthMonitor',
      tenantDomain: apiCreatorTenantDomain,
      message: `API:${apiName} ${apiVersion}-${message}`,
    })
  }
}

/** Raises the alerts that samples lead to, once these are counted. Within the same transaction. */
export async function raiseAlerts(on: Queryable, samples: readonly Sample[], now = Date.now()): Promise<void> {
  await tierLimitHits(on, samples, now)
  await apiHealth(on, samples, now)
}
