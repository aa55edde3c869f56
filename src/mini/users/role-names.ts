import {row, type Runner} from '../databases/sql.js'

const INTERNAL = 'Internal/'

/** Whether a tenant has a role, of the user store or an internal one (`Internal/subscriber`). */
export const hasRole = async (shared: Runner, tenantId: number, name: string): Promise<boolean> => {
  if (name === 'Internal/everyone') return true
  const internal = name.startsWith(INTERNAL)
  const sql = internal
    ? 'SELECT UM_ID FROM UM_HYBRID_ROLE WHERE UM_ROLE_NAME = ? AND UM_TENANT_ID = ?'
    : 'SELECT UM_ID FROM UM_ROLE WHERE UM_ROLE_NAME = ? AND UM_TENANT_ID = ?'
  return (await row(shared, sql, [internal ? name.slice(INTERNAL.length) : name, tenantId])) !== undefined
}
