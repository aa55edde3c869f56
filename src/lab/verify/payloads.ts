import type {PayloadForms} from '../../model/walk.js'
import type {Environment} from './walk.js'

/** The resources of the walk's API. The sample backend has the first. */
export const RESOURCES = {open: '/menu', scoped: '/scoped', limited: '/limited'} as const

const UNLIMITED = 'Unlimited'

interface ApiInput {
  readonly name: string
  readonly context: string
  readonly version: string
  readonly url: string
  readonly environments: readonly Environment[]
}

const endpoints = (url: string, type: 'http' | 'ws' = 'http') => ({
  endpoint_type: type,
  production_endpoints: {url},
  sandbox_endpoints: {url},
})

const common = ({deployment}: PayloadForms, {name, context, version, environments}: ApiInput) => ({
  name,
  context,
  version,
  visibility: 'PUBLIC',
  ...(deployment === 'named' && {gatewayEnvironments: environments.map(environment => environment.name)}),
})

/** All three: OAuth or an API key, one of them is a must (publisher-api.yaml, securityScheme). */
const WITH_API_KEYS = ['oauth2', 'api_key', 'oauth_basic_auth_api_key_mandatory']

/** A scope that only the role may have. Forms: publisher-api.yaml of carbon-apimgt v6.7.206, and of v6.5.349 and v6.6.163. */
function scopeIn(forms: PayloadForms, name: string, role: string) {
  const described = {name, description: 'Made by apim-lab verify'}
  return forms.scopes === 'wrapped'
    ? {scope: {...described, displayName: name, bindings: [role]}}
    : {...described, bindings: {type: 'role', values: [role]}}
}

interface OperationInput {
  readonly target: string
  readonly policy?: string | undefined
  readonly scopes?: readonly string[]
}

const operation = ({target, policy = UNLIMITED, scopes = []}: OperationInput) => ({
  target,
  verb: 'GET',
  authType: 'Application & Application User',
  throttlingPolicy: policy,
  scopes,
})

/** An API whose resources every token may call. */
export const openApiPayload = (
  forms: PayloadForms,
  input: ApiInput & {readonly resources: readonly string[]; readonly policy?: string | undefined},
) => ({
  ...common(forms, input),
  policies: [UNLIMITED],
  endpointConfig: endpoints(input.url),
  transport: ['http', 'https'],
  operations: input.resources.map(target => operation({target, policy: input.policy})),
})

/** An API of three resources: one that every token may call, one that needs a scope, one for a limit. */
export const apiPayload = (forms: PayloadForms, input: ApiInput & {readonly scope: string}) => ({
  ...common(forms, input),
  policies: [UNLIMITED],
  endpointConfig: endpoints(input.url),
  ...(forms.apiKeys && {securityScheme: WITH_API_KEYS}),
  transport: ['http', 'https'],
  scopes: [scopeIn(forms, input.scope, 'admin')],
  operations: Object.values(RESOURCES).map(target =>
    operation({target, scopes: target === RESOURCES.scoped ? [input.scope] : []}),
  ),
})

/** An API over WebSocket: the product wants a `ws://` address (RestApiPublisherUtils.java, carbon-apimgt v6.7.206). */
export const webSocketApiPayload = (forms: PayloadForms, input: ApiInput) => ({
  ...common(forms, input),
  policies: [forms.webSocket.policy],
  endpointConfig: endpoints(input.url, forms.webSocket.endpointType),
  type: 'WS',
})

/** Where a revision is deployed. */
export const deploymentPayload = (environments: readonly Environment[]) =>
  environments.map(({name, vhost}) => ({name, vhost, displayOnDevportal: true}))

/** An API key, good for an hour. */
export const apiKeyPayload = ({apiKeys}: PayloadForms, name: string) => ({
  ...(apiKeys === 'named' && {keyName: name}),
  validityPeriod: 3600,
  additionalProperties: {},
})

