import {z} from 'zod'
import type {Api, Endpoint, OwnSecurity} from '../../../apis/api.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {rulesOf} from './endpoint-rules.js'

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
    production_failovers: z.unknown().optional(),
    sandbox_failovers: z.unknown().optional(),
    algoCombo: z.string().nullish(),
    algoClassName: z.string().nullish(),
    sessionManagement: z.string().nullish(),
    endpoint_security: z.object({production: own.nullish(), sandbox: own.nullish()}).nullish(),
  })
  .nullish()

type Given = z.output<typeof endpointConfig>

const endpoint = z.looseObject({url: z.string().max(2048), config: z.unknown().optional()})

const TYPES = ['http', 'address', 'load_balance', 'failover'] as const
const isKind = (text: string): text is (typeof TYPES)[number] => (TYPES as readonly string[]).includes(text)

const WEB = ['http:', 'https:']
const SCHEMES = {HTTP: WEB, GRAPHQL: WEB, WS: ['ws:', 'wss:']}

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

function toEndpoint(value: unknown, at: string, type: Api['type']): Endpoint {
  const {success, data} = endpoint.safeParse(value)
  if (!success) throw badRequest(`endpointConfig.${at}: is no object with a url`)
  checkUrl(data.url, type)
  // It is read when the API is deployed, too; what it says wrong is said here.
  rulesOf(data.config, `endpointConfig.${at}`)
  return data
}

const MOST_ENDPOINTS = 20

/** The endpoints at one key: as many as the type may have there in a list, 0 for none but one without a list. */
function toEndpoints(value: unknown, at: string, type: Api['type'], most: number): Endpoint | readonly Endpoint[] {
  if (!Array.isArray(value)) return toEndpoint(value, at, type)
  if (most === 0) throw badRequest(`endpointConfig.${at}: is no object with a url`)
  if (value.length > most) throw badRequest(`endpointConfig.${at}: has more than ${most} endpoints`)
  return (value as readonly unknown[]).map((it, i) => toEndpoint(it, `${at}[${i}]`, type))
}

const isNothing = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

/** The one algorithm of load balancing that mini has. */
export const IN_TURN = 'org.apache.synapse.endpoints.algorithms.RoundRobin'

/** `other` of the portal's list: the class is named beside it. */
const isInTurn = (algorithm: string) => algorithm === 'other' || algorithm.endsWith('.RoundRobin')

/** What a type says beside its endpoints, where mini does not do it. */
function checkAlgorithm({algoCombo, algoClassName, sessionManagement}: NonNullable<Given>): void {
  const other = [algoCombo, algoClassName].find(it => it && !isInTurn(it))
  if (other) throw missingOperation(`mini has no load balancing by ${other}`)
  if (sessionManagement && sessionManagement !== 'none') throw missingOperation('mini has no sessions of endpoints')
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
export function toEndpointConfig(given: Given, type: Api['type']): Api['endpointConfig'] {
  if (!given) return null
  const {endpoint_type: kind, endpoint_security: security, ...others} = given
  if (['default', 'awslambda', 'Registry', 'service'].includes(kind)) {
    throw missingOperation(`mini has no endpoints of type ${kind}`)
  }
  if (!isKind(kind)) throw badRequest('endpointConfig.endpoint_type: is not known')
  checkAlgorithm(given)
  const {production_endpoints, sandbox_endpoints, production_failovers, sandbox_failovers, ...rest} = others
  const lists = {production_endpoints, sandbox_endpoints, production_failovers, sandbox_failovers}
  const read = Object.entries(lists).flatMap(([at, value]) => {
    const most = at.endsWith('_failovers') || kind === 'load_balance' ? MOST_ENDPOINTS : kind === 'failover' ? 1 : 0
    return isNothing(value) ? [] : [[at, toEndpoints(value, at, type, most)] as const]
  })
  const owns = KINDS.flatMap(it => (security?.[it] ? [[it, toOwn(security[it], it)] as const] : []))
  return {
    ...rest,
    endpoint_type: kind,
    ...Object.fromEntries(read),
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
