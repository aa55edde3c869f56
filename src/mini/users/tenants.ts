import type {Pool} from 'mysql2/promise'
import {change, exclusive, row, rows, type Queryable} from '../databases/sql.js'
import {badRequest, conflict, notFound} from '../http/fault.js'
import {checkAccount, USERS_LOCK} from './create-user.js'
import {ensureAdmin} from './super-admin.js'
import {SUPER_TENANT} from './users.js'

/** Names as the product takes them: lower case, with a dot. AM_KEY_MANAGER has 100 characters for them. */
const DOMAIN = /^(?=.{3,100}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/

export interface TenantInfo {
  readonly id: number
  readonly domain: string
  readonly email: string
  readonly active: boolean
  readonly createdAt: Date
}

interface TenantRow extends Omit<TenantInfo, 'active' | 'createdAt'> {
  readonly active: number
  /** Seconds since 1970. */
  readonly createdAt: number
}

interface NewTenant {
  readonly domain: string
  readonly email: string
  readonly admin: string
  readonly password: string
  readonly firstName: string
  readonly lastName: string
  readonly active: boolean
}

const SELECT =
  "SELECT UM_ID AS id, UM_DOMAIN_NAME AS domain, COALESCE(UM_EMAIL, '') AS email, UM_ACTIVE AS active, " +
  'UNIX_TIMESTAMP(UM_CREATED_DATE) AS createdAt FROM UM_TENANT'

const toInfo = ({active, createdAt, ...same}: TenantRow): TenantInfo => ({
  ...same,
  active: active === 1,
  createdAt: new Date(Number(createdAt) * 1000),
})

/** All tenants but the super tenant. */
export const listTenants = async (shared: Queryable): Promise<readonly TenantInfo[]> =>
  (await rows<TenantRow>(shared, `${SELECT} ORDER BY UM_DOMAIN_NAME`)).map(toInfo)

/** A tenant, active or not. Throws a Fault 404. */
export async function getTenant(shared: Queryable, domain: string): Promise<TenantInfo> {
  const found = await row<TenantRow>(shared, `${SELECT} WHERE UM_DOMAIN_NAME = ?`, [domain])
  if (!found) throw notFound(`There is no tenant ${domain}`)
  return toInfo(found)
}

/** Adds a tenant with its roles and administrator. Throws a Fault 400 for a wrong name or account, 409 for one that is there. */
export async function createTenant(shared: Pool, tenant: NewTenant): Promise<void> {
  const {domain, email, admin, password, firstName, lastName, active} = tenant
  if (!DOMAIN.test(domain) || domain === SUPER_TENANT.domain) {
    throw badRequest('tenantDomain: expected a name of lower case letters, digits and dots such as example.com')
  }
  checkAccount({name: admin, password})
  await exclusive(shared, USERS_LOCK, async on => {
    const there = await row(on, `${SELECT} WHERE UM_DOMAIN_NAME = ?`, [domain])
    if (there) throw conflict(`A tenant ${domain} is there already`)
    const sql =
      "INSERT INTO UM_TENANT (UM_DOMAIN_NAME, UM_EMAIL, UM_ACTIVE, UM_CREATED_DATE, UM_USER_CONFIG) VALUES (?, ?, ?, NOW(), '')"
    const {id} = await change(on, sql, [domain, email, active ? 1 : 0])
    const attributes = {givenName: firstName, sn: lastName, mail: email}
    await ensureAdmin(on, {id, domain}, {username: admin, password}, true, attributes)
  })
}

/** Lets a tenant's users in, or not. Throws a Fault 404. */
export async function setTenantActive(shared: Pool, domain: string, active: boolean): Promise<void> {
  const {id} = await getTenant(shared, domain)
  await change(shared, 'UPDATE UM_TENANT SET UM_ACTIVE = ? WHERE UM_ID = ?', [active ? 1 : 0, id])
}
