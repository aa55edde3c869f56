import {hostname} from 'node:os'
import {shareFields, type EventPublisher} from '../../events/publisher.js'
import {
  FAULT_STREAM,
  REQUEST_STREAM,
  THROTTLE_STREAM,
  THROTTLED_OUT_STREAM,
  type FaultEvent,
  type RequestEvent,
  type ThrottledOutEvent,
  type ThrottleRequest,
} from '../../hub/events.js'
import type {GatewayCall} from './call.js'
import type {Entry} from './catalog.js'
import type {CallFault} from './faults.js'
import {tenantOfUser} from './grants.js'
import type {Grant} from './verified.js'
import type {Resource} from './resources.js'

/** What a call was let through for. */
export interface Admission {
  readonly entry: Entry
  readonly resource: Resource
  readonly grant: Grant
  /** Groups of conditions that the call counts for, where its policy has any. */
  readonly groups?: readonly number[] | undefined
}

const REASONS: Readonly<Record<number, ThrottledOutEvent['throttledOutReason']>> = {
  900800: 'API_LIMIT_EXCEEDED',
  900801: 'HARD_LIMIT_EXCEEDED',
  900802: 'RESOURCE_LIMIT_EXCEEDED',
  900803: 'APPLICATION_LIMIT_EXCEEDED',
  900804: 'SUBSCRIPTION_LIMIT_EXCEEDED',
  900805: 'REQUEST_BLOCKED',
  900806: 'CUSTOM_POLICY_LIMIT_EXCEED',
  900807: 'SUBSCRIPTION_LIMIT_EXCEEDED',
}

/** Tells the traffic manager and the analytics worker of calls. */
export interface Usage {
  /** A call was let through: it counts. `bytes`: of a frame on its WebSocket. */
  counted(call: GatewayCall, admission: Admission, bytes?: number): void
  refused(call: GatewayCall, admission: Admission, fault: CallFault): void
  answered(call: GatewayCall, admission: Admission, outcome: Outcome): void
}

interface Outcome {
  readonly status: number
  readonly bytes: number
  /** Milliseconds. */
  readonly took: number
  readonly backendTook: number
  readonly fault: CallFault | undefined
}

const host = hostname()

/** What the throttling events of a grant have in common. */
const throttledBy = ({entry: {api, key, tier}, grant}: Admission) => ({
  appKey: grant.applicationKey,
  appTier: grant.applicationTier,
  apiKey: tier === '' ? '' : key,
  apiTier: tier,
  subscriptionKey: grant.subscriptionKey,
  subscriptionTier: grant.subscriptionTier,
  userId: grant.user,
  apiContext: api.context,
  apiVersion: api.version,
  apiName: api.name,
  appId: grant.application?.id ?? 0,
  appTenant: grant.applicationTenant,
  apiTenant: api.tenantDomain,
})

const throttledCall = (call: GatewayCall, {resource, groups}: Admission) => ({
  messageID: call.id,
  resourceKey: resource.key,
  resourceTier: resource.mapping.throttlingPolicy,
  timestamp: call.began,
  bytes: Number(call.request.headers['content-length'] ?? 0),
  ip: call.ip,
  ...(groups && groups.length > 0 && {conditionGroups: [...groups]}),
})

export const throttleRequest = (call: GatewayCall, admission: Admission): ThrottleRequest => ({
  ...throttledBy(admission),
  ...throttledCall(call, admission),
})

const common = ({entry: {api}, grant: {application}}: Admission) => ({
  apiContext: api.context,
  apiName: api.name,
  apiVersion: api.version,
  apiCreator: api.provider,
  apiCreatorTenantDomain: api.tenantDomain,
  applicationName: application?.name ?? 'Unknown',
  applicationId: String(application?.id ?? 0),
})

/** What the request events of a grant have in common. */
const requestedBy = (admission: Admission) => ({
  ...common(admission),
  applicationConsumerKey: admission.grant.consumerKey,
  applicationOwner: admission.grant.application?.subName ?? 'Unknown',
  username: admission.grant.user,
  userTenantDomain: tenantOfUser(admission.grant.user),
})

const requestedCall = (
  call: GatewayCall,
  {resource}: Admission,
  outcome: Outcome,
): Omit<RequestEvent, keyof ReturnType<typeof requestedBy>> => ({
  correlationId: call.id,
  apiResourceTemplate: resource.mapping.urlPattern,
  apiMethod: call.method,
  apiHostname: String(call.request.headers.host ?? ''),
  userIp: call.ip,
  userAgent: String(call.request.headers['user-agent'] ?? ''),
  requestTimestamp: call.began,
  responseTime: outcome.took,
  backendTime: outcome.backendTook,
  responseCode: outcome.status,
  responseSize: outcome.bytes,
})

/** Text of both, made once for a grant: it was a twentieth of what a call costs. */
const sharedBy = (admission: Admission): NonNullable<Grant['shared']> =>
  (admission.grant.shared ??= {
    throttle: shareFields(THROTTLE_STREAM, throttledBy(admission)),
    request: shareFields(REQUEST_STREAM, requestedBy(admission)),
  })

const faultEvent = (call: GatewayCall, admission: Admission, fault: CallFault): FaultEvent => ({
  ...common(admission),
  apiMethod: call.method,
  errorCode: String(fault.code),
  errorMessage: fault.description,
  requestTimestamp: call.began,
  hostname: host,
})

const throttledEvent = (call: GatewayCall, admission: Admission, fault: CallFault): ThrottledOutEvent => ({
  ...common(admission),
  username: admission.grant.user,
  userTenantDomain: tenantOfUser(admission.grant.user),
  subscriber: admission.grant.application?.subName ?? 'Unknown',
  throttledOutReason: REASONS[fault.code] ?? 'API_LIMIT_EXCEEDED',
  throttledOutTimestamp: call.began,
  hostname: host,
})

export const makeUsage = (throttling: EventPublisher, analytics: EventPublisher | undefined): Usage => ({
  counted: (call, admission, bytes) => {
    const own = throttledCall(call, admission)
    const {throttle} = sharedBy(admission)
    throttling.publishWith(throttle, bytes === undefined ? own : {...own, bytes, timestamp: Date.now()})
  },
  refused: (call, admission, fault) => analytics?.publish(THROTTLED_OUT_STREAM, throttledEvent(call, admission, fault)),
  answered: (call, admission, outcome) => {
    analytics?.publishWith(sharedBy(admission).request, requestedCall(call, admission, outcome))
    if (outcome.fault) analytics?.publish(FAULT_STREAM, faultEvent(call, admission, outcome.fault))
  },
})
