import type {Runner} from '../../databases/sql.js'
import {activeTenants} from '../../users/known-tenants.js'

/** The domains of all active tenants, by their ids. */
export const domainsOf = async (shared: Runner): Promise<ReadonlyMap<number, string>> =>
  new Map((await activeTenants(shared)).map(({id, domain}) => [id, domain]))
