import type {Pool} from 'mysql2/promise'
import {SHOWN} from '../../../apis/api.js'
import {missingOperation} from '../../../http/fault.js'
import {serviceOf} from '../../../service-catalog/service-store.js'

type Json = Readonly<Record<string, unknown>>

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.values(value).every(isEmpty))

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : [])

const TYPES = ['HTTP', 'WS', 'GRAPHQL']
const GATEWAY_TYPES = ['wso2/synapse', 'wso2', 'Regular', 'APK']

/** What APIDTO of publisher-api.yaml v4 (carbon-apimgt 9.28.116) has beside v1's, would change a call, and mini does not do. */
const UNDONE: readonly (readonly [what: string, asked: (body: Json) => boolean])[] = [
  ['APIs of this type', ({type}) => typeof type === 'string' && !TYPES.includes(type)],
  ['policies of APIs', ({apiPolicies}) => !isEmpty(apiPolicies)],
  ['policies of operations', ({operations}) => listOf(operations).some(it => !isEmpty(it['operationPolicies']))],
  [
    'APIs that are only advertised',
    ({advertiseInfo}) => (advertiseInfo as Json | null | undefined)?.['advertised'] === true,
  ],
  // They are made by POST /apis/import-service.
  ['APIs of other services', ({serviceInfo}) => !isEmpty(serviceInfo)],
  ['audiences', ({audiences}) => !isEmpty(audiences)],
  ['other gateways', ({gatewayType}) => typeof gatewayType === 'string' && !GATEWAY_TYPES.includes(gatewayType)],
]

/** A body without some of its fields. */
export const without = (body: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

/** An endpoint of a WebSocket API has a type of its own in 4.x. */
const withType = (config: unknown, from: string, to: string): unknown =>
  (config as Json | null | undefined)?.['endpoint_type'] === from ? {...(config as Json), endpoint_type: to} : config

/** What v4 does not have any more. */
const V1_ONLY = [
  'gatewayEnvironments',
  'labels',
  'deploymentEnvironments',
  'destinationStatsEnabled',
  'testKey',
  'enableStore',
  'endpointSecurity',
]

const WS = 'ws'
const HTTP = 'http'

/** Of properties of v4, a list and a map beside it, those of v1; undefined for neither. What is shown to developers is kept by its name. */
function propertiesV1({additionalProperties: given, additionalPropertiesMap: map}: Json): unknown {
  if (!isEmpty(given) && !Array.isArray(given)) return given
  if (given === undefined && isEmpty(map)) return undefined
  const listed = listOf(given)
  const beside = Object.entries((map ?? {}) as Readonly<Record<string, Json>>).flatMap(([name, it]): Json[] =>
    listed.some(other => other['name'] === name) ? [] : [{...it, name}],
  )
  return Object.fromEntries(
    [...listed, ...beside].map(({name, value, display}) => [`${String(name)}${display === true ? SHOWN : ''}`, value]),
  )
}

/** Of a body of v4 the one of v1. Throws a Fault 501. */
export function fromV4(body: Json): unknown {
  const undone = UNDONE.find(([, asked]) => asked(body))
  if (undone) throw missingOperation(`mini has no ${undone[0]}`)
  // Where an API is deployed is its revisions' to say.
  const {endpointConfig, ...rest} = without(body, [...V1_ONLY, 'additionalProperties', 'additionalPropertiesMap'])
  const properties = propertiesV1(body)
  return {
    ...rest,
    ...(endpointConfig !== undefined && {
      endpointConfig: body['type'] === 'WS' ? withType(endpointConfig, WS, HTTP) : endpointConfig,
    }),
    ...(properties !== undefined && {additionalProperties: properties}),
  }
}

/** An API's own properties: those of v1 by their names, in v4 a list. */
export const propertiesV4 = (properties: unknown) =>
  Object.entries((properties ?? {}) as Json).map(([key, value]) => {
    const display = key.length > SHOWN.length && key.endsWith(SHOWN)
    return {name: display ? key.slice(0, -SHOWN.length) : key, value, display}
  })

/** Of an API of v1 the one of v4. */
export function toV4(api: Json): unknown {
  const {operations, additionalProperties, endpointConfig, ...rest} = api
  const properties = propertiesV4(additionalProperties)
  return {
    ...without(rest, V1_ONLY),
    isRevision: false,
    revisionedApiId: null,
    revisionId: 0,
    endpointConfig: api['type'] === 'WS' ? withType(endpointConfig, HTTP, WS) : endpointConfig,
    operations: listOf(operations).map(it => ({...it, operationPolicies: {request: [], response: [], fault: []}})),
    additionalProperties: properties,
    additionalPropertiesMap: Object.fromEntries(properties.map(it => [it.name, it])),
    advertiseInfo: {advertised: false},
    gatewayVendor: 'wso2',
    gatewayType: 'wso2/synapse',
  }
}

/** An API, with the service that it is made of. */
export const toldV4 = (apim: Pool) => async (api: Json) => {
  const {provider, name, version} = api as {provider: string; name: string; version: string}
  const serviceInfo = await serviceOf(apim, {provider, name, version})
  return {...(toV4(api) as Json), ...(serviceInfo && {serviceInfo})}
}

/** Of a body of v4 the one of v1. The service of an API is not its body's to change: what it was told to be is left out. Throws a Fault 501. */
export const fromV4Of = (apim: Pool) => async (body: Json) => {
  const {provider, name, version, serviceInfo} = body as Partial<Record<'provider' | 'name' | 'version', string>> & Json
  const own = await serviceOf(apim, {provider: provider ?? '', name: name ?? '', version: version ?? ''})
  const isOwn = own !== undefined && (serviceInfo as Json | null | undefined)?.['key'] === own.key
  return fromV4(isOwn ? without(body, ['serviceInfo']) : body)
}
