import {createHash} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {apiIds, apiKey, schemeOf, servedContext} from '../../apis/api-rows.js'
import {listApis, type StoredApi} from '../../apis/api-store.js'
import {DEPLOYED, endpointList, type Api, type EndpointConfig} from '../../apis/api.js'
import {ALL_KEY_MANAGERS} from '../../hub/data.js'
import type {ApiArtifact, EndpointGroup} from '../../hub/deployment.js'
import {domainsOf} from '../../users/users.js'
import {rulesOf} from './rest/endpoint-rules.js'

const KINDS = ['production', 'sandbox'] as const

/** What there is to say of one kind's endpoints beside a URL. */
function groupOf(config: EndpointConfig | null, kind: (typeof KINDS)[number]): EndpointGroup | undefined {
  const members = endpointList(config, kind).map(({url, config: own}) => {
    const rules = rulesOf(own, url)
    return {url, ...(rules && {rules})}
  })
  const inTurn = config?.endpoint_type === 'load_balance'
  const plain = members.length < 2 && members.every(it => !it.rules)
  if (members.length === 0 || plain) return undefined
  // The portal's switch for load-balanced ones; Synapse's default is to go on to the next.
  const failsOver = !inTurn || String(config.failOver ?? 'True').toLowerCase() === 'true'
  return {kind: inTurn ? 'load_balance' : 'failover', failsOver, members}
}

function endpointsOf({endpointConfig}: Api): Pick<ApiArtifact, 'endpoints' | 'groups'> {
  const groups = byKind(kind => groupOf(endpointConfig, kind))
  return {
    endpoints: byKind(kind => endpointList(endpointConfig, kind)[0]?.url),
    ...(!isEmpty(groups) && {groups}),
  }
}

type Login = NonNullable<NonNullable<ApiArtifact['security']>['production']>

/** The account for one kind of endpoint: its own comes first. */
function loginOf({endpointConfig, endpointSecurity}: Api, kind: (typeof KINDS)[number]): Login | undefined {
  const own = endpointConfig?.endpoint_security?.[kind]
  if (!own) return endpointSecurity ?? undefined
  const {enabled, type, username, password} = own
  return enabled && type !== 'NONE' ? {type, username: username ?? '', password: password ?? ''} : undefined
}

/** What each kind of key has of something, or nothing where none has. */
function byKind<T>(
  of: (kind: (typeof KINDS)[number]) => T | null | undefined,
): Partial<Record<(typeof KINDS)[number], T>> {
  return Object.fromEntries(
    KINDS.flatMap(kind => {
      const value = of(kind)
      return value === null || value === undefined ? [] : [[kind, value]]
    }),
  )
}

const isEmpty = (value: object) => Object.keys(value).length === 0

function limitsOf(api: Api): Pick<ApiArtifact, 'security' | 'maxTps'> {
  const security = byKind(kind => loginOf(api, kind))
  const maxTps = byKind(kind => api.maxTps?.[kind])
  return {...(!isEmpty(security) && {security}), ...(!isEmpty(maxTps) && {maxTps})}
}

const corsOf = ({api: {corsConfiguration: cors}}: Pick<StoredApi, 'api'>): Pick<ApiArtifact, 'cors'> =>
  !cors?.corsConfigurationEnabled
    ? {}
    : {
        cors: {
          allowOrigins: cors.accessControlAllowOrigins,
          allowCredentials: cors.accessControlAllowCredentials,
          allowHeaders: cors.accessControlAllowHeaders,
          allowMethods: cors.accessControlAllowMethods,
        },
      }

/** What a gateway gets of an API. */
export function toArtifact(stored: Pick<StoredApi, 'api'>, apiId: number, tenantDomain: string): ApiArtifact {
  const {api} = stored
  const rest: Omit<ApiArtifact, 'digest'> = {
    apiId,
    uuid: api.id,
    name: api.name,
    version: api.version,
    context: servedContext(api),
    provider: api.provider,
    policy: api.apiThrottlingPolicy,
    apiType: api.type,
    status: api.lifeCycleStatus,
    isDefaultVersion: api.isDefaultVersion,
    tenantDomain,
    urlMappings: api.operations.map(({target, verb, authType, throttlingPolicy, scopes}) => ({
      httpMethod: verb,
      urlPattern: target,
      authScheme: schemeOf(authType),
      throttlingPolicy,
      scopes,
    })),
    ...endpointsOf(api),
    ...limitsOf(api),
    ...(api.graphQLSchema !== undefined && {schema: api.graphQLSchema}),
    ...(api.responseCachingEnabled && api.cacheTimeout > 0 && {cacheSeconds: api.cacheTimeout}),
    transport: api.transport,
    ...(api.authorizationHeader !== undefined && {authorizationHeader: api.authorizationHeader}),
    // Left out where it says what was always so: gateways keep what they have.
    ...(api.securityScheme.includes('api_key') && {securityScheme: api.securityScheme}),
    ...(!api.keyManagers.includes(ALL_KEY_MANAGERS) && {keyManagers: api.keyManagers}),
    ...corsOf(stored),
  }
  return {...rest, digest: createHash('sha256').update(JSON.stringify(rest)).digest('hex')}
}

/**
 * All that the gateways should have. An API is deployed everywhere if it names any environment: each gateway node is one of its own,
 * and only the first name is for people to choose.
 */
export async function desiredArtifacts(apim: Pool, shared: Pool): Promise<readonly ApiArtifact[]> {
  const [ids, stored, domains] = await Promise.all([apiIds(apim), listApis(shared), domainsOf(shared)])
  return stored.flatMap(it => {
    const id = ids.get(apiKey(it.api))
    const domain = domains.get(it.tenantId)
    const wanted = DEPLOYED.includes(it.api.lifeCycleStatus) && it.api.gatewayEnvironments.length > 0
    return wanted && id !== undefined && domain !== undefined ? [toArtifact(it, id, domain)] : []
  })
}
