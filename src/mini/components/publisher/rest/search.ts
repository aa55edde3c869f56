import type {Api} from '../../../apis/api.js'
import {badRequest} from '../../../http/fault.js'

/** What a search may look at, by the names that the product's query language has for it. */
const FIELDS: Readonly<Record<string, (api: Api) => readonly string[]>> = {
  name: api => [api.name],
  context: api => [api.context],
  version: api => [api.version],
  provider: api => [api.provider],
  status: api => [api.lifeCycleStatus],
  type: api => [api.type],
  description: api => [api.description ?? ''],
  tag: api => api.tags,
  tags: api => api.tags,
}

const TERM = /(?:([A-Za-z_]+):)?(?:"([^"]*)"|(\S+))/g

/**
 * Whether an API fits a query such as `name:pizza version:1.0.0`: every term has to; a text in quotes is the whole value, any other a
 * part of it, whatever its case; without a field it is the name. Throws a Fault 400 for a field that is not known.
 */
export function searchOf(query: string): (api: Api) => boolean {
  const terms = [...query.slice(0, 1000).matchAll(TERM)].map(([, field = 'name', whole, part]) => {
    const valuesOf = Object.hasOwn(FIELDS, field.toLowerCase()) ? FIELDS[field.toLowerCase()] : undefined
    if (!valuesOf) throw badRequest(`query: can not search by ${field.slice(0, 50)}`)
    const wanted = (whole ?? part ?? '').replace(/\*/g, '').toLowerCase()
    const fits = (value: string) => (whole === undefined ? value.includes(wanted) : value === wanted)
    return (api: Api) => valuesOf(api).some(it => fits(it.toLowerCase()))
  })
  return api => terms.every(fits => fits(api))
}
