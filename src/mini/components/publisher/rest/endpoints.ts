import {z} from 'zod'
import type {Api, EndpointConfig, OwnSecurity} from '../../../apis/api.js'
import {badRequest, missingOperation} from '../../../http/fault.js'

const KINDS = ['production', 'sandbox'] as const

const own = z.looseObject({
  enabled: z.boolean().nullish(),
  type: z.string().nullish(),
  username: z.string().max(255).nullish(),
  password: z.string().max(1000).nullish(),
})

/** `endpointConfig` of APIDTO: what mini has no use for is kept as it came. */
export const endpointConfig = z
  .looseObject({
    endpoint_type: z.string(),
    production_endpoints: z.unknown().optional(),
    sandbox_endpoints: z.unknown().optional(),
    endpoint_security: z.object({production: own.nullish(), sandbox: own.nullish()}).nullish(),
  })
  .nullish()

type Given = z.output<typeof endpointConfig>

const endpoint = z.looseObject({url: z.string().max(2048), config: z.unknown().optional()})

const SCHEMES = {HTTP: ['http:', 'https:'], WS: ['ws:', 'wss:']}

function checkUrl(url: string, type: Api['type']): void {
  let parsed: URL | undefined
  try {
    parsed = new URL(url)
  } catch {
    parsed = undefined
  }
  if (parsed && SCHEMES[type].includes(parsed.protocol) && parsed.hostname !== '') return
  if (type === 'WS') throw badRequest('Endpoint URLs should be valid web socket URLs')
  throw badRequest('endpointConfig: has an endpoint whose url is no http or https URL')
}

/** Whether timeouts or suspension are asked for: the portal of the product sends null or an empty object where they are not. */
const isConfigured = (config: unknown): boolean =>
  typeof config === 'object' && config !== null ? Object.keys(config).length > 0 : Boolean(config)

function toEndpoint(value: unknown, at: string, type: Api['type']): EndpointConfig['production_endpoints'] {
  if (value === undefined || value === null) return undefined
  const {success, data} = endpoint.safeParse(value)
  if (!success) throw badRequest(`endpointConfig.${at}: is no object with a url`)
  checkUrl(data.url, type)
  if (isConfigured(data.config)) throw missingOperation('mini has no timeouts and no suspension of endpoints')
  return data
}

function toOwn(given: z.output<typeof own>, at: string): OwnSecurity {
  const type = (given.type || 'NONE').toUpperCase()
  if (type === 'OAUTH') throw missingOperation('mini has no endpoint security of type OAUTH')
  if (type !== 'BASIC' && type !== 'DIGEST' && type !== 'NONE') {
    throw badRequest(`endpointConfig.endpoint_security.${at}.type: is none of BASIC, DIGEST, NONE`)
  }
  return {...given, enabled: given.enabled === true, type}
}

/** Reads the endpoints of an API. Throws a Fault 400, or 501 for what mini does not have. */
export function toEndpoints(given: Given, type: Api['type']): Api['endpointConfig'] {
  if (!given) return null
  const {endpoint_type: kind, production_endpoints, sandbox_endpoints, endpoint_security: security, ...rest} = given
  if (['load_balance', 'failover', 'default', 'awslambda', 'Registry', 'service'].includes(kind)) {
    throw missingOperation(`mini has no endpoints of type ${kind}`)
  }
  if (kind !== 'http' && kind !== 'address') throw badRequest('endpointConfig.endpoint_type: is not known')
  const production = toEndpoint(production_endpoints, 'production_endpoints', type)
  const sandbox = toEndpoint(sandbox_endpoints, 'sandbox_endpoints', type)
  const owns = KINDS.flatMap(it => (security?.[it] ? [[it, toOwn(security[it], it)] as const] : []))
  return {
    ...rest,
    endpoint_type: kind,
    ...(production && {production_endpoints: production}),
    ...(sandbox && {sandbox_endpoints: sandbox}),
    ...(security && {endpoint_security: Object.fromEntries(owns)}),
  }
}

type Secured = Pick<Api, 'endpointSecurity' | 'endpointConfig'>

/** What a client gets of an API's accounts at backends: no password, as in the product. */
export function withoutPasswords<T extends Secured>(api: T): T {
  const {endpointSecurity, endpointConfig: config} = api
  const owns = Object.entries(config?.endpoint_security ?? {}).map(([kind, it]) => [
    kind,
    {...it, ...(it.password !== undefined && {password: ''})},
  ])
  return {
    ...api,
    endpointSecurity: endpointSecurity && {...endpointSecurity, password: ''},
    endpointConfig: config && {
      ...config,
      ...(config.endpoint_security && {endpoint_security: Object.fromEntries(owns)}),
    },
  }
}

/** A client that got no password sends none back: for the same user the one that is there stays, as in the product. */
export function keepPasswords<T extends Secured>(input: T, before: Secured): T {
  const kept = <S extends Pick<OwnSecurity, 'username' | 'password'>>(now: S, old: typeof now | null | undefined): S =>
    !now.password && old?.password && old.username === now.username ? {...now, password: old.password} : now
  const {endpointSecurity: security, endpointConfig: config} = input
  const owns = KINDS.flatMap(kind => {
    const now = config?.endpoint_security?.[kind]
    return now ? [[kind, kept(now, before.endpointConfig?.endpoint_security?.[kind])]] : []
  })
  return {
    ...input,
    endpointSecurity: security && kept(security, before.endpointSecurity),
    endpointConfig: config && {
      ...config,
      ...(config.endpoint_security && {endpoint_security: Object.fromEntries(owns)}),
    },
  }
}
