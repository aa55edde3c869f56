import {listApis, type StoredApi} from '../../apis/api-store.js'
import {endpointList, type Api, type ApiScope, type LifeCycleStatus} from '../../apis/api.js'
import {categoriesOf} from '../../apis/categories.js'
import {rows} from '../../databases/sql.js'
import {alreadyExists, badRequest, conflict, Fault} from '../../http/fault.js'
import {ALL_KEY_MANAGERS, RESIDENT_KEY_MANAGER} from '../../hub/data.js'
import {keyManagersOf} from '../../oauth/key-manager-store.js'
import type {Principal} from '../../oauth/guard.js'
import {listPolicies} from '../../policies/policy-store.js'
import type {Tenant} from '../../users/users.js'
import {hasRole} from '../../users/roles.js'
import {checkAccessControl} from './access-control.js'
import type {Publishing} from './publishing.js'
import type {ApiInput} from './rest/api-body.js'

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Whether a new API may have its name, version and context: the checks of ApisApiServiceImpl of carbon-apimgt v6.7.206. Throws Faults. */
export function checkFree(others: readonly StoredApi[], input: Pick<Api, 'name' | 'version' | 'context'>): void {
  const {name, version, context} = input
  const apis = others.map(it => it.api)
  const named = apis.filter(it => same(it.name, name))
  if (named.some(it => it.name !== name)) {
    throw badRequest(`Error occurred while adding API. API with name ${name} already exists.`)
  }
  const taken = apis.filter(it => same(it.context, context))
  if (named.some(it => same(it.version, version))) {
    if (taken.length > 0) {
      const text = `Error occurred while adding the API. A duplicate API already exists for ${name}-${version}`
      throw alreadyExists(text)
    }
    throw badRequest(`Error occurred while adding API. API with name ${name} already exists with different context`)
  }
  if (taken.some(it => it.name !== name)) {
    throw badRequest(`Error occurred while adding the API. A duplicate API context already exists for ${context}`)
  }
}

/** UUIDs of a tenant's shared scopes by their names. */
export async function sharedScopes({apim}: Publishing, tenantId: number): Promise<ReadonlyMap<string, string>> {
  const sql = 'SELECT NAME AS name, UUID AS uuid FROM AM_SHARED_SCOPE WHERE TENANT_ID = ? ORDER BY NAME'
  const found = await rows<{name: string; uuid: string}>(apim, sql, [tenantId])
  return new Map(found.map(({name, uuid}) => [name, uuid]))
}

async function checkScopes(publishing: Publishing, tenant: Tenant, input: ApiInput): Promise<readonly ApiScope[]> {
  if (input.scopes.length === 0) return []
  const shared = await sharedScopes(publishing, tenant.id)
  const others = (await listApis(publishing.shared, tenant.id)).filter(({api}) => api.name !== input.name)
  const taken = new Set(others.flatMap(({api}) => api.scopes.filter(it => !it.shared).map(it => it.scope.name)))
  for (const {scope} of input.scopes) {
    if (taken.has(scope.name)) throw badRequest(`Scope ${scope.name} is already assigned locally by another API`)
    for (const role of scope.bindings) {
      if (!(await hasRole(publishing.shared, tenant.id, role))) throw badRequest(`Role '${role}' does not exist.`)
    }
  }
  return input.scopes.map(it => {
    const id = shared.get(it.scope.name)
    if (id !== undefined) return {scope: {...it.scope, id}, shared: true}
    if (!it.shared) return it
    const options = {code: 900981, message: 'Shared Scope not found'}
    throw new Fault(404, `Shared Scope with name ${it.scope.name} not found`, options)
  })
}

/** Checks what an API refers to: policies, roles, categories, key managers, scopes. Gives it with its shared scopes marked. Throws Faults. */
export async function checkReferences(
  publishing: Publishing,
  principal: Principal,
  input: ApiInput,
): Promise<ApiInput> {
  const {apim, shared} = publishing
  const {tenant} = principal
  const namesOf = async (kind: 'API' | 'SUBSCRIPTION') =>
    new Set((await listPolicies(apim, kind, tenant.id)).map(it => it.name))
  const subscription = await namesOf('SUBSCRIPTION')
  const unknown = input.policies.filter(it => !subscription.has(it))
  if (unknown.length > 0) throw badRequest(`Specified tier(s) [${unknown.join(', ')}] are invalid`)
  const advanced = await namesOf('API')
  const {apiThrottlingPolicy} = input
  if (apiThrottlingPolicy !== null && !advanced.has(apiThrottlingPolicy)) {
    throw badRequest(`Specified policy ${apiThrottlingPolicy} is invalid`)
  }
  const stray = input.operations.find(it => !advanced.has(it.throttlingPolicy))
  if (stray) throw badRequest(`Specified policy ${stray.throttlingPolicy} of ${stray.verb} ${stray.target} is invalid`)
  for (const role of input.visibleRoles) {
    if (!(await hasRole(shared, tenant.id, role)))
      throw badRequest(`Invalid user roles found in visibleRoles list: ${role}`)
  }
  await checkAccessControl(publishing, principal, input.accessControlRoles)
  const categories = input.categories.length > 0 ? await categoriesOf(apim, tenant.id) : []
  if (input.categories.some(it => !categories.some(({name}) => name === it))) {
    throw badRequest('Invalid API Category name(s) defined')
  }
  // The row of the resident one is made when a gateway asks for the first time.
  const others = input.keyManagers.filter(it => it !== ALL_KEY_MANAGERS && it !== RESIDENT_KEY_MANAGER)
  const keyManagers = others.length > 0 ? await keyManagersOf(apim, tenant.domain) : []
  const stranger = others.find(it => !keyManagers.some(({name}) => name === it))
  if (stranger !== undefined) throw badRequest(`keyManagers: there is no key manager ${stranger}`)
  return {...input, scopes: await checkScopes(publishing, tenant, input)}
}

/** The product's answer to removing an API that someone uses. */
export const inUse = (id: string) => conflict(`Cannot remove the API ${id} as active subscriptions exist`)

const PUBLISHING = 'Failed to publish service to API store while executing APIExecutor.'

/** APIExecutor of carbon-apimgt v6.7.206: what an API needs before it is published. Throws a Fault 400. */
export function checkPublishable({endpointConfig, policies}: Api, from: LifeCycleStatus, to: LifeCycleStatus): void {
  if (to !== 'PUBLISHED' || (from !== 'CREATED' && from !== 'PROTOTYPED')) return
  const all = [...endpointList(endpointConfig, 'production'), ...endpointList(endpointConfig, 'sandbox')]
  if (all.length === 0) throw badRequest(`${PUBLISHING} No endpoint selected`)
  if (policies.length === 0) throw badRequest(`${PUBLISHING} No Tiers selected`)
}
