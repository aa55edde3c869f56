import type {Pool} from 'mysql2/promise'
import type {Call} from '../../../http/call.js'
import {badRequest} from '../../../http/fault.js'
import type {Guard} from '../../../oauth/guard.js'
import {SUPER_TENANT, tenantOf, type Tenant} from '../../../users/users.js'
import {administratorOf} from '../../../oauth/administrator.js'

/** Where the data comes from. */
export interface Sources {
  readonly apim: Pool
  readonly shared: Pool
}

/** Whose data is asked for: one tenant's or, without a tenant, everyone's; `nobody` where there is no such tenant. */
export type Whose = {readonly tenant?: Tenant} | 'nobody'

/**
 * Checks the caller and reads the header xWSO2Tenant: only the super tenant's users see others' data (SubscriptionValidationDataUtil of
 * carbon-apimgt v6.7.206); `ALL` asks for every tenant's. Throws a Fault 401 or 403.
 */
export async function whose(call: Call, {shared}: Sources, guard: Guard): Promise<Whose> {
  const user = await administratorOf(shared, guard, call)
  const asked = call.header('xWSO2Tenant')
  if (user.domain !== SUPER_TENANT.domain || asked === undefined) return {tenant: {id: user.id, domain: user.domain}}
  if (asked === '' || asked === 'ALL') return {}
  const tenant = await tenantOf(shared, asked)
  return tenant ? {tenant} : 'nobody'
}

/** A parameter of the query that is an id of a row, or undefined. Throws a Fault 400 for anything else. */
export function idParam(call: Call, name: string): number | undefined {
  const text = call.query.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}

/** `WHERE a AND b`, or nothing, with the values of those conditions whose value is not undefined. */
export function where(conditions: Readonly<Record<string, string | number | undefined>>): {
  readonly text: string
  readonly values: readonly (string | number)[]
} {
  const given = Object.entries(conditions).flatMap(([sql, value]) => (value === undefined ? [] : [{sql, value}]))
  const text = given.length === 0 ? '' : ` WHERE ${given.map(({sql}) => sql).join(' AND ')}`
  return {text, values: given.map(({value}) => value)}
}
