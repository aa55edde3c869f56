import {row, rows, type Queryable} from '../databases/sql.js'
import type {Account} from '../http/credentials.js'
import {isPassword} from './password.js'

/** The tenant that has no row in UM_TENANT. */
export const SUPER_TENANT = {id: -1234, domain: 'carbon.super'} as const

export interface Tenant {
  readonly id: number
  readonly domain: string
}

export interface User extends Tenant {
  /** UM_ID of UM_USER. */
  readonly key: number
  /** Without the tenant: `admin`. */
  readonly name: string
}

/** A name as it stands outside of its tenant: `admin`, `admin@example.com`. */
export const fullName = ({name, domain}: Pick<User, 'name' | 'domain'>): string =>
  domain === SUPER_TENANT.domain ? name : `${name}@${domain}`

const TENANTS = 'SELECT UM_ID AS id, UM_DOMAIN_NAME AS domain FROM UM_TENANT WHERE UM_ACTIVE = 1'

/** The tenant of a domain, or undefined where there is no active one. */
export const tenantOf = async (shared: Queryable, domain: string): Promise<Tenant | undefined> =>
  domain === SUPER_TENANT.domain ? SUPER_TENANT : row<Tenant>(shared, `${TENANTS} AND UM_DOMAIN_NAME = ?`, [domain])

/** The tenant of an id, or undefined where there is no active one. */
export const activeTenantById = async (shared: Queryable, id: number): Promise<Tenant | undefined> =>
  id === SUPER_TENANT.id ? SUPER_TENANT : row<Tenant>(shared, `${TENANTS} AND UM_ID = ?`, [id])

/** Every active tenant, the super tenant first. */
export const activeTenants = async (shared: Queryable): Promise<readonly Tenant[]> => [
  SUPER_TENANT,
  ...(await rows<Tenant>(shared, `${TENANTS} ORDER BY UM_ID`)),
]

/** The domains of all active tenants, by their ids. */
export const domainsOf = async (shared: Queryable): Promise<ReadonlyMap<number, string>> =>
  new Map((await activeTenants(shared)).map(({id, domain}) => [id, domain]))

/** Whether names may be addresses of e-mail. One for the whole program, as in the product: every name is read by it. */
let emailNames = false

/** Says how names are read from now on. */
export const setEmailNames = (on: boolean): void => void (emailNames = on)

/** Whether the name of a user may have an `@`. */
export const hasEmailNames = (): boolean => emailNames

/**
 * Splits `admin`, `admin@carbon.super` or `a@b.c@example.com` into name and tenant domain. Where names may be addresses of e-mail, one with
 * a single `@` is a user of the super tenant (MultitenantUtils of carbon-kernel v4.6.0).
 */
export function splitName(fullName: string): {readonly name: string; readonly domain: string} {
  const at = fullName.lastIndexOf('@')
  const domain = fullName.slice(at + 1)
  const isName = emailNames && at === fullName.indexOf('@') && domain !== SUPER_TENANT.domain
  return at <= 0 || isName ? {name: fullName, domain: SUPER_TENANT.domain} : {name: fullName.slice(0, at), domain}
}

interface UserRow {
  readonly key: number
  readonly name: string
  readonly hash: string
  readonly salt: string | null
}

export type FoundUser = User & Pick<UserRow, 'hash' | 'salt'>

/** Finds a user by the name outside of the tenant, or undefined. */
export async function findUser(shared: Queryable, fullName: string): Promise<FoundUser | undefined> {
  const {name, domain} = splitName(fullName)
  const tenant = await tenantOf(shared, domain)
  return tenant && findUserIn(shared, tenant, name)
}

/** Finds a user of a tenant, or undefined. */
export async function findUserIn(shared: Queryable, tenant: Tenant, name: string): Promise<FoundUser | undefined> {
  const sql =
    'SELECT UM_ID AS `key`, UM_USER_NAME AS name, UM_USER_PASSWORD AS hash, UM_SALT_VALUE AS salt ' +
    'FROM UM_USER WHERE UM_USER_NAME = ? AND UM_TENANT_ID = ?'
  const found = await row<UserRow>(shared, sql, [name, tenant.id])
  return found && {...found, ...tenant}
}

/** The user of an account, or undefined where name or password are wrong. */
export async function authenticate(shared: Queryable, {username, password}: Account): Promise<User | undefined> {
  const found = await findUser(shared, username)
  // Hashed for unknown names too: the time must not tell them apart.
  const right = isPassword(password, found?.hash ?? '', found?.salt ?? '')
  if (!found || !right) return undefined
  const {key, name, id, domain} = found
  return {key, name, id, domain}
}

/** The names of a user's roles: of the user store, and the internal ones as `Internal/subscriber`. */
export async function rolesOf(shared: Queryable, user: User): Promise<readonly string[]> {
  const own =
    'SELECT r.UM_ROLE_NAME AS role FROM UM_USER_ROLE ur JOIN UM_ROLE r ON r.UM_ID = ur.UM_ROLE_ID AND r.UM_TENANT_ID = ur.UM_TENANT_ID ' +
    'WHERE ur.UM_USER_ID = ? AND ur.UM_TENANT_ID = ?'
  const internal =
    "SELECT CONCAT('Internal/', r.UM_ROLE_NAME) AS role FROM UM_HYBRID_USER_ROLE ur " +
    'JOIN UM_HYBRID_ROLE r ON r.UM_ID = ur.UM_ROLE_ID AND r.UM_TENANT_ID = ur.UM_TENANT_ID ' +
    'WHERE ur.UM_USER_NAME = ? AND ur.UM_TENANT_ID = ?'
  const found = [
    ...(await rows<{role: string}>(shared, own, [user.key, user.id])),
    ...(await rows<{role: string}>(shared, internal, [user.name, user.id])),
  ]
  return ['Internal/everyone', ...found.map(({role}) => role)]
}
