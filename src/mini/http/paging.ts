import type {Call} from './call.js'
import {badRequest} from './fault.js'

export interface Page {
  readonly limit: number
  readonly offset: number
}

/** PAGINATION_LIMIT_DEFAULT: RestApiConstants of carbon-apimgt v6.7.206. */
const DEFAULT: Page = {limit: 25, offset: 0}

/** `limit` and `offset` of a call. Throws a Fault 400. */
export function pageOf({query}: Pick<Call, 'query'>): Page {
  const number = (name: keyof Page) => {
    const text = query.get(name)
    if (text === null || text === '') return DEFAULT[name]
    if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name} is no number of 0 or more`)
    return Number(text)
  }
  return {limit: number('limit'), offset: number('offset')}
}

/** A page of a list as the product's REST APIs answer it: {count, list, pagination}. `path` is that of the next and previous pages. */
export function paged<T>(all: readonly T[], {limit, offset}: Page, path: string, also = '') {
  const list = all.slice(offset, offset + limit)
  const link = (at: number) => `${path}?limit=${limit}&offset=${at}${also}`
  const next = offset + limit < all.length ? link(offset + limit) : ''
  const previous = offset > 0 ? link(Math.max(0, offset - limit)) : ''
  return {count: list.length, list, pagination: {offset, limit, total: all.length, next, previous}}
}
