import {z} from 'zod'
import type {RevocationEvent} from './events.js'

/**
 * What /internal/data/v1 of the traffic manager answers, each list as {list: [...]}. Paths and field names: api.yaml of
 * org.wso2.carbon.apimgt.internal.service, carbon-apimgt v6.7.206.
 */
const text = z.string().max(1000)

const URL_MAPPING = z.object({
  httpMethod: text,
  urlPattern: text,
  /** `None`, or one that wants a token. */
  authScheme: text,
  throttlingPolicy: text,
  scopes: z.array(text).readonly(),
})
export type UrlMapping = Readonly<z.infer<typeof URL_MAPPING>>

export const API_DATA = z.object({
  /** API_ID of AM_API. */
  apiId: z.number().int(),
  /** Names of files are made of it, so it has no character that leads elsewhere. */
  uuid: z.string().regex(/^[\w-]{1,100}$/),
  name: text,
  version: text,
  /** With the version, and with `/t/<tenant>` before it where there is one: `/pizza/1.0.0`. */
  context: z.string().regex(/^\/[^\s?#]{1,255}$/),
  provider: text,
  /** Policy of the whole API, or null. */
  policy: text.nullable(),
  apiType: z.enum(['HTTP', 'WS', 'GRAPHQL']),
  status: text,
  isDefaultVersion: z.boolean(),
  tenantDomain: text,
  urlMappings: z.array(URL_MAPPING).max(10_000).readonly(),
})
export type ApiData = Readonly<z.infer<typeof API_DATA>>

export interface SubscriptionData {
  readonly subscriptionId: number
  readonly subscriptionUUID: string
  readonly apiId: number
  readonly appId: number
  readonly policyId: string
  readonly subscriptionState: 'UNBLOCKED' | 'BLOCKED' | 'PROD_ONLY_BLOCKED' | 'ON_HOLD' | 'REJECTED'
}

export interface ApplicationData {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly subId: number
  /** The subscriber: `admin`, `a@example.com`. */
  readonly subName: string
  readonly policy: string
  readonly tokenType: 'JWT' | 'OAUTH'
  readonly tenantDomain: string
}

export interface KeyMappingData {
  readonly applicationId: number
  readonly consumerKey: string
  readonly keyType: 'PRODUCTION' | 'SANDBOX'
  readonly keyManager: string
}

/** The policy without a limit, of every level. */
export const UNLIMITED_TIER = 'Unlimited'

/** The key manager that mini has itself. */
export const RESIDENT_KEY_MANAGER = 'Resident Key Manager'
/** Its type; any other one is someone else's. */
export const RESIDENT_TYPE = 'default'
/** What an API says that takes the tokens of all: API_LEVEL_ALL_KEY_MANAGERS of carbon-apimgt v6.7.206. */
export const ALL_KEY_MANAGERS = 'all'

export const TIME_UNIT = z.enum(['sec', 'min', 'hour', 'day', 'week', 'month', 'year'])
export type TimeUnit = z.infer<typeof TIME_UNIT>

/** A limit: so many requests, or so many bytes, in a window. */
const QUOTA = z.object({
  type: z.enum(['requestCount', 'bandwidthVolume']),
  /** Requests or bytes; below 0: no limit. */
  count: z.number(),
  unitTime: z.number().int().positive().max(1_000_000),
  timeUnit: TIME_UNIT,
})
export type Quota = Readonly<z.infer<typeof QUOTA>>

/** What policies of all kinds are named by. */
export const POLICY_NAME = {name: z.string().min(1).max(512), tenantDomain: z.string().min(1).max(255)}

/**
 * What may be true of a call. A range has its ends as name and value, a header's value is found anywhere in it, a parameter's and a
 * claim's is the whole: PolicyConstants and ThrottleConditionEvaluator of carbon-apimgt v6.7.206. The patterns are regular expressions.
 */
const CONDITION = z.object({
  conditionType: z.enum(['IPSpecific', 'IPRange', 'Header', 'QueryParameterType', 'JWTClaims']),
  name: text,
  value: z.string().max(1024),
  isInverted: z.boolean(),
})
export type Condition = Readonly<z.infer<typeof CONDITION>>

const CONDITION_GROUP = z.object({
  conditionGroupId: z.number().int(),
  quota: QUOTA,
  condition: z.array(CONDITION).max(100).readonly(),
})
export type ConditionGroupData = Readonly<z.infer<typeof CONDITION_GROUP>>

/** A policy of any level, as the traffic manager counts by it. */
export const POLICY_DATA = z.object({
  id: z.number(),
  ...POLICY_NAME,
  kind: z.enum(['API', 'APPLICATION', 'SUBSCRIPTION']),
  quota: QUOTA,
  /** API policies: counted for each API, or for each of its users too. */
  applicableLevel: z.enum(['apiLevel', 'userLevel']).exactOptional(),
  /** API policies that have any: other limits for calls that all conditions of a group are true of. */
  conditionGroups: z.array(CONDITION_GROUP).max(100).readonly().exactOptional(),
  /** Subscription policies. */
  rateLimit: z.object({count: z.number(), timeUnit: TIME_UNIT}).exactOptional(),
  stopOnQuotaReach: z.boolean().exactOptional(),
  /** How deep queries of GraphQL APIs may be; none: as they like. */
  graphQLMaxDepth: z.int().positive().exactOptional(),
})
export type PolicyData = Readonly<z.infer<typeof POLICY_DATA>>

/** Custom policies: a key template such as `$userId:$apiContext`, and a limit for each value that it takes. */
export const CUSTOM_POLICY_DATA = z.object({
  id: z.number(),
  name: POLICY_NAME.name,
  keyTemplate: z.string().min(1).max(512),
  quota: QUOTA,
})
export type CustomPolicyData = Readonly<z.infer<typeof CUSTOM_POLICY_DATA>>

/** GET /scopes: mini's own, 3.2.0 has none. */
export interface ScopeData {
  readonly name: string
  readonly displayName: string
  /** Roles that may have it; empty: everyone. */
  readonly roles: readonly string[]
  readonly tenantDomain: string
}

/** GET /block. */
export interface BlockData {
  readonly api: readonly string[]
  /** `<owner>:<application name>`. */
  readonly application: readonly string[]
  readonly user: readonly string[]
  readonly ip: readonly IpBlock[]
}

export interface IpBlock {
  readonly id: number
  readonly type: 'IP' | 'IPRANGE'
  readonly fixedIp?: string
  readonly startingIp?: string
  readonly endingIp?: string
  /** Everyone but these. */
  readonly invert: boolean
  readonly tenantDomain: string
}

/** GET /revokedjwt. */
export type RevokedData = RevocationEvent

/** GET /keymanagers. Keys of `configuration`: KeyManager constants of carbon-apimgt v6.7.206; what the traffic manager computes: APIUtil.getAndSetDefaultKeyManagerConfiguration. */
export interface KeyManagerData {
  readonly name: string
  /** `default` is the product's own; another one's tokens are JWTs, which gateways check by its keys. */
  readonly type: string
  readonly enabled: boolean
  readonly tenantDomain: string
  readonly configuration: {
    readonly issuer: string
    readonly token_endpoint: string
    readonly revoke_endpoint: string
    readonly introspection_endpoint: string
    readonly client_registration_endpoint: string
    readonly userinfo_endpoint: string
    readonly certificate_type: 'JWKS' | 'PEM'
    /** A JWKS's address, or a certificate: its PEM in base64. */
    readonly certificate_value: string
    readonly self_validate_jwt: boolean
    /** Which tokens are this key manager's opaque ones: a regular expression. */
    readonly token_format_string: string
    /** The claims that have the client's id and the scopes; `azp` and `scope` without them. */
    readonly consumer_key_claim?: string
    readonly scopes_claim?: string
  }
}
