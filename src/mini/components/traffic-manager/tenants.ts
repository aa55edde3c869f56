import type {Runner} from '../../databases/sql.js'
import {listTenants} from '../../users/tenants.js'
import {SUPER_TENANT} from '../../users/users.js'

/** The domains of all active tenants by their ids. */
export const domainsOf = async (shared: Runner): Promise<ReadonlyMap<number, string>> => {
  const active = (await listTenants(shared)).filter(it => it.active)
  return new Map([SUPER_TENANT, ...active].map(({id, domain}) => [id, domain]))
}
