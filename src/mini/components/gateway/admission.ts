import {apiKeyOf, type ApiKeys} from './api-keys.js'
import type {GatewayCall} from './call.js'
import type {Blocks} from './blocks.js'
import type {EndpointGuard, Entry, Match} from './catalog.js'
import {
  BLOCKED,
  HARD_LIMIT,
  isFault,
  missingApiKey,
  missingCredentials,
  noEndpoint,
  noneReady,
  noScope,
  type CallFault,
} from './faults.js'
import type {Endpoint, Endpoints} from './endpoint-group.js'
import {fullName, splitName} from '../../users/users.js'
import {grantOf, openGrant} from './grants.js'
import type {HubData} from './hub-data.js'
import type {Resource} from './resources.js'
import type {Throttle, ThrottleKeys} from './throttle.js'
import type {Tokens} from './tokens.js'
import {throttleRequest, type Admission, type Usage} from './usage.js'
import type {Eventual, Grant, Verified} from './verified.js'

/** A call that may go to its backend. */
export interface Pass extends Admission {
  readonly endpoints: Endpoints
  readonly endpoint: Endpoint
  readonly login: EndpointGuard['login']
}

interface AdmissionParts {
  readonly data: HubData
  readonly tokens: Tokens
  readonly apiKeys: ApiKeys
  readonly blocks: Blocks
  readonly throttle: Throttle
  readonly usage: Usage
  /** What the JWT for the backend says of a caller; nothing where backends get none. */
  readonly claims: (entry: Entry, grant: Grant) => Readonly<Record<string, unknown>>
}

/** Decides whether a call may pass, in the product's order: token, subscription, scopes, blocks, limits. */
export type Admit = (call: GatewayCall, match: Match, resource: Resource, token?: string) => Eventual<CallFault | Pass>

const BEARER = /^Bearer +([\w.~+/=-]+) *$/i

function tokenOf({request: {headers}}: GatewayCall, header: string): string | undefined {
  const value = headers[header]
  return typeof value === 'string' ? BEARER.exec(value)?.[1] : undefined
}

export interface Admissions {
  readonly admit: Admit
  /** Counts a frame of an open WebSocket, of so many bytes; whether it may pass. */
  readonly frame: (call: GatewayCall, admission: Admission, bytes: number) => boolean
}

export function makeAdmissions({data, tokens, apiKeys, blocks, throttle, usage, claims}: AdmissionParts): Admissions {
  const tierOf = ({entry, resource}: Pick<Admission, 'entry' | 'resource'>) =>
    entry.tier === '' ? resource.mapping.throttlingPolicy : entry.tier
  const throttleKeys = (admission: Admission, groups: readonly number[] | undefined): ThrottleKeys => {
    const {entry, resource, grant} = admission
    const ofApi = entry.tier !== ''
    const tier = tierOf(admission)
    const plain = ofApi ? entry.key : resource.key
    const perUser = data.isPerUser(entry.api.tenantDomain, tier)
    return {
      level: ofApi ? 'API_LIMIT_EXCEEDED' : 'RESOURCE_LIMIT_EXCEEDED',
      resource: perUser ? `${plain}_${grant.user}` : plain,
      groups,
      subscription: grant.subscriptionKey,
      application: grant.applicationKey,
      burst: grant.burst,
      stopOnQuotaReach: grant.stopOnQuotaReach,
    }
  }
  const isBlocked = (call: GatewayCall, {entry: {api}, grant}: Admission): boolean => {
    const {application, user} = grant
    const owner = application ? `${application.subName}:${application.name}` : ''
    return blocks.isBlocked(api.context, owner, [user, fullName(splitName(user))], call.ip, api.tenantDomain)
  }
  const letThrough = (call: GatewayCall, given: Admission): CallFault | Pass => {
    const {entry, resource, grant} = given
    const judged = data.judge(entry.api.tenantDomain, tierOf(given))?.(call, () => claims(entry, grant))
    const admission = judged ? {...given, groups: judged.counted} : given
    const limited = () =>
      throttle.refusal(throttleKeys(admission, judged?.held), () => throttleRequest(call, admission))
    // Of a WebSocket its frames are limited and counted, not its handshake (WebsocketInboundHandler of carbon-apimgt v6.7.206).
    const isSocket = entry.api.apiType === 'WS'
    const refusal = blocks.any && isBlocked(call, admission) ? BLOCKED : isSocket ? undefined : limited()
    if (refusal) {
      usage.refused(call, admission, refusal)
      return refusal
    }
    const sandbox = grant.keyType === 'SANDBOX'
    const guard = sandbox ? entry.guards.sandbox : entry.guards.production
    const endpoints = sandbox ? entry.sandbox : entry.production
    if (!endpoints) return noEndpoint(sandbox ? 'Sandbox' : 'Production')
    if (guard.admits?.(call.began) === false) {
      usage.refused(call, admission, HARD_LIMIT)
      return HARD_LIMIT
    }
    if (!isSocket) usage.counted(call, admission)
    const endpoint = endpoints.pick(call.began)
    if (!endpoint) return noneReady(entry.api.name, sandbox ? 'sandbox' : 'production', endpoints.single)
    const {groups} = admission
    return {entry, resource, grant, groups, endpoints, endpoint, login: guard.login}
  }
  const withGrant = (call: GatewayCall, {entry}: Match, resource: Resource, token: Verified): CallFault | Pass => {
    const grant = grantOf(token, entry, data)
    if (isFault(grant)) return grant
    const {scopes, urlPattern} = resource.mapping
    if (scopes.length > 0 && !scopes.some(it => token.scopes.has(it))) return noScope(urlPattern)
    return letThrough(call, {entry, resource, grant})
  }
  const frame = (call: GatewayCall, given: Admission, bytes: number): boolean => {
    const {entry, grant} = given
    const judged = data.judge(entry.api.tenantDomain, tierOf(given))?.(call, () => claims(entry, grant))
    const admission = judged ? {...given, groups: judged.counted} : given
    const refusal = throttle.refusal(throttleKeys(admission, judged?.held), () => throttleRequest(call, admission))
    if (refusal) usage.refused(call, admission, refusal)
    else usage.counted(call, admission, bytes)
    return refusal === undefined
  }
  const admit: Admit = (call, match, resource, given) => {
    const {entry} = match
    if (entry.open || !resource.secured) {
      const grant: Grant = openGrant(entry, call.ip)
      return letThrough(call, {entry, resource, grant})
    }
    const apiKey = entry.takes.apiKey ? apiKeyOf(call) : undefined
    if (apiKey !== undefined) {
      const found = apiKeys.check(apiKey, call, entry)
      const pass = (it: Grant | CallFault) => (isFault(it) ? it : letThrough(call, {entry, resource, grant: it}))
      return found instanceof Promise ? found.then(pass) : pass(found)
    }
    if (!entry.takes.token) return missingApiKey()
    const token = given ?? tokenOf(call, entry.authorizationHeader)
    if (token === undefined)
      return missingCredentials(
        entry.authorizationHeader === 'authorization' ? 'Authorization' : entry.authorizationHeader,
      )
    const verdict = tokens.check(token)
    if (verdict instanceof Promise) {
      return verdict.then(it => (isFault(it) ? it : withGrant(call, match, resource, it)))
    }
    return isFault(verdict) ? verdict : withGrant(call, match, resource, verdict)
  }
  return {admit, frame}
}
