import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {findApiId} from '../../apis/api-rows.js'
import {COMMENTS, commentsOf, type Comment} from '../../apis/opinions.js'
import {change, exclusive, insert, row, rows, type Queryable} from '../../databases/sql.js'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {Fault, missing} from '../../http/fault.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {ADMIN_ROLE} from '../../users/roles.js'
import {findUserIn, rolesOf} from '../../users/users.js'
import {askedTenant, BASE, maybePrincipal, SCOPES, type Portal} from './portal.js'
import {subscriberOf} from './subscribers.js'
import {visibleApi} from './visible-apis.js'

interface Rating {
  readonly ratingId: string
  readonly ratedBy: string
  readonly rating: number
}

const ratingsOf = (apim: Queryable, apiId: number): Promise<readonly Rating[]> =>
  rows<Rating>(
    apim,
    'SELECT r.RATING_ID AS ratingId, s.USER_ID AS ratedBy, r.RATING AS rating FROM AM_API_RATINGS r ' +
      'JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = r.SUBSCRIBER_ID WHERE r.API_ID = ? ORDER BY s.USER_ID',
    [apiId],
  )

/** AM_API_COMMENTS.COMMENT_TEXT; the database is in latin1. */
export const COMMENT = z.object({
  content: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[\t\n\r\x20-\x7e\xa0-\xff]*$/, 'has a character that can not be stored'),
})
export const RATING = z.object({rating: z.int().min(0).max(5)})

const toComment = ({id, content, createdBy, at}: Comment) => ({id, content, createdBy, createdTime: at.toISOString()})

export async function addComment(portal: Portal, caller: Principal, apiId: number, content: string): Promise<Comment> {
  // The column has whole seconds.
  const at = new Date(Math.floor(Date.now() / 1000) * 1000)
  const made = {id: randomUUID(), content, createdBy: nameOf(caller), at}
  await insert(portal.apim, 'AM_API_COMMENTS', {
    COMMENT_ID: made.id,
    COMMENT_TEXT: content,
    COMMENTED_USER: made.createdBy,
    DATE_COMMENTED: at,
    API_ID: apiId,
  })
  return made
}

/** Sets what a user thinks of an API, and gives the id of the rating. */
export async function rateApi(portal: Portal, caller: Principal, apiId: number, rating: number): Promise<string> {
  const subscriber = await subscriberOf(portal, caller)
  // The table has no key against two of one user.
  return exclusive(portal.apim, 'ratings', async on => {
    const sql = 'SELECT RATING_ID AS id FROM AM_API_RATINGS WHERE API_ID = ? AND SUBSCRIBER_ID = ?'
    const known = await row<{id: string}>(on, sql, [apiId, subscriber])
    if (known) {
      await change(on, 'UPDATE AM_API_RATINGS SET RATING = ? WHERE RATING_ID = ?', [rating, known.id])
      return known.id
    }
    const RATING_ID = randomUUID()
    await insert(on, 'AM_API_RATINGS', {RATING_ID, API_ID: apiId, RATING: rating, SUBSCRIBER_ID: subscriber})
    return RATING_ID
  })
}

/** What users say of APIs: comments and ratings. */
export function opinionRoutes(portal: Portal): readonly Route[] {
  const {apim, shared, guard} = portal
  const idOf = async (call: Call, caller?: Principal) => {
    const api = await visibleApi(portal, await askedTenant(portal, call, caller), call.param('apiId'), caller)
    const id = await findApiId(apim, api)
    if (id === undefined) throw missing('API', api.id)
    return {api, id}
  }
  const comment = async (apiId: number, id: string): Promise<Comment> => {
    const found = await row<Comment>(apim, `${COMMENTS} WHERE API_ID = ? AND COMMENT_ID = ?`, [apiId, id])
    if (!found) throw missing('Comments', id)
    return found
  }
  const isAdministrator = async ({tenant, name}: Principal) => {
    const user = await findUserIn(shared, tenant, name)
    return user !== undefined && (await rolesOf(shared, user)).includes(ADMIN_ROLE)
  }
  const comments = `${BASE}/apis/:apiId/comments`
  const own = `${BASE}/apis/:apiId/user-rating`

  const rate = async (call: Call) => {
    const caller = await guard.principal(call, SCOPES.subscribe)
    const {api, id} = await idOf(call, caller)
    const {rating} = await bodyOf(call, RATING)
    return json({ratingId: await rateApi(portal, caller, id, rating), apiId: api.id, ratedBy: nameOf(caller), rating})
  }

  return [
    route.get(comments, async call => {
      const {id} = await idOf(call, await maybePrincipal(portal, call))
      const path = `/apis/${encodeURIComponent(call.param('apiId'))}/comments`
      return json(paged((await commentsOf(apim, id)).map(toComment), pageOf(call), path))
    }),
    route.post(comments, async call => {
      const caller = await guard.principal(call, SCOPES.subscribe)
      const {api, id} = await idOf(call, caller)
      const {content} = await bodyOf(call, COMMENT)
      const made = await addComment(portal, caller, id, content)
      return {...json(toComment(made), 201), headers: {location: `${BASE}/apis/${api.id}/comments/${made.id}`}}
    }),
    route.get(`${comments}/:commentId`, async call => {
      const {id} = await idOf(call, await maybePrincipal(portal, call))
      return json(toComment(await comment(id, call.param('commentId'))))
    }),
    route.delete(`${comments}/:commentId`, async call => {
      const caller = await guard.principal(call, SCOPES.subscribe)
      const {id} = await idOf(call, caller)
      const found = await comment(id, call.param('commentId'))
      if (found.createdBy.toLowerCase() !== nameOf(caller).toLowerCase() && !(await isAdministrator(caller))) {
        throw new Fault(403, 'Only who wrote a comment, or an administrator, removes it')
      }
      await change(apim, 'DELETE FROM AM_API_COMMENTS WHERE COMMENT_ID = ?', [found.id])
      return {status: 200}
    }),
    route.get(`${BASE}/apis/:apiId/ratings`, async call => {
      const caller = await maybePrincipal(portal, call)
      const {api, id} = await idOf(call, caller)
      const all = (await ratingsOf(apim, id)).map(it => ({...it, apiId: api.id}))
      const mine = caller && all.find(it => it.ratedBy.toLowerCase() === nameOf(caller).toLowerCase())
      const average = all.reduce((sum, it) => sum + it.rating, 0) / Math.max(all.length, 1)
      const path = `/apis/${api.id}/ratings`
      return json({avgRating: average.toFixed(1), userRating: mine?.rating ?? 0, ...paged(all, pageOf(call), path)})
    }),
    route.get(own, async call => {
      const caller = await guard.principal(call, SCOPES.subscribe)
      const {api, id} = await idOf(call, caller)
      const ratedBy = nameOf(caller)
      const mine = (await ratingsOf(apim, id)).find(it => it.ratedBy.toLowerCase() === ratedBy.toLowerCase())
      return json({apiId: api.id, ratedBy, ratingId: mine?.ratingId ?? null, rating: mine?.rating ?? 0})
    }),
    route.put(own, rate),
    route.delete(own, async call => {
      const caller = await guard.principal(call, SCOPES.subscribe)
      const {id} = await idOf(call, caller)
      const subscriber = await subscriberOf(portal, caller)
      await change(apim, 'DELETE FROM AM_API_RATINGS WHERE API_ID = ? AND SUBSCRIBER_ID = ?', [id, subscriber])
      return {status: 200}
    }),
  ]
}
