import {rows, type Runner} from '../../databases/sql.js'
import {SUPER_TENANT, type Tenant} from '../../users/users.js'

/** The domains of all active tenants by their ids. */
export const domainsOf = async (shared: Runner): Promise<ReadonlyMap<number, string>> => {
  const sql = 'SELECT UM_ID AS id, UM_DOMAIN_NAME AS domain FROM UM_TENANT WHERE UM_ACTIVE = 1'
  const tenants: readonly Tenant[] = [SUPER_TENANT, ...(await rows<Tenant>(shared, sql))]
  return new Map(tenants.map(({id, domain}) => [id, domain]))
}
