import {definitionOf} from '../../apis/api-files.js'
import type {ApiOf} from '../../apis/api-store.js'
import {averageRatings, ratingOf} from '../../apis/opinions.js'
import {openApiOf} from '../../apis/open-api.js'
import {apisBy} from '../../apis/search.js'
import {searchResult} from '../../apis/search-result.js'
import type {Call} from '../../http/call.js'
import {notFound} from '../../http/fault.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import type {Principal} from '../../oauth/guard.js'
import type {Tenant} from '../../users/users.js'
import {apiDetails, apiInfo, endpointUrls, type Look} from './api-view.js'
import {askedTenant, BASE, maybePrincipal, type Portal} from './portal.js'
import {searchPortal} from './search.js'
import {listedApis, visibleApi} from './visible-apis.js'

/** Routes about APIs: everyone may look, at what is for everyone. */
export function apiRoutes(portal: Portal): readonly Route[] {
  const lookOf = (tenant: Tenant, caller: Principal | undefined): Look => ({
    viewer: (caller?.tenant ?? tenant).domain,
    portal: tenant.domain,
  })
  const seen = async (call: Call) => {
    const caller = await maybePrincipal(portal, call)
    const tenant = await askedTenant(portal, call, caller)
    return {apis: await listedApis(portal, tenant, caller), look: lookOf(tenant, caller)}
  }
  const one = async (call: Call) => {
    const caller = await maybePrincipal(portal, call)
    const tenant = await askedTenant(portal, call, caller)
    const api = await visibleApi(portal, tenant, call.param('apiId'), caller)
    return {api, tenantId: tenant.id, look: lookOf(tenant, caller)}
  }
  const definition = async (of: ApiOf) => {
    const servers = endpointUrls(of.api, portal.environments).flatMap(({URLs}) => Object.values(URLs))
    return openApiOf(of.api, {servers, given: await definitionOf(portal.shared, of)})
  }
  const list = async (call: Call) => {
    const query = call.query.get('query') ?? ''
    const ratings = await averageRatings(portal.apim)
    const {apis, look} = await seen(call)
    const found = apis.filter(apisBy(query)).map(it => apiInfo(it, ratingOf(ratings, it), look))
    return json(paged(found, pageOf(call), '/apis', `&query=${encodeURIComponent(query)}`))
  }
  /** APISearchResult and DocumentSearchResult of store-api.yaml. */
  const search = async (call: Call) => {
    const query = call.query.get('query') ?? ''
    const caller = await maybePrincipal(portal, call)
    const found = await searchPortal(portal, await askedTenant(portal, call, caller), query, caller)
    const ratings = await averageRatings(portal.apim)
    const list = found.map(it => ({
      ...searchResult(it),
      ...(!it.document && {businessInformation: it.api.businessInformation, avgRating: ratingOf(ratings, it.api)}),
    }))
    return json(paged(list, pageOf(call), '/search', `&query=${encodeURIComponent(query)}`))
  }
  const details = async (call: Call) => {
    const of = await one(call)
    const rating = ratingOf(await averageRatings(portal.apim), of.api)
    return json(apiDetails(of.api, portal.environments, JSON.stringify(await definition(of)), rating, of.look))
  }
  const tags = async (call: Call) => {
    const counts = new Map<string, number>()
    for (const tag of (await seen(call)).apis.flatMap(api => api.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
    const all = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([value, count]) => ({value, count}))
    return json(paged(all, pageOf(call), '/tags'))
  }
  return [
    route.get(`${BASE}/apis`, list),
    route.get(`${BASE}/search`, search),
    route.get(`${BASE}/apis/:apiId`, details),
    route.get(`${BASE}/apis/:apiId/swagger`, async call => json(await definition(await one(call)))),
    route.get(`${BASE}/apis/:apiId/graphql-schema`, async call => {
      const {graphQLSchema} = (await one(call)).api
      if (graphQLSchema === undefined) throw notFound('The API has no GraphQL schema')
      return {status: 200, body: graphQLSchema, type: 'text/plain; charset=UTF-8'}
    }),
    route.get(`${BASE}/tags`, tags),
  ]
}
