import {z} from 'zod'
import {bodyOf} from '../../../http/body.js'
import {notFound} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {grantedScopes} from '../../../oauth/scopes.js'
import {roleAliases, setRoleAliases, setTenantScopes, tenantScopes} from '../../../oauth/tenant-conf.js'
import {findUser, rolesOf} from '../../../users/users.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** A role's name: it stands in lists with commas. */
const role = storable(255, 1).refine(it => !/[,\s]/.test(it), 'has a comma or a space')

/** ScopeListDTO and RoleAliasListDTO of admin-api.yaml, carbon-apimgt v6.7.206. */
const scopeList = z.object({list: z.array(z.object({name: z.string(), roles: z.array(role).min(1).max(100)})).max(500)})
const aliasList = z.object({list: z.array(z.object({role, aliases: z.array(role).min(1).max(100)})).max(500)})

/** Scopes of the product's own REST APIs, and the roles that have them in a tenant. */
export async function systemScopes({shared}: Pick<Publishing, 'shared'>, {id}: Principal['tenant']) {
  const found = [...(await tenantScopes(shared, id))].filter(([name]) => name.startsWith('apim'))
  return found.map(([name, roles]) => ({name, roles}))
}

/** Which role may do what by REST: SystemScopesApiServiceImpl of carbon-apimgt v6.7.206. A token keeps the scopes that it has. */
export function systemScopeRoutes(publishing: Publishing): readonly Route[] {
  const {guard, shared, apim} = publishing
  const scopesOf = async (tenant: Principal['tenant']) => {
    const list = await systemScopes(publishing, tenant)
    return json({count: list.length, list: list.map(it => ({tag: null, description: null, ...it}))})
  }
  const aliasesOf = async ({id}: Principal['tenant']) => {
    const list = [...(await roleAliases(shared, id))].map(([of, aliases]) => ({role: of, aliases}))
    return json({count: list.length, list})
  }
  const unknown = (name: string) => notFound(`Scope Not Found. Scope : ${name.slice(0, 100)}`)
  const base = `${ADMIN}/system-scopes`
  return [
    route.get(base, async call => scopesOf((await guard.principal(call, MAY.seeScopes)).tenant)),
    route.put(base, async call => {
      const caller = await guard.principal(call, MAY.seeScopes)
      const {list} = await bodyOf(call, scopeList)
      const known = await tenantScopes(shared, caller.tenant.id)
      const stranger = list.find(it => !known.has(it.name))
      if (stranger) throw unknown(stranger.name)
      const given = new Map(list.map(({name, roles}) => [name, roles]))
      await setTenantScopes(shared, caller.tenant.id, given, nameOf(caller))
      return scopesOf(caller.tenant)
    }),
    route.get(`${base}/role-aliases`, async call => aliasesOf((await guard.principal(call, MAY.seeScopes)).tenant)),
    route.put(`${base}/role-aliases`, async call => {
      const caller = await guard.principal(call, MAY.seeScopes)
      const {list} = await bodyOf(call, aliasList)
      await setRoleAliases(shared, caller.tenant.id, new Map(list.map(it => [it.role, it.aliases])), nameOf(caller))
      return aliasesOf(caller.tenant)
    }),
    route.get(`${base}/:scopeName`, async call => {
      const {tenant} = await guard.principal(call, [...MAY.seeScopes, ...MAY.adminSettings])
      const name = Buffer.from(call.param('scopeName'), 'base64').toString('utf8')
      if (!(await systemScopes(publishing, tenant)).some(it => it.name === name)) throw unknown(name)
      const username = call.query.get('username')
      const user = username === null ? undefined : await findUser(shared, username)
      if (username !== null) {
        if (user?.id !== tenant.id) throw unknown(name)
        const roles = await rolesOf(shared, user)
        const granted = await grantedScopes({apim, shared}, [name], {tenantId: tenant.id, roles, isApplication: false})
        if (!granted.includes(name)) {
          throw notFound(`User does not have scope. Username : ${username.slice(0, 100)} Scope : ${name}`)
        }
      }
      return json({name})
    }),
  ]
}
