import type {Cors} from './options.js'
import type {Resource} from './resources.js'

/** Names and values in turn, as Node's raw headers are. */
export type CorsHeaders = readonly string[]

const wildcard = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map(it => it.replace(/[.+?^$()|[\]\\{}]/g, '\\$&'))
      .join('.*')}$`,
  )

/** The headers that an API adds to its answers: CORSRequestHandler of carbon-apimgt v6.7.206. `asked`: Access-Control-Request-Headers. */
export function makeCors({allowOrigins, allowCredentials, allowHeaders, allowMethods}: Cors, expose: string) {
  const all = allowOrigins.includes('*')
  const patterns = allowOrigins.filter(it => it.includes('*')).map(wildcard)
  const allowed = (origin: string | undefined): string | undefined => {
    if (all) return '*'
    if (origin === undefined) return undefined
    return allowOrigins.includes(origin) || patterns.some(it => it.test(origin)) ? origin : undefined
  }
  const headers = allowHeaders.join(',')
  const methodsOf = (resource: Resource) => resource.verbs.filter(it => allowMethods.includes(it)).join(',')
  const made = (resource: Resource, from: string, asked: string | undefined): CorsHeaders => [
    'Access-Control-Allow-Origin',
    from,
    ...(from === '*' ? [] : ['Vary', 'Origin']),
    ...(allowCredentials && from !== '*' ? ['Access-Control-Allow-Credentials', 'true'] : []),
    'Access-Control-Allow-Methods',
    methodsOf(resource),
    'Access-Control-Allow-Headers',
    headers === '*' ? (asked ?? '*') : headers,
    ...(expose === '' ? [] : ['Access-Control-Expose-Headers', expose]),
  ]
  /** Those that are the same for every caller. */
  const forAll = new WeakMap<Resource, CorsHeaders>()
  return (resource: Resource, origin: string | undefined, asked: string | undefined): CorsHeaders => {
    const from = allowed(origin)
    if (from === undefined) return []
    if (from !== '*' || headers === '*') return made(resource, from, asked)
    const known = forAll.get(resource)
    if (known) return known
    const headersOfAll = made(resource, from, asked)
    forAll.set(resource, headersOfAll)
    return headersOfAll
  }
}
