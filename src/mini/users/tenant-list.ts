import type {Call} from '../http/call.js'
import type {Queryable} from '../databases/sql.js'
import {badRequest} from '../http/fault.js'
import {paged, pageOf} from '../http/paging.js'
import {json, type Answer} from '../http/router.js'
import {listTenants} from './tenants.js'
import {activeTenants} from './users.js'

const STATES = ['active', 'inactive'] as const

/** The tenants of a state, as both portals list them: TenantsApiServiceImpl of carbon-apimgt v6.7.206. Throws a Fault 400. */
export async function tenantList(shared: Queryable, call: Call): Promise<Answer> {
  const asked = (call.query.get('state') ?? 'active').toLowerCase()
  const state = STATES.find(it => it === asked)
  if (!state) throw badRequest('Invalid tenant state')
  const found =
    state === 'active' ? await activeTenants(shared) : (await listTenants(shared)).filter(({active}) => !active)
  const list = found.map(({domain}) => ({domain, status: state}))
  return json(paged(list, pageOf(call), '/tenants', `&state=${state}`))
}
