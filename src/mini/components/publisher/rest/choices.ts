import {categoriesOf, labelsOf} from '../../../apis/categories.js'
import {rows} from '../../../databases/sql.js'
import {notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {keyManagersOf} from '../../../oauth/key-manager-store.js'
import {hasRole} from '../../../users/roles.js'
import {tenantList} from '../../../users/tenant-list.js'
import {findUserIn, rolesOf, tenantOf} from '../../../users/users.js'
import {needApi, needApiId} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {needSubscription} from '../subscription-store.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

const listed = (list: readonly unknown[]) => json({count: list.length, list})

/** What an API may name, for those who fill in a form. */
export function choiceRoutes(publishing: Publishing): readonly Route[] {
  const {apim, shared, guard} = publishing
  // An API that names a cluster is refused, so it is in none.
  const clusters = route.get(`${PUBLISHER}/apis/:apiId/deployments`, async call => {
    await needApi(publishing, await guard.principal(call, MAY.view), call.param('apiId'))
    return listed([])
  })

  return [
    route.get(`${PUBLISHER}/api-categories`, async call => {
      const {tenant} = await guard.principal(call, MAY.read)
      return listed(await categoriesOf(apim, tenant.id))
    }),
    route.get(`${PUBLISHER}/labels`, async call => {
      const {tenant} = await guard.principal(call, MAY.read)
      const labels = await labelsOf(apim, tenant.domain)
      const list = labels.map(({name, description, urls}) => ({name, description, access_urls: urls}))
      return json({count: list.length, list, pagination: null})
    }),
    route.get(`${PUBLISHER}/tenants`, async call => {
      await guard.principal(call, MAY.read)
      return tenantList(shared, call)
    }),
    // Only HEAD is an operation: whether there is such a tenant.
    route.get(`${PUBLISHER}/tenants/:tenantDomain`, async call => {
      await guard.principal(call, MAY.read)
      const domain = call.param('tenantDomain')
      if (!(await tenantOf(shared, domain))) throw notFound(`There is no active tenant ${domain.slice(0, 100)}`)
      return {status: 200}
    }),
    // Nobody can make one here, so there is none: all that clients list them for.
    route.get(`${PUBLISHER}/api-products`, async call => {
      await guard.principal(call, MAY.view)
      return json(paged([], pageOf(call), '/api-products'))
    }),
    route.get(`${PUBLISHER}/key-managers`, async call => {
      const {tenant} = await guard.principal(call, MAY.create)
      const found = await keyManagersOf(apim, tenant.domain)
      return listed(
        found.map(({id, name, type, description, enabled, displayName}) => ({
          ...{id, name, type, description, enabled},
          displayName: displayName || name,
          additionalProperties: [],
        })),
      )
    }),
    route.get(`${PUBLISHER}/deployments`, async call => {
      await guard.principal(call, MAY.read)
      return listed([])
    }),
    // In 4.x they are those of revisions.
    ...(publishing.face === '4' ? [] : [clusters]),
    route.get(`${PUBLISHER}/apis/:apiId/monetization`, async call => {
      const principal = await guard.principal(call, MAY.change)
      const {monetization} = (await needApi(publishing, principal, call.param('apiId'))).api
      return json(monetization ?? {enabled: false, properties: {}})
    }),
    route.get(`${PUBLISHER}/apis/:apiId/resource-paths`, async call => {
      const principal = await guard.principal(call, MAY.read)
      const {api} = await needApi(publishing, principal, call.param('apiId'))
      const id = await needApiId(publishing, api)
      const sql =
        'SELECT URL_MAPPING_ID AS id, URL_PATTERN AS resourcePath, HTTP_METHOD AS httpVerb FROM AM_API_URL_MAPPING ' +
        'WHERE API_ID = ? ORDER BY URL_MAPPING_ID'
      return json(paged(await rows(apim, sql, [id]), pageOf(call), `/apis/${api.id}/resource-paths`))
    }),
    // HEAD only: the product has no GET of it, and one answers the same without a body.
    route.get(`${PUBLISHER}/roles/:roleId`, async call => {
      const {tenant} = await guard.principal(call, MAY.change)
      const role = Buffer.from(call.param('roleId'), 'base64url').toString('utf8')
      if (!(await hasRole(shared, tenant.id, role))) throw notFound('There is no such role')
      return {status: 200}
    }),
    route.get(`${PUBLISHER}/me/roles/:roleId`, async call => {
      const {tenant, name} = await guard.principal(call, MAY.change)
      const role = Buffer.from(call.param('roleId'), 'base64url').toString('utf8')
      const user = await findUserIn(shared, tenant, name)
      const roles = user ? await rolesOf(shared, user) : []
      if (!roles.some(it => it.toLowerCase() === role.toLowerCase())) throw notFound('The caller has no such role')
      return {status: 200}
    }),
    route.get(`${PUBLISHER}/subscriptions/:subscriptionId/subscriber-info`, async call => {
      const caller = await guard.principal(call, MAY.seeSubscriptions)
      const {subscriber} = await needSubscription(publishing, caller, call.param('subscriptionId'))
      return json({name: subscriber, claims: []})
    }),
  ]
}