/** A document of an API: DocumentDTO of publisher-api.yaml, carbon-apimgt v6.7.206. */
export const documentPayload = (name: string) => ({
  name,
  type: 'HOWTO',
  summary: 'Made by apim-lab verify',
  sourceType: 'MARKDOWN',
  visibility: 'API_LEVEL',
})

interface ServiceInput {
  readonly name: string
  readonly version: string
  readonly url: string
}

/**
 * A service of the catalog: ServiceDTO of service-catalog-api.yaml, product-apim v4.2.0. ServiceCatalogUtils.java of carbon-apimgt takes
 * it for granted that securityType and mutualSSLEnabled are there.
 */
export const servicePayload = ({name, version, url}: ServiceInput) => ({
  name,
  version,
  description: 'Made by apim-lab verify',
  serviceKey: `${name}-${version}`,
  serviceUrl: url,
  definitionType: 'OAS3',
  securityType: 'NONE',
  mutualSSLEnabled: false,
})

/** Its definition. */
export const serviceDefinition = ({
  name,
  version,
  serviceUrl,
}: ReturnType<typeof servicePayload>): string => `openapi: 3.0.1
info:
  title: ${name}
  version: ${JSON.stringify(version)}
servers:
  - url: ${JSON.stringify(serviceUrl)}
paths:
  ${RESOURCES.open}:
    get:
      responses:
        "200":
          description: OK
`

/** An API that is made of a service: its endpoints and resources are the service's. */
export const serviceApiPayload = ({name, context, version}: Pick<ApiInput, 'name' | 'context' | 'version'>) => ({
  name,
  context,
  version,
  policies: [UNLIMITED],
})

/** CommentDTO and RatingDTO of store-api.yaml, carbon-apimgt v6.7.206. */
export const commentPayload = (content: string) => ({content})
export const ratingPayload = (rating: number) => ({rating})

/** `2.0.0` after `1.0.0`. */
export const newVersionOf = (version: string): string => version.replace(/^\d+/, first => String(Number(first) + 1))

/** An API as the publisher tells it, with another backend. */
export const withBackend = (api: object, url: string) => ({...api, endpointConfig: endpoints(url)})

interface Operation {
  readonly target?: string
}

/** An API as the publisher tells it, with a policy on one of its resources. */
export const withPolicyOn = (
  resource: string,
  policy: string,
  api: {readonly operations?: readonly Operation[]},
): object => ({
  ...api,
  operations: (api.operations ?? []).map(operation =>
    operation.target === resource ? {...operation, throttlingPolicy: policy} : operation,
  ),
})

/** So many requests a minute. Forms: admin-api.yaml of the admin API v1, and of v0.15 and v0.16. */
function limitOf(forms: PayloadForms, requestCount: number) {
  const window = {timeUnit: 'min', unitTime: 1}
  return forms.limits === 'parts'
    ? {type: 'REQUESTCOUNTLIMIT', requestCount: {...window, requestCount}}
    : {type: 'RequestCountLimit', ...window, requestCount}
}

export const policyPayload = (forms: PayloadForms, name: string, requestsPerMinute: number) => ({
  policyName: name,
  displayName: name,
  description: 'Made by apim-lab verify',
  defaultLimit: limitOf(forms, requestsPerMinute),
})

export const applicationPayload = (name: string, tokenType: 'JWT' | 'OAUTH', policy = UNLIMITED) => ({
  name,
  description: 'Made by apim-lab verify',
  throttlingPolicy: policy,
  tokenType,
})

export const keysPayload = {
  keyType: 'PRODUCTION',
  grantTypesToBeSupported: ['client_credentials', 'password'],
  validityTime: '3600',
} as const

export const subscriptionPayload = (
  forms: PayloadForms,
  ids: {apiId: string; applicationId: string},
  policy = UNLIMITED,
) => ({
  ...ids,
  throttlingPolicy: policy,
  ...forms.subscription,
})
