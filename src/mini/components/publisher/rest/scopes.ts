import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {listApis} from '../../../apis/api-store.js'
import {change, exclusive, row} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, Fault, notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {Principal} from '../../../oauth/guard.js'
import {hasRole} from '../../../users/roles.js'
import {sharedScopes} from '../api-checks.js'
import type {Publishing} from '../publishing.js'
import type {About, KeyManagerScope} from '../scope-client.js'
import {scopeName} from './api-body.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** ScopeDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206. */
const changed = z.object({
  displayName: storable(255, 1),
  description: storable(512).nullish(),
  bindings: z.array(storable(255, 1)).max(100).nullish(),
})
const created = changed.extend({name: scopeName})

const unknown = (id: string) =>
  new Fault(404, `Shared Scope with id ${id.slice(0, 100)} not found`, {
    code: 900981,
    message: 'Shared Scope not found',
  })
const taken = (name: string) =>
  new Fault(409, `Scope ${name} already exists`, {code: 900984, message: 'Scope already exists'})

/** The name in a HEAD: base64, with either alphabet. */
const decoded = (name: string) => Buffer.from(name, 'base64').toString('utf8')

const aboutOf = ({tenant}: Principal, {correlationId}: Call): About => ({tenantDomain: tenant.domain, correlationId})

/** Scopes that several APIs may have: kept by the key manager, known here by their ids. */
export function scopeRoutes(publishing: Publishing): readonly Route[] {
  const {apim, shared, guard, scopes: keyManager} = publishing

  const need = async ({tenant}: Principal, id: string): Promise<string> => {
    const sql = 'SELECT NAME AS name FROM AM_SHARED_SCOPE WHERE UUID = ? AND TENANT_ID = ?'
    const found = await row<{name: string}>(apim, sql, [id, tenant.id])
    if (!found) throw unknown(id)
    return found.name
  }
  const apisWith = async ({tenant}: Principal, name: string) =>
    (await listApis(shared, tenant.id)).filter(({api}) => api.scopes.some(it => it.scope.name === name))
  const isTaken = async (principal: Principal, name: string) =>
    (await sharedScopes(publishing, principal.tenant.id)).has(name) || (await apisWith(principal, name)).length > 0

  const toDto = async (id: string, name: string, about: About, usageCount: number, known?: KeyManagerScope) => {
    const {displayName, description, bindings} = known ??
      (await keyManager.find(name, about)) ?? {displayName: name, description: '', bindings: []}
    return {id, name, displayName, description, bindings, usageCount}
  }
  const usesOf = async (principal: Principal, name: string) => (await apisWith(principal, name)).length
  const checkRoles = async ({tenant}: Principal, roles: readonly string[]) => {
    for (const it of roles) {
      if (!(await hasRole(shared, tenant.id, it))) throw badRequest(`Role '${it}' does not exist.`)
    }
  }

  return [
    route.get(`${PUBLISHER}/scopes`, async call => {
      const principal = await guard.principal(call, MAY.read)
      const page = paged([...(await sharedScopes(publishing, principal.tenant.id))], pageOf(call), '/scopes')
      const uses = (await listApis(shared, principal.tenant.id)).flatMap(({api}) => api.scopes.map(it => it.scope.name))
      const about = aboutOf(principal, call)
      const dto = ([name, id]: readonly [string, string]) =>
        toDto(id, name, about, uses.filter(it => it === name).length)
      return json({...page, list: await Promise.all(page.list.map(dto))})
    }),
    route.post(`${PUBLISHER}/scopes`, async call => {
      const principal = await guard.principal(call, MAY.shareScopes)
      const body = await bodyOf(call, created)
      const scope = {...body, description: body.description ?? '', bindings: body.bindings ?? []}
      await checkRoles(principal, scope.bindings)
      const id = randomUUID()
      await exclusive(apim, 'shared scopes', async on => {
        if (await isTaken(principal, scope.name)) throw taken(scope.name)
        const sql = 'INSERT INTO AM_SHARED_SCOPE (NAME, UUID, TENANT_ID) VALUES (?, ?, ?)'
        await change(on, sql, [scope.name, id, principal.tenant.id])
        await keyManager.put(scope, aboutOf(principal, call))
      })
      const headers = {location: `${PUBLISHER}/scopes/${id}`}
      return {...json(await toDto(id, scope.name, aboutOf(principal, call), 0, scope), 201), headers}
    }),
    route.get(`${PUBLISHER}/scopes/:scopeId`, async call => {
      // HEAD asks whether a name is taken, and has that name, encoded, in the place of the id.
      if (call.method === 'HEAD') {
        const principal = await guard.principal(call, MAY.change)
        if (!(await isTaken(principal, decoded(call.param('scopeId'))))) throw notFound('There is no such scope')
        return {status: 200}
      }
      const principal = await guard.principal(call, MAY.read)
      const id = call.param('scopeId')
      const name = await need(principal, id)
      return json(await toDto(id, name, aboutOf(principal, call), await usesOf(principal, name)))
    }),
    route.put(`${PUBLISHER}/scopes/:scopeId`, async call => {
      const principal = await guard.principal(call, MAY.shareScopes)
      const id = call.param('scopeId')
      const name = await need(principal, id)
      const body = await bodyOf(call, changed)
      const scope = {...body, name, description: body.description ?? '', bindings: body.bindings ?? []}
      await checkRoles(principal, scope.bindings)
      await keyManager.put(scope, aboutOf(principal, call))
      return json(await toDto(id, name, aboutOf(principal, call), await usesOf(principal, name), scope))
    }),
    route.delete(`${PUBLISHER}/scopes/:scopeId`, async call => {
      const principal = await guard.principal(call, MAY.shareScopes)
      const id = call.param('scopeId')
      const name = await need(principal, id)
      if ((await usesOf(principal, name)) > 0) {
        const text = `Cannot remove the Shared Scope ${id} as it is used by one or more APIs`
        throw new Fault(409, text, {code: 900985, message: 'Shared Scope already attached'})
      }
      await keyManager.remove(name, aboutOf(principal, call))
      await change(apim, 'DELETE FROM AM_SHARED_SCOPE WHERE UUID = ?', [id])
      return {status: 200}
    }),
    route.get(`${PUBLISHER}/scopes/:scopeId/usage`, async call => {
      const principal = await guard.principal(call, MAY.read)
      const id = call.param('scopeId')
      const name = await need(principal, id)
      const usedApiList = (await apisWith(principal, name)).map(({api}) => ({
        name: api.name,
        context: api.context,
        version: api.version,
        provider: api.provider,
        usedResourceList: api.operations
          .filter(it => it.scopes.includes(name))
          .map(it => ({target: it.target, verb: it.verb})),
      }))
      return json({id, name, usedApiList})
    }),
  ]
}
