import {z} from 'zod'

/**
 * What the event hub carries. Names of topics and event types: APIConstants of carbon-apimgt v6.7.206; ten kinds of event in all:
 * throttling events, block conditions, token revocation, and the eight event types below by what they are about (API, API policy,
 * application, application policy, application keys, subscription, subscription policy).
 */
export const TOPICS = ['throttleData', 'tokenRevocation', 'notification', 'keyManager'] as const
export type Topic = (typeof TOPICS)[number]

/**
 * Topic throttleData: a decision of the traffic manager about one key. It is said when the limit is reached, at most once a second again
 * while the key is still called, and when the window ends.
 */
export interface ThrottleDecision {
  /**
   * Of a policy with groups of conditions it has `_condition_<id>` or `_default` at its end.
   * The apiKey, resourceKey, appKey or subscriptionKey of the ThrottleRequest as it is; for an API policy of `userLevel`
   * `<apiKey>_<userId>` or `<resourceKey>_<userId>` only; for a custom policy its filled template (key-template.ts).
   */
  readonly throttleKey: string
  readonly isThrottled: boolean
  /** When the window of the key ends, milliseconds since 1970. */
  readonly expiryTimeStamp: number
}

export type BlockType = 'API' | 'APPLICATION' | 'USER' | 'IP' | 'IPRANGE'

/** Topic throttleData: a block condition was made, changed or removed. */
export interface BlockEvent {
  readonly id: number
  readonly blockingCondition: BlockType
  /** As AM_BLOCK_CONDITIONS.VALUE has it. */
  readonly conditionValue: string
  /** `false`: no longer in force. */
  readonly state: 'true' | 'false'
  readonly tenantDomain: string
}

/** Topic throttleData: a custom policy's key template. */
export interface KeyTemplateEvent {
  readonly keyTemplateValue: string
  readonly keyTemplateState: 'add' | 'remove'
}

/** Hashes and JWTs' identifiers: what fits a latin1 column and can't be taken for anything else. */
const identifier = (most: number) => z.string().regex(new RegExp(`^[!-~]{1,${most}}$`))

/** Topic tokenRevocation. */
const REVOCATION_EVENT = z.object({
  /** The opaque token's hash (hex of SHA-256) or the JWT's jti: never the token itself. */
  revokedToken: identifier(2048),
  tokenType: z.enum(['DEFAULT', 'JWT']),
  /** Milliseconds since 1970 after which the token would not be valid anyway. */
  expiryTime: z.number().int().nonnegative(),
})
export type RevocationEvent = Readonly<z.infer<typeof REVOCATION_EVENT>>

/** Topic keyManager: the configuration of a key manager changed, so it has to be fetched again. */
export interface KeyManagerEvent {
  readonly event_type: 'key_manager_configuration'
  readonly action: 'add' | 'update' | 'delete'
  readonly name: string
  readonly tenantDomain: string
}

export type NotificationType =
  | 'API_CREATE'
  | 'API_UPDATE'
  | 'API_DELETE'
  | 'API_LIFECYCLE_CHANGE'
  // Of 4.x: gateways of the environments in `gatewayLabels` fetch, or give up, what the event is about.
  | 'DEPLOY_API_IN_GATEWAY'
  | 'REMOVE_API_FROM_GATEWAY'
  | 'APPLICATION_CREATE'
  | 'APPLICATION_UPDATE'
  | 'APPLICATION_DELETE'
  | 'APPLICATION_REGISTRATION_CREATE'
  | 'POLICY_CREATE'
  | 'POLICY_UPDATE'
  | 'POLICY_DELETE'
  | 'SUBSCRIPTIONS_CREATE'
  | 'SUBSCRIPTIONS_UPDATE'
  | 'SUBSCRIPTIONS_DELETE'

export type PolicyType = 'API' | 'APPLICATION' | 'SUBSCRIPTION' | 'GLOBAL'

