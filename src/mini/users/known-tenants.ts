import {row, rows, type Runner} from '../databases/sql.js'
import {SUPER_TENANT, type Tenant} from './users.js'

/** Every active tenant, the super tenant first. */
export const activeTenants = async (shared: Runner): Promise<readonly Tenant[]> => [
  SUPER_TENANT,
  ...(await rows<Tenant>(
    shared,
    'SELECT UM_ID AS id, UM_DOMAIN_NAME AS domain FROM UM_TENANT WHERE UM_ACTIVE = 1 ORDER BY UM_ID',
  )),
]

/** The tenant of an id, active or not, or undefined. */
export const tenantById = async (shared: Runner, id: number): Promise<Tenant | undefined> =>
  id === SUPER_TENANT.id
    ? SUPER_TENANT
    : row<Tenant>(shared, 'SELECT UM_ID AS id, UM_DOMAIN_NAME AS domain FROM UM_TENANT WHERE UM_ID = ?', [id])
