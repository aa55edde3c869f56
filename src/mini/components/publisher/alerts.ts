import {z} from 'zod'
import {literal, type Analytics} from './analytics.js'

/** A row of ApimAllAlert: APIM_PERSIST_ALERTS of analytics-apim v3.2.0. */
export interface Alert {
  readonly type: string
  readonly message: string
  readonly severity: number
  readonly at: Date
  readonly apiName: string
}

const RECORDS = z.array(z.tuple([z.string(), z.string(), z.number(), z.number(), z.string().nullish()]))

/** The alerts of a tenant that analytics has raised, the latest first. Throws as `query` does. */
export async function latestAlerts(analytics: Analytics, tenantDomain: string): Promise<readonly Alert[]> {
  const query =
    `from ApimAllAlert on tenantDomain == ${literal(tenantDomain)} ` +
    'select type, message, severity, alertTimestamp, apiName order by alertTimestamp desc limit 20;'
  const records = RECORDS.parse(await analytics.query('APIM_PERSIST_ALERTS', query))
  return records.map(([type, message, severity, at, apiName]) => ({
    type,
    message,
    severity,
    at: new Date(at),
    apiName: apiName ?? '',
  }))
}
