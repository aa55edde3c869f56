import type {Pool} from 'mysql2/promise'
import {dotted} from '../config/keys.js'
import type {Settings} from '../config/settings.js'
import {exclusive, type Queryable} from '../databases/sql.js'
import type {Account} from '../http/credentials.js'
import {insertUser, USERS_LOCK, type NewUser} from './create-user.js'
import {isPassword} from './password.js'
import {ADMIN_ROLE, ensureDefaultRoles, giveRole} from './roles.js'
import {findUserIn, SUPER_TENANT, type Tenant} from './users.js'

/** What the product gives the first user of a tenant. */
const ROLES = [ADMIN_ROLE, 'Internal/creator', 'Internal/publisher', 'Internal/subscriber'] as const

/** Whether `[super_admin]` lets the account be made. */
export const mayCreateSuperAdmin = (settings: Settings): boolean =>
  settings.flag(dotted('super_admin.create_admin_account'), true, {
    why: 'it lets the first node make the account',
    example: 'true or false',
  })

/** What was found: `other password`: the account is kept as it is, as in the product. */
export type AdminState = 'created' | 'there' | 'other password' | 'missing'

/** Makes what is missing of a tenant's roles and its administrator. Inside of `exclusive` on USERS_LOCK. */
export async function ensureAdmin(
  shared: Queryable,
  tenant: Tenant,
  {username, password}: Account,
  create: boolean,
  attributes: NewUser['attributes'] = {},
): Promise<AdminState> {
  const found = await findUserIn(shared, tenant, username)
  if (!found && !create) return 'missing'
  await ensureDefaultRoles(shared, tenant)
  const user = found ?? (await insertUser(shared, tenant, {name: username, password, roles: [], attributes}))
  for (const role of ROLES) await giveRole(shared, tenant, user, role)
  if (!found) return 'created'
  return isPassword(password, found.hash, found.salt ?? '') ? 'there' : 'other password'
}

/** Makes what is missing of the super tenant's roles and the super admin; safe where two nodes do it at once. */
export const ensureSuperAdmin = (shared: Pool, account: Account, create: boolean): Promise<AdminState> =>
  exclusive(shared, USERS_LOCK, on => ensureAdmin(on, SUPER_TENANT, account, create))
