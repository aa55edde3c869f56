import {randomUUID} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {change, exclusive, type Queryable} from '../databases/sql.js'
import {badRequest, conflict} from '../http/fault.js'
import {hashPassword, newSalt} from './password.js'
import {giveRole, storeId} from './roles.js'
import {findUserIn, hasEmailNames, type Tenant, type User} from './users.js'

/** What a new user may be called: the product's JDBC user store allows 3 to 30 characters without spaces, and here they have to fit latin1. */
const NAME = /^[\x21-\x7e\xa1-\xff]{3,30}$/
const PASSWORD = /^[\x21-\x7e\xa1-\xff]{5,30}$/
// They separate user store and list entries from the name, and the tenant unless names are addresses of e-mail.
const SEPARATORS = /[/,:]/

/** Names of UM_USER_ATTRIBUTE, as the product's claims map them. */
export type Attribute = 'givenName' | 'sn' | 'mail' | 'mobile' | 'o' | 'country'

export interface NewUser {
  /** Without the tenant. */
  readonly name: string
  readonly password: string
  /** `admin`, `Internal/subscriber`; those that are missing are made. */
  readonly roles: readonly string[]
  /** At most 1024 characters of latin1 each. */
  readonly attributes?: Readonly<Partial<Record<Attribute, string>>>
}

/** The lock under which users and roles of all tenants are written. */
export const USERS_LOCK = 'users'

/** Adds a user, whatever the name is. Inside of `exclusive`. Throws a Fault 409 if there is one of that name. */
export async function insertUser(shared: Queryable, tenant: Tenant, user: NewUser): Promise<User> {
  const {name, password, roles, attributes = {}} = user
  if (await findUserIn(shared, tenant, name)) {
    throw conflict(`A user ${name} is there already`)
  }
  const salt = newSalt()
  const id = randomUUID()
  const sql =
    'INSERT INTO UM_USER (UM_USER_ID, UM_USER_NAME, UM_USER_PASSWORD, UM_SALT_VALUE, UM_CHANGED_TIME, UM_TENANT_ID) VALUES (?, ?, ?, ?, NOW(), ?)'
  const {id: key} = await change(shared, sql, [id, name, hashPassword(password, salt), salt, tenant.id])
  const mapper = 'INSERT INTO UM_UUID_DOMAIN_MAPPER (UM_USER_ID, UM_DOMAIN_ID, UM_TENANT_ID) VALUES (?, ?, ?)'
  await change(shared, mapper, [id, await storeId(shared, tenant), tenant.id])
  for (const role of roles) await giveRole(shared, tenant, {key, name}, role)
  for (const [attribute, value] of Object.entries(attributes)) {
    const insert =
      "INSERT INTO UM_USER_ATTRIBUTE (UM_ATTR_NAME, UM_ATTR_VALUE, UM_PROFILE_ID, UM_USER_ID, UM_TENANT_ID) VALUES (?, ?, 'default', ?, ?)"
    await change(shared, insert, [attribute, value, key, tenant.id])
  }
  return {...tenant, key, name}
}

/** Whether the user store takes a password. */
export const isStorablePassword = (password: string): boolean => PASSWORD.test(password)

/** Throws a Fault 400 for a name or a password that the user store does not take. */
export function checkAccount({name, password}: Pick<NewUser, 'name' | 'password'>): void {
  const isAddress = hasEmailNames()
  if (!NAME.test(name) || SEPARATORS.test(name) || (!isAddress && name.includes('@'))) {
    throw badRequest(`A user name has 3 to 30 characters, none of them a space or one of ${isAddress ? '' : '@ '}/ , :`)
  }
  if (!isStorablePassword(password)) throw badRequest('A password has 5 to 30 characters without spaces')
}

/**
 * Adds a user to a tenant, with roles and attributes; safe where two nodes do it at once. Throws a Fault 400 for a name or a password that
 * the user store does not take, 409 if the name is taken.
 */
export async function createUser(shared: Pool, tenant: Tenant, user: NewUser): Promise<User> {
  checkAccount(user)
  return exclusive(shared, USERS_LOCK, on => insertUser(on, tenant, user))
}
