import {listApis} from '../../../apis/api-store.js'
import {searchResult} from '../../../apis/search-result.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {seenBy} from '../access-control.js'
import type {Publishing} from '../publishing.js'
import {searchOf} from './search.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** The search of the whole publisher, by which clients find the id of an API. */
export const searchRoutes = (publishing: Publishing): readonly Route[] => [
  route.get(`${PUBLISHER}/search`, async call => {
    const principal = await publishing.guard.principal(call, MAY.view)
    const query = call.query.get('query') ?? ''
    const seen = await seenBy(publishing, principal, await listApis(publishing.shared, principal.tenant.id))
    const found = seen.map(it => it.api).filter(searchOf(query))
    return json(paged(found.map(searchResult), pageOf(call), '/search', `&query=${encodeURIComponent(query)}`))
  }),
]
