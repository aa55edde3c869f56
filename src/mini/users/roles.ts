import {insert, row, type Queryable} from '../databases/sql.js'
import type {Tenant} from './users.js'

export const ADMIN_ROLE = 'admin'
const INTERNAL = 'Internal/'

const LOGIN = '/permission/admin/login'
const CREATE = '/permission/admin/manage/api/create'
const PUBLISH = '/permission/admin/manage/api/publish'
const SUBSCRIBE = '/permission/admin/manage/api/subscribe'

/** The roles of every tenant and what they may do: DefaultRoles of tenant-conf.json and APIUtil.createDefaultRoles, carbon-apimgt v6.7.206. */
const DEFAULT_ROLES: Readonly<Record<string, readonly string[]>> = {
  [ADMIN_ROLE]: ['/permission'],
  'Internal/everyone': [],
  'Internal/creator': [
    LOGIN,
    CREATE,
    '/permission/admin/configure/governance',
    '/permission/admin/manage/resources/govern',
  ],
  'Internal/publisher': [LOGIN, PUBLISH],
  'Internal/subscriber': [LOGIN, SUBSCRIBE],
  'Internal/devops': [CREATE, PUBLISH, SUBSCRIBE],
  'Internal/analytics': [LOGIN],
}

/** Finds a row's id, or adds the row. Safe only where its caller keeps others out. */
async function idOf(
  shared: Queryable,
  table: string,
  id: string,
  values: Readonly<Record<string, string | number>>,
): Promise<number> {
  const columns = Object.keys(values)
  const where = columns.map(it => `${it} = ?`).join(' AND ')
  const found = await row<{id: number}>(
    shared,
    `SELECT ${id} AS id FROM ${table} WHERE ${where}`,
    Object.values(values),
  )
  if (found) return found.id
  return insert(shared, table, values)
}

/** UM_DOMAIN_ID of the user store, made where it is missing. Inside of `exclusive`. */
export const storeId = (shared: Queryable, {id}: Tenant, store = 'PRIMARY'): Promise<number> =>
  idOf(shared, 'UM_DOMAIN', 'UM_DOMAIN_ID', {UM_DOMAIN_NAME: store, UM_TENANT_ID: id})

/** Where a role is: `Internal/...` are hybrid roles, others the user store's. */
const placeOf = (role: string, tenantId: number) =>
  role.startsWith(INTERNAL)
    ? {table: 'UM_HYBRID_ROLE', values: {UM_ROLE_NAME: role.slice(INTERNAL.length), UM_TENANT_ID: tenantId}}
    : {table: 'UM_ROLE', values: {UM_ROLE_NAME: role, UM_TENANT_ID: tenantId}}

/** Whether a tenant has a role. */
export async function hasRole(shared: Queryable, tenantId: number, name: string): Promise<boolean> {
  const {table, values} = placeOf(name, tenantId)
  const sql = `SELECT UM_ID FROM ${table} WHERE UM_ROLE_NAME = ? AND UM_TENANT_ID = ?`
  return name === 'Internal/everyone' || (await row(shared, sql, Object.values(values))) !== undefined
}

/** UM_ID of a role, made where it is missing. */
function roleId(shared: Queryable, tenant: Tenant, role: string): Promise<number> {
  const {table, values} = placeOf(role, tenant.id)
  return idOf(shared, table, 'UM_ID', values)
}

/** Gives a user a role, and makes the role where it is missing. Inside of `exclusive`. */
export async function giveRole(
  shared: Queryable,
  tenant: Tenant,
  user: {readonly key: number; readonly name: string},
  role: string,
): Promise<void> {
  const id = await roleId(shared, tenant, role)
  if (!role.startsWith(INTERNAL)) {
    await idOf(shared, 'UM_USER_ROLE', 'UM_ID', {UM_ROLE_ID: id, UM_USER_ID: user.key, UM_TENANT_ID: tenant.id})
    return
  }
  await idOf(shared, 'UM_HYBRID_USER_ROLE', 'UM_ID', {
    UM_USER_NAME: user.name,
    UM_ROLE_ID: id,
    UM_TENANT_ID: tenant.id,
    UM_DOMAIN_ID: await storeId(shared, tenant),
  })
}

/** Makes what is missing of a tenant's roles and their permissions. Inside of `exclusive`. */
export async function ensureDefaultRoles(shared: Queryable, tenant: Tenant): Promise<void> {
  const stores = {own: await storeId(shared, tenant), internal: await storeId(shared, tenant, 'INTERNAL')}
  for (const [role, permissions] of Object.entries(DEFAULT_ROLES)) {
    await roleId(shared, tenant, role)
    const internal = role.startsWith(INTERNAL)
    for (const permission of permissions) {
      const permissionId = await idOf(shared, 'UM_PERMISSION', 'UM_ID', {
        UM_RESOURCE_ID: permission,
        UM_ACTION: 'ui.execute',
        UM_TENANT_ID: tenant.id,
      })
      await idOf(shared, 'UM_ROLE_PERMISSION', 'UM_ID', {
        UM_PERMISSION_ID: permissionId,
        UM_ROLE_NAME: internal ? role.slice(INTERNAL.length) : role,
        UM_IS_ALLOWED: 1,
        UM_TENANT_ID: tenant.id,
        UM_DOMAIN_ID: internal ? stores.internal : stores.own,
      })
    }
  }
}
