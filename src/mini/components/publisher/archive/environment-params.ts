import {z} from 'zod'
import {checked} from '../../../http/body.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {IN_TURN} from '../rest/endpoints.js'
import {deploymentPlaces} from './deployment-places.js'
import type {ArchivedApi} from './archived-api.js'

type Json = Readonly<Record<string, unknown>>

const endpoints = z.looseObject({production: z.unknown().optional(), sandbox: z.unknown().optional()})
const security = z.looseObject({
  enabled: z.union([z.boolean(), z.stringbool()]).nullish(),
  type: z.string().nullish(),
})

/** `configs` of one environment: APIControllerUtil.java of carbon-apimgt 0df6e53, rest.api.publisher.v1.common. */
const params = z.strictObject({
  endpointType: z.enum(['rest', 'http', 'soap', 'dynamic', 'aws']).nullish(),
  endpointRoutingPolicy: z.enum(['load_balanced', 'failover']).nullish(),
  endpoints: endpoints.nullish(),
  loadBalanceEndpoints: endpoints.extend({sessionManagement: z.string().nullish()}).nullish(),
  failoverEndpoints: endpoints
    .extend({productionFailovers: z.unknown().optional(), sandboxFailovers: z.unknown().optional()})
    .nullish(),
  awsLambdaEndpoints: z.unknown().optional(),
  security: z.object({production: security.nullish(), sandbox: security.nullish()}).nullish(),
  certs: z.array(z.unknown()).nullish(),
  mutualSslCerts: z.array(z.unknown()).nullish(),
  policies: z.array(z.string().nullable()).nullish(),
  deploymentEnvironments: deploymentPlaces.nullish(),
})

type Params = z.output<typeof params>

const UNDONE: readonly (readonly [what: string, asked: (given: Params) => boolean])[] = [
  ['dynamic endpoints', it => it.endpointType === 'dynamic'],
  ['endpoints of AWS Lambda', it => it.endpointType === 'aws' || Boolean(it.awsLambdaEndpoints)],
  ['certificates of endpoints', it => (it.certs ?? []).length > 0],
  ['certificates of clients', it => (it.mutualSslCerts ?? []).length > 0],
]

/** The endpoints that the parameters name; undefined where they name none, and those of the API stay. Throws a Fault 400. */
function endpointConfigIn(given: Params): Json | undefined {
  const single = given.endpointType === 'soap' ? 'address' : 'http'
  const several = {load_balanced: given.loadBalanceEndpoints, failover: given.failoverEndpoints} as const
  const {endpointRoutingPolicy: policy} = given
  const from = policy ? several[policy] : given.endpoints
  if (policy && !from) throw badRequest(`Please specify the endpoints of ${policy} for the environment and continue...`)
  if (!from) return undefined
  if (!from.production && !from.sandbox)
    throw badRequest('Please specify production or sandbox endpoints for the environment and continue...')
  const kind = policy === 'load_balanced' ? 'load_balance' : (policy ?? single)
  const {productionFailovers, sandboxFailovers, sessionManagement} = from
  return {
    endpoint_type: kind,
    ...(from.production ? {production_endpoints: from.production} : {}),
    ...(from.sandbox ? {sandbox_endpoints: from.sandbox} : {}),
    ...(productionFailovers ? {production_failovers: productionFailovers} : {}),
    ...(sandboxFailovers ? {sandbox_failovers: sandboxFailovers} : {}),
    ...(policy === 'load_balanced' && {algoClassName: IN_TURN}),
    ...(sessionManagement ? {sessionManagement} : {}),
  }
}

/** Throws a Fault 400 for security that is on and lacks something. */
function securityIn({security: given}: Params): Json | undefined {
  if (!given) return undefined
  const sides = Object.entries(given).flatMap(([side, it]) => {
    if (!it) return []
    if (it.enabled !== true) return [[side, {type: 'NONE', enabled: false}] as const]
    const type = (it.type ?? '').toUpperCase()
    for (const field of type === 'OAUTH' ? [] : ['type', 'username', 'password'])
      if (!it[field])
        throw badRequest(
          `You have enabled endpoint security but the ${field} is not found in the params file. Please specify ${field} field and continue...`,
        )
    return [[side, {...it, type}] as const]
  })
  return Object.fromEntries(sides)
}

/**
 * What the parameters of an environment change of an API. Where they name no endpoints those of the API stay, where the product puts
 * https://localhost. Throws a Fault 400, or 501 for what mini does not do.
 */
export function withParams(archived: ArchivedApi, value: unknown): ArchivedApi {
  const given = checked(params, value ?? {})
  const undone = UNDONE.find(([, asked]) => asked(given))
  if (undone) throw missingOperation(`mini has no ${undone[0]}`)
  const policies = (given.policies ?? []).filter(Boolean)
  const endpointConfig = endpointConfigIn(given)
  const endpoint_security = securityIn(given)
  const before = archived.body['endpointConfig'] as Json | null | undefined
  const config = {...(endpointConfig ?? before), ...(endpoint_security && {endpoint_security})}
  return {
    ...archived,
    body: {
      ...archived.body,
      ...((endpointConfig ?? endpoint_security) && {endpointConfig: config}),
      ...(policies.length > 0 && {policies}),
    },
    ...(given.deploymentEnvironments && {places: given.deploymentEnvironments}),
  }
}
