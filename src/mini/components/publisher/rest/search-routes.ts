import {listApis} from '../../../apis/api-store.js'
import {searchAll, type Found} from '../../../apis/search.js'
import {searchResult} from '../../../apis/search-result.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {seenBy} from '../access-control.js'
import type {Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** What a user of the publisher finds: APIs and documents. */
export async function search({shared}: Publishing, user: Principal, query: string): Promise<readonly Found[]> {
  const {id: tenantId} = user.tenant
  const apis = (await seenBy({shared}, user, await listApis(shared, tenantId))).map(it => it.api)
  return searchAll(shared, query, {tenantId, apis}, () => true)
}

/** The description of publisher-api.yaml knows no Markdown among results, and 3.2.0 fails there: it is text, as INLINE is. */
const kindOf = ({sourceType}: {readonly sourceType: string}) => (sourceType === 'MARKDOWN' ? 'INLINE' : sourceType)

/** The search of the whole publisher, by which clients find the id of an API. */
export const searchRoutes = (publishing: Publishing): readonly Route[] => [
  route.get(`${PUBLISHER}/search`, async call => {
    const principal = await publishing.guard.principal(call, MAY.view)
    const query = call.query.get('query') ?? ''
    const found = (await search(publishing, principal, query))
      .map(searchResult)
      .map(it => ('sourceType' in it ? {...it, sourceType: kindOf(it), associatedType: 'API'} : it))
    return json(paged(found, pageOf(call), '/search', `&query=${encodeURIComponent(query)}`))
  }),
]
