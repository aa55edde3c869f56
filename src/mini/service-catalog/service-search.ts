import type {Call} from '../http/call.js'
import {badRequest} from '../http/fault.js'
import {DEFINITION_TYPES} from './service.js'
import type {Service} from './service-store.js'

/** Both versions of OpenAPI: service-catalog-api.yaml of product-apim v4.2.0. */
const ANY_OPENAPI = 'OAS'
const SORTED_BY = ['name', 'definitionType'] as const
const ORDERS = ['asc', 'desc'] as const

type Wanted = (service: Service) => boolean

/** In quotation marks the whole value, else a part of it. */
function named(text: string | null, value: (service: Service) => string): Wanted {
  if (!text) return () => true
  const [, exact] = /^"(.*)"$/.exec(text) ?? []
  if (exact !== undefined) return service => value(service) === exact.trim()
  return service => value(service).toLowerCase().includes(text.toLowerCase())
}

function oneOf<T extends string>(query: URLSearchParams, name: string, values: readonly T[]): T | undefined {
  const text = query.get(name)
  if (!text) return undefined
  const found = values.find(value => value === text)
  if (found === undefined) throw badRequest(`${name}: is none of ${values.join(', ')}`)
  return found
}

/** What a query asks for, in its order. Throws a Fault 400. */
export function searched({query}: Pick<Call, 'query'>, services: readonly Service[]): readonly Service[] {
  const type = oneOf(query, 'definitionType', [ANY_OPENAPI, ...DEFINITION_TYPES])
  const sortBy = oneOf(query, 'sortBy', SORTED_BY)
  const order = oneOf(query, 'sortOrder', ORDERS)
  const keys = query
    .get('key')
    ?.split(',')
    .map(key => key.trim())
  const wanted: readonly Wanted[] = [
    named(query.get('name'), ({name}) => name),
    named(query.get('version'), ({version}) => version),
    ({definitionType}) =>
      type === undefined || definitionType === type || (type === ANY_OPENAPI && definitionType.startsWith(type)),
    ({serviceKey}) => !keys || keys.includes(serviceKey),
  ]
  const found = services.filter(service => wanted.every(want => want(service)))
  const sorted = sortBy === undefined ? found : found.toSorted((a, b) => (a[sortBy] < b[sortBy] ? -1 : 1))
  return order === 'desc' ? sorted.toReversed() : sorted
}
