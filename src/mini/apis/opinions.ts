import {rows, type Queryable} from '../databases/sql.js'
import type {Api} from './api.js'
import {apiIds, apiKey} from './api-rows.js'

export interface Comment {
  readonly id: string
  readonly content: string
  readonly createdBy: string
  readonly at: Date
}

export const COMMENTS =
  'SELECT COMMENT_ID AS id, COMMENT_TEXT AS content, COMMENTED_USER AS createdBy, DATE_COMMENTED AS at FROM AM_API_COMMENTS'

/** The comments of an API, the oldest first. */
export const commentsOf = (apim: Queryable, apiId: number): Promise<readonly Comment[]> =>
  rows<Comment>(apim, `${COMMENTS} WHERE API_ID = ? ORDER BY DATE_COMMENTED, COMMENT_ID`, [apiId])

/** What users think of each API on average, by `apiKey`, as the product writes it: `4.5`. */
export async function averageRatings(apim: Queryable): Promise<ReadonlyMap<string, string>> {
  const sql = 'SELECT API_ID AS id, AVG(RATING) AS average FROM AM_API_RATINGS GROUP BY API_ID'
  const found = await rows<{id: number; average: number | string}>(apim, sql)
  if (found.length === 0) return new Map()
  const averages = new Map(found.map(({id, average}) => [id, Number(average).toFixed(1)]))
  return new Map([...(await apiIds(apim))].map(([key, id]) => [key, averages.get(id) ?? NO_RATING]))
}

export const NO_RATING = '0.0'
export const ratingOf = (ratings: ReadonlyMap<string, string>, api: Api): string =>
  ratings.get(apiKey(api)) ?? NO_RATING
