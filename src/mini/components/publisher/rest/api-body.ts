import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {UNLIMITED_TIER} from '../../../hub/data.js'
import {SUPER_TENANT} from '../../../users/users.js'
import type {Api, ApiDetails, ApiScope, Operation} from '../../../apis/api.js'
import {servedContext, VERSION_PARAM} from '../../../apis/api-rows.js'
import {GRAPH_VERBS, type GraphOperation} from '../../../apis/graphql.js'
import {badRequest, Fault, missingOperation} from '../../../http/fault.js'
import {storable} from '../../../http/storable.js'
import {DETAIL_FIELDS, toDetails} from './api-details.js'
import {endpointConfig, toEndpointConfig} from './endpoints.js'

/** APIConstants of carbon-apimgt v6.7.206: REGEX_ILLEGAL_CHARACTERS_FOR_API_METADATA, MAX_LENGTH_API_NAME, _VERSION, _CONTEXT. */
const ILLEGAL = /[~!@#;%^*()+={}|<>"',[\]&/$\\]/
const NAME_LENGTH = 50
const VERSION_LENGTH = 30
const CONTEXT_LENGTH = 82

const label = (what: string, max: number) =>
  storable(max, 1).refine(
    it => it.trim() === it && it !== '.' && it !== '..' && !ILLEGAL.test(it),
    `${what} contains one or more illegal characters`,
  )

const SEGMENT = /^(?!\.\.?$)[\w.~-]+$/

/** `pizza` and `/pizza` are the same. Throws Faults as the product does. */
function toContext(text: string, tenantDomain: string): string {
  if (text.endsWith('/')) throw badRequest("Context cannot end with '/' character")
  const given = text.startsWith('/') ? text : `/${text}`
  if (given.split(VERSION_PARAM).length > 2) throw badRequest('context: has {version} more than once')
  // At its end the version stands anyway: APIMappingUtil.checkAndSetVersionParam of carbon-apimgt v6.7.206.
  const context = given.endsWith(`/${VERSION_PARAM}`) ? given.slice(0, -VERSION_PARAM.length - 1) : given
  const segments = context.slice(1).split('/')
  if (!segments.every(it => it === VERSION_PARAM || SEGMENT.test(it)))
    throw badRequest('context: has characters that no path may have')
  if (tenantDomain === SUPER_TENANT.domain) {
    if (segments[0] === 't') throw badRequest('context: /t/ is for tenants')
    return context
  }
  const prefix = `/t/${tenantDomain}`
  return context.startsWith(`${prefix}/`) ? context : `${prefix}${context}`
}

/** Methods of resources. */
export const VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const
/** HTTP_DEFAULT_METHODS. */
const DEFAULT_VERBS = VERBS.slice(0, 5)
/** Whose tokens an operation takes. */
export const AUTH_TYPES = ['None', 'Any', 'Application', 'Application User', 'Application & Application User'] as const
export const DEFAULT_AUTH = 'Application & Application User'

/** scope-token of RFC 6749, and what IDN_OAUTH2_ACCESS_TOKEN_SCOPE.TOKEN_SCOPE takes. */
export const scopeName = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,60}$/, 'is no name of a scope')

