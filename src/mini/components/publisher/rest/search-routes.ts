import {listApis} from '../../../apis/api-store.js'
import type {Api} from '../../../apis/api.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {seenBy} from '../access-control.js'
import type {Publishing} from '../publishing.js'
import {searchOf} from './search.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** APISearchResultDTO: SearchResultMappingUtil of carbon-apimgt v6.7.206. */
const toResult = (api: Api) => ({
  id: api.id,
  name: api.name,
  type: 'API',
  transportType: api.type,
  description: api.description ?? null,
  context: api.context,
  version: api.version,
  provider: api.provider,
  status: api.lifeCycleStatus,
  thumbnailUri: null,
})

/** The search of the whole publisher, by which clients find the id of an API. */
export const searchRoutes = (publishing: Publishing): readonly Route[] => [
  route.get(`${PUBLISHER}/search`, async call => {
    const principal = await publishing.guard.principal(call, MAY.view)
    const query = call.query.get('query') ?? ''
    const seen = await seenBy(publishing, principal, await listApis(publishing.shared, principal.tenant.id))
    const found = seen.map(it => it.api).filter(searchOf(query))
    return json(paged(found.map(toResult), pageOf(call), '/search', `&query=${encodeURIComponent(query)}`))
  }),
]
