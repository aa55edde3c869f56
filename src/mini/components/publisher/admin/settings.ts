import {notFound} from '../../../http/fault.js'
import {pageOf, paged} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {REST_SCOPES} from '../../../oauth/rest-scopes.js'
import {grantedScopes} from '../../../oauth/scopes.js'
import {findUser, rolesOf} from '../../../users/users.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {keyManagersOf} from '../rest/choices.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** Scopes of the product's own REST APIs, and the roles that have them: RESTAPIScopes of tenant-conf.json, the same for all tenants here. */
export const systemScopes = (): readonly {readonly name: string; readonly roles: readonly string[]}[] =>
  [...REST_SCOPES].filter(([name]) => name.startsWith('apim')).map(([name, roles]) => ({name, roles}))

/**
 * What administrators' clients ask for first: SettingsApiServiceImpl, SystemScopesApiServiceImpl and WorkflowsApiServiceImpl of carbon-apimgt
 * v6.7.206. Everything is approved at once here, so no workflow is ever waiting.
 */
export function settingsRoutes({guard, shared, apim}: Publishing, analytics: Analytics): readonly Route[] {
  const scopes = systemScopes()
  return [
    route.get(`${ADMIN}/settings`, async call => {
      await guard.principal(call, MAY.adminSettings)
      const own = [...new Set(Object.values(MAY).flat())]
      return json({scopes: own, keyManagerConfiguration: [], analyticsEnabled: analytics.enabled})
    }),
    route.get(`${ADMIN}/key-managers`, async call => {
      const {tenant} = await guard.principal(call, MAY.seeCategories)
      const list = await keyManagersOf(apim, tenant.domain)
      return json({count: list.length, list})
    }),
    route.get(`${ADMIN}/system-scopes`, async call => {
      await guard.principal(call, MAY.seeScopes)
      const list = scopes.map(({name, roles}) => ({tag: null, name, description: null, roles}))
      return json({count: list.length, list})
    }),
    route.get(`${ADMIN}/system-scopes/role-aliases`, async call => {
      await guard.principal(call, MAY.seeScopes)
      return json({count: 0, list: []})
    }),
    route.get(`${ADMIN}/system-scopes/:scopeName`, async call => {
      const {tenant} = await guard.principal(call, [...MAY.seeScopes, ...MAY.adminSettings])
      const name = Buffer.from(call.param('scopeName'), 'base64').toString('utf8')
      const unknown = notFound(`Scope Not Found. Scope : ${name.slice(0, 100)}`)
      if (!scopes.some(it => it.name === name)) throw unknown
      const username = call.query.get('username')
      const user = username === null ? undefined : await findUser(shared, username)
      if (username !== null) {
        if (user?.id !== tenant.id) throw unknown
        const roles = await rolesOf(shared, user)
        const granted = await grantedScopes(apim, [name], {tenantId: tenant.id, roles, isApplication: false})
        if (!granted.includes(name)) {
          throw notFound(`User does not have scope. Username : ${username.slice(0, 100)} Scope : ${name}`)
        }
      }
      return json({name})
    }),
    route.get(`${ADMIN}/workflows`, async call => {
      await guard.principal(call, MAY.seeWorkflows)
      const {count, list, pagination} = paged([], pageOf(call), '/workflows')
      return json({count, list, next: pagination.next, previous: pagination.previous})
    }),
  ]
}
