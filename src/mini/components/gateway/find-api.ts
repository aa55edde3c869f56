import type {Pool} from 'mysql2/promise'
import {cacheOf} from '../../cache.js'
import {tenantOf} from '../../users/users.js'
import {isOdd, plainPath, type GatewayCall} from './call.js'
import {UNLIMITED_TIER} from '../../hub/data.js'
import type {Catalog, Match} from './catalog.js'
import {API_BLOCKED, NO_METHOD, NO_RESOURCE, ODD_PATH, type CallFault} from './faults.js'
import type {Resource} from './resources.js'
import type {Eventual} from './verified.js'

export interface Found {
  readonly match: Match
  readonly resource: Resource
}

/** How long is remembered whether a tenant exists. */
const REMEMBERED_MS = 30_000
const TENANTS = 1_000

/** Looks tenants up as the product loads them: when they are called. Without a shared database every tenant is taken as it comes. */
export function makeTenants(shared: Pool | undefined) {
  const known =
    shared &&
    cacheOf<boolean>(TENANTS, {
      ttl: REMEMBERED_MS,
      fetchMethod: async domain => (await tenantOf(shared, domain)) !== undefined,
      // With the database away, what was known holds; an API that is deployed here had a tenant.
      allowStaleOnFetchRejection: true,
      noDeleteOnStaleGet: true,
    })
  return (path: string): Eventual<boolean> => {
    const domain = known && /^\/t\/([^/]+)/.exec(path)?.[1]
    if (!known || domain === undefined) return true
    return (
      known.get(domain) ??
      known.fetch(domain).then(
        exists => exists !== false,
        () => true,
      )
    )
  }
}

const WHOLE: Omit<Resource, 'key'> = {
  mapping: {httpMethod: 'GET', urlPattern: '/*', authScheme: 'Any', throttlingPolicy: UNLIMITED_TIER, scopes: []},
  secured: true,
  verbs: [],
}

/** The API of a call; undefined: there is none for it, and the answer is the gateway's 404. */
export function findApi(catalog: Catalog, call: GatewayCall, type: 'HTTP' | 'WS'): Match | undefined {
  const match = catalog.find(call.path)
  if (!match || (match.entry.api.apiType === 'WS') !== (type === 'WS')) return undefined
  // The product's Synapse passes over an API that does not take the transport.
  if (type === 'HTTP' && !match.entry.api.transport.includes(call.tls ? 'https' : 'http')) return undefined
  return match
}

/** The resource of a call, or what is in the way before tokens are looked at. */
export function findResource(match: Match, {method, path, request}: GatewayCall): Found | CallFault {
  const {entry, rest} = match
  if (entry.blocked) return API_BLOCKED
  if (isOdd(path)) return ODD_PATH
  const under = rest === '' ? '/' : plainPath(rest)
  const found = entry.resources.find(method, under)
  if (typeof found === 'object') return {match, resource: found}
  const asked = method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined
  const preflight = asked === undefined ? undefined : entry.resources.find(asked, under)
  if (typeof preflight === 'object') return {match, resource: preflight}
  // A WebSocket API without resources is one resource.
  if (entry.api.apiType === 'WS')
    return {match, resource: {...WHOLE, key: `${entry.api.context}/${entry.api.version}/*:GET`}}
  return (found ?? preflight) === 'uri' ? NO_METHOD : NO_RESOURCE
}