const target = z
  .string()
  .max(512)
  .regex(/^((?!.*\/\.{1,2}(\/|$))\/[\x21-\x7e]*|[_A-Za-z]\w*)$/, 'is no path of a resource')
  .refine(it => !/[?#\\%]/.test(it), 'is no path of a resource')

const operation = z.object({
  target,
  verb: z
    .string()
    .toUpperCase()
    .pipe(z.enum([...VERBS, ...GRAPH_VERBS])),
  authType: z.enum(AUTH_TYPES).nullish(),
  throttlingPolicy: storable(512).nullish(),
  scopes: z.array(scopeName).nullish(),
  amznResourceName: z.string().nullish(),
})

const scope = z.object({
  scope: z.object({
    name: scopeName,
    displayName: storable(255).nullish(),
    description: storable(512).nullish(),
    bindings: z.array(storable(255, 1)).nullish(),
  }),
  shared: z.boolean().nullish(),
})

const names = z.array(storable(255, 1)).max(100)
const header = z.string().regex(/^[A-Za-z0-9!#$&'*+.^_`|~-]{1,100}$/, 'is no name of a header')

const cors = z.object({
  corsConfigurationEnabled: z.boolean().default(false),
  accessControlAllowOrigins: z.array(storable(255)).default(['*']),
  accessControlAllowCredentials: z.boolean().default(false),
  accessControlAllowHeaders: z
    .array(header)
    .default(['authorization', 'Access-Control-Allow-Origin', 'Content-Type', 'SOAPAction', 'apikey']),
  accessControlAllowMethods: z.array(z.enum(VERBS)).default(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']),
})

/** APIDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206. */
export const apiBody = z.object({
  ...DETAIL_FIELDS,
  name: label('API Name', NAME_LENGTH),
  context: z.string().min(1).max(CONTEXT_LENGTH),
  version: label('API Version', VERSION_LENGTH),
  description: z.string().max(20_000).nullish(),
  provider: storable(50).nullish(),
  lifeCycleStatus: z.string().max(30).nullish(),
  isDefaultVersion: z.boolean().nullish(),
  type: z.string().nullish(),
  transport: z.array(z.enum(['http', 'https'])).nullish(),
  tags: names.nullish(),
  policies: names.nullish(),
  apiThrottlingPolicy: storable(255).nullish(),
  authorizationHeader: header.nullish(),
  securityScheme: names.nullish(),
  visibility: z.enum(['PUBLIC', 'PRIVATE', 'RESTRICTED']).nullish(),
  visibleRoles: names.nullish(),
  gatewayEnvironments: names.nullish(),
  endpointConfig,
  corsConfiguration: cors.nullish(),
  scopes: z.array(scope).max(200).nullish(),
  operations: z.array(operation).max(1000).nullish(),
})

export type ApiBody = z.output<typeof apiBody>
type GivenOperation = z.output<typeof operation>

/** What a body does not say: what was there before it, and of a GraphQL API its schema. */
export interface Before extends Partial<Pick<Api, 'graphQLSchema'>> {
  readonly operations: readonly Operation[]
  /** The operations of the schema. */
  readonly graph?: readonly GraphOperation[]
}

function toType(type: string | null | undefined): Api['type'] {
  if (type === null || type === undefined || type === 'HTTP') return 'HTTP'
  if (type === 'WS' || type === 'GRAPHQL') return type
  if (['SOAPTOREST', 'SOAP'].includes(type)) throw missingOperation(`mini has no APIs of type ${type}`)
  throw badRequest('type: is none of HTTP and WS')
}

/** Throws a Fault 400 for an operation of another type of API, or that the schema does not have. */
function checkOperation({target: at, verb}: GivenOperation, type: Api['type'], graph: readonly GraphOperation[]): void {
  if (type !== 'GRAPHQL') {
    if (!at.startsWith('/')) throw badRequest(`operations: ${at} is no path of a resource`)
    if (!(VERBS as readonly string[]).includes(verb)) throw badRequest(`operations: ${verb} is a verb of GraphQL APIs`)
  } else if (!graph.some(it => it.verb === verb && it.target === at)) {
    throw badRequest(`operations: the schema has no ${verb} ${at}`)
  }
}

/**
 * Operations as an API has them, those that were there before with their ids; without any, the product's default ones. Throws a Fault
 * 400 for one that comes twice.
 */
function toOperations(
  given: ApiBody['operations'],
  type: Api['type'],
  {operations: before, graph = []}: Before,
): readonly Operation[] {
  const ids = new Map(before.map(it => [`${it.verb} ${it.target}`, it.id]))
  if (given?.some(it => it.amznResourceName)) throw missingOperation('mini calls no AWS Lambda functions')
  const list: NonNullable<ApiBody['operations']> =
    given && given.length > 0
      ? given
      : type === 'GRAPHQL'
        ? graph.map(it => ({...it}))
        : DEFAULT_VERBS.map(verb => ({target: '/*', verb}))
  const seen = new Set<string>()
  return list.map(it => {
    const key = `${it.verb} ${it.target}`
    if (seen.has(key)) throw badRequest(`operations: ${key} comes twice`)
    seen.add(key)
    checkOperation(it, type, graph)
    return {
      id: ids.get(key) ?? randomUUID(),
      target: it.target,
      verb: it.verb,
      authType: it.authType ?? DEFAULT_AUTH,
      throttlingPolicy: it.throttlingPolicy || UNLIMITED_TIER,
      scopes: [...new Set(it.scopes ?? [])],
    }
  })
}

/** Scopes as an API has them. Throws a Fault 400 for one that comes twice. */
export function toScopes(given: ApiBody['scopes']): readonly ApiScope[] {
  const seen = new Set<string>()
  return (given ?? []).map(({scope: it, shared}) => {
    if (seen.has(it.name)) throw badRequest(`scopes: ${it.name} comes twice`)
    seen.add(it.name)
    const displayName = it.displayName || it.name
    return {
      scope: {name: it.name, displayName, description: it.description ?? '', bindings: it.bindings ?? []},
      shared: shared === true,
    }
  })
}

const SECURITY = ['oauth2', 'oauth_basic_auth_api_key_mandatory']
const SCHEMES = [...SECURITY, 'api_key']

function toSecurity(given: ApiBody['securityScheme']): readonly string[] {
  const list = given && given.length > 0 ? given : SECURITY
  if (list.some(it => it.startsWith('mutualssl'))) {
    throw badRequest('Mutual SSL Based authentication is not supported in this server')
  }
  const other = list.find(it => !SCHEMES.includes(it))
  if (other !== undefined) throw missingOperation(`mini has no security scheme ${other}`)
  return list
}

/** What a body says of an API; who it belongs to, its state and its times are not the body's to say. */
export type ApiInput = Omit<
  Api,
  'id' | 'provider' | 'lifeCycleStatus' | 'createdTime' | 'lastUpdatedTime' | 'hasThumbnail'
>

const wantsDigest = ({endpointSecurity}: ApiDetails, config: Api['endpointConfig']) =>
  [endpointSecurity, ...Object.values(config?.endpoint_security ?? {})].some(it => it?.type === 'DIGEST')

/** Reads a body. Throws a Fault 400, or 501 for what mini does not have. */
export function toInput(
  body: ApiBody,
  tenantDomain: string,
  environments: readonly string[],
  before: Before = {operations: []},
): ApiInput {
  const type = toType(body.type)
  const context = toContext(body.context, tenantDomain)
  if (servedContext({context, version: body.version}).length > CONTEXT_LENGTH) {
    throw new Fault(400, 'Character length exceeds the allowable limit', {code: 900704})
  }
  const {graphQLSchema} = before
  if (type === 'GRAPHQL' && graphQLSchema === undefined) {
    throw badRequest('GraphQL APIs are made of a schema: POST /apis/import-graphql-schema')
  }
  const scopes = toScopes(body.scopes)
  const details = toDetails(body)
  const endpoints = toEndpointConfig(body.endpointConfig, type)
  if (type === 'WS' && wantsDigest(details, endpoints)) {
    throw missingOperation('mini has no endpoint security of type DIGEST for WebSocket APIs')
  }
  if (type === 'WS' && details.responseCachingEnabled) {
    throw missingOperation('mini has no caching of responses for WebSocket APIs')
  }
  const operations = toOperations(body.operations, type, before)
  const known = new Set(scopes.map(it => it.scope.name))
  const stray = operations.flatMap(it => it.scopes).find(it => !known.has(it))
  if (stray !== undefined) throw badRequest(`operations: the scope ${stray} is not among the scopes of the API`)
  const chosen = body.gatewayEnvironments ?? environments
  const unknown = chosen.find(it => !environments.includes(it))
  if (unknown !== undefined) {
    throw new Fault(400, `Gateway Environment with name '${unknown}' not found`, {
      code: 900504,
      message: 'Invalid Gateway Environment',
    })
  }
  const visibility = body.visibility ?? 'PUBLIC'
  const visibleRoles = body.visibleRoles ?? []
  if (visibility === 'RESTRICTED' && visibleRoles.length === 0) {
    throw badRequest("Valid roles should be added under 'visibleRoles' to restrict the visibility")
  }
  return {
    ...details,
    name: body.name,
    ...(body.description ? {description: body.description} : {}),
    context,
    version: body.version,
    isDefaultVersion: body.isDefaultVersion ?? false,
    type,
    transport: body.transport && body.transport.length > 0 ? [...new Set(body.transport)] : ['http', 'https'],
    tags: [...new Set(body.tags ?? [])],
    policies: [...new Set(body.policies ?? [])],
    apiThrottlingPolicy: body.apiThrottlingPolicy || null,
    authorizationHeader: body.authorizationHeader ?? 'Authorization',
    securityScheme: toSecurity(body.securityScheme),
    visibility,
    visibleRoles,
    gatewayEnvironments: [...new Set(chosen)],
    endpointConfig: endpoints,
    ...(type === 'GRAPHQL' && graphQLSchema !== undefined && {graphQLSchema}),
    corsConfiguration: body.corsConfiguration ?? cors.parse({}),
    scopes,
    operations,
  }
}