/** Topic notification: something changed in apimgtdb. A receiver fetches what it is about from /internal/data/v1. */
export interface Notification {
  readonly eventType: NotificationType
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly tenantDomain: string
  /** What it is about: `apiId`, `applicationId`, `subscriptionId`, `consumerKey`, `policyId` with `policyType` and `policyName`, `name`, `version`, `context`, `state`. */
  readonly event: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/** Streams that a traffic manager takes on 9611. */
export const THROTTLE_STREAM = 'org.wso2.throttle.request.stream:1.0.0'
/** One object {topic, payload}: what a publisher or a portal wants broadcast on the hub. */
export const HUB_STREAM = 'org.wso2.apimgt.notification.stream:1.0.0'
/** Streams that an analytics worker takes on 7612: names of analytics-apim v3.2.0, APIM_EVENT_RECEIVER. */
export const REQUEST_STREAM = 'org.wso2.apimgt.statistics.request:3.1.0'
export const FAULT_STREAM = 'org.wso2.apimgt.statistics.fault:3.0.0'
export const THROTTLED_OUT_STREAM = 'org.wso2.apimgt.statistics.throttle:3.0.0'

/** Stream of hub events. */
export interface HubEvent {
  readonly topic: Topic
  /** Made once by its origin. */
  readonly id: string
  readonly payload: unknown
}

/** Longer than any key that a gateway makes of the product's columns. */
const text = z.string().max(4_000)

/** THROTTLE_STREAM: one call that the gateway let through, with the keys that it counts for. Field names are the product's. */
export const THROTTLE_REQUEST = z.object({
  messageID: text,
  /** `<applicationId>:<user>`. */
  appKey: text,
  appTier: text,
  /** `<context>:<version>`; empty without an API policy. */
  apiKey: text,
  apiTier: text,
  /** `<applicationId>:<context>:<version>`. */
  subscriptionKey: text,
  subscriptionTier: text,
  /** `<context>/<version><resource>:<VERB>`. */
  resourceKey: text,
  resourceTier: text,
  userId: text,
  apiContext: text,
  apiVersion: text,
  apiName: text,
  appId: z.number(),
  appTenant: text,
  apiTenant: text,
  /** Milliseconds since 1970, of the call. */
  timestamp: z.number(),
  /** Bytes of the call, for policies by bandwidth. */
  bytes: z.number().nonnegative(),
  /** The caller's address. */
  ip: text,
  /** Groups of conditions of the API's or the resource's policy that the call counts for; none: for the policy's own limit. */
  conditionGroups: z.array(z.number()).max(100).exactOptional(),
})
export type ThrottleRequest = Readonly<z.infer<typeof THROTTLE_REQUEST>>

/** Body of POST /internal/data/v1/notify by the key manager: a token was revoked. */
export const REVOCATION_NOTICE = REVOCATION_EVENT.extend({
  eventId: identifier(255),
  consumerKey: z.string().max(255),
  user: z.string().max(500),
  tenantDomain: z.string().max(255),
})
export type RevocationNotice = Readonly<z.infer<typeof REVOCATION_NOTICE>>

/** What analytics is told of a call's API and application in every case. */
interface CallEvent {
  readonly apiContext: string
  readonly apiName: string
  readonly apiVersion: string
  readonly apiCreator: string
  readonly apiCreatorTenantDomain: string
  readonly applicationName: string
  readonly applicationId: string
}

/** REQUEST_STREAM: one call, as the gateway saw it. Columns of the stream Request in APIM_ACCESS_SUMMARY; times in ms. */
export interface RequestEvent extends CallEvent {
  readonly correlationId: string
  readonly applicationConsumerKey: string
  readonly applicationOwner: string
  readonly apiResourceTemplate: string
  readonly apiMethod: string
  readonly apiHostname: string
  readonly username: string
  readonly userTenantDomain: string
  readonly userIp: string
  readonly userAgent: string
  readonly requestTimestamp: number
  readonly responseTime: number
  readonly backendTime: number
  readonly responseCode: number
  readonly responseSize: number
}

/** THROTTLED_OUT_STREAM. */
export interface ThrottledOutEvent extends CallEvent {
  readonly username: string
  readonly userTenantDomain: string
  readonly subscriber: string
  readonly throttledOutReason:
    | 'API_LIMIT_EXCEEDED'
    | 'RESOURCE_LIMIT_EXCEEDED'
    | 'APPLICATION_LIMIT_EXCEEDED'
    | 'SUBSCRIPTION_LIMIT_EXCEEDED'
    | 'CUSTOM_POLICY_LIMIT_EXCEED'
    | 'REQUEST_BLOCKED'
    | 'HARD_LIMIT_EXCEEDED'
  readonly throttledOutTimestamp: number
  readonly hostname: string
}

/** FAULT_STREAM: a backend did not answer as it should. */
export interface FaultEvent extends CallEvent {
  readonly apiMethod: string
  readonly errorCode: string
  readonly errorMessage: string
  readonly requestTimestamp: number
  readonly hostname: string
}
