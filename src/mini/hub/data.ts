/**
 * What /internal/data/v1 of the traffic manager answers, each list as {list: [...]}. Paths and field names: api.yaml of
 * org.wso2.carbon.apimgt.internal.service, carbon-apimgt v6.7.206.
 */
export interface ApiData {
  /** API_ID of AM_API. */
  readonly apiId: number
  readonly uuid: string
  readonly name: string
  readonly version: string
  /** With the version, and with `/t/<tenant>` before it where there is one: `/pizza/1.0.0`. */
  readonly context: string
  readonly provider: string
  /** Policy of the whole API, or null. */
  readonly policy: string | null
  readonly apiType: 'HTTP' | 'WS'
  readonly status: string
  readonly isDefaultVersion: boolean
  readonly tenantDomain: string
  readonly urlMappings: readonly UrlMapping[]
}

export interface UrlMapping {
  readonly httpMethod: string
  readonly urlPattern: string
  /** `None`, or one that wants a token. */
  readonly authScheme: string
  readonly throttlingPolicy: string
  readonly scopes: readonly string[]
}

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

export type TimeUnit = 'sec' | 'min' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** A limit: so many requests, or so many bytes, in a window. */
export interface Quota {
  readonly type: 'requestCount' | 'bandwidthVolume'
  /** Requests or bytes; below 0: no limit. */
  readonly count: number
  readonly unitTime: number
  readonly timeUnit: TimeUnit
}

/** A policy of any level, as the traffic manager counts by it. */
export interface PolicyData {
  readonly id: number
  readonly name: string
  readonly tenantDomain: string
  readonly kind: 'API' | 'APPLICATION' | 'SUBSCRIPTION'
  readonly quota: Quota
  /** API policies: counted for each API, or for each of its users too. */
  readonly applicableLevel?: 'apiLevel' | 'userLevel'
  /** Subscription policies. */
  readonly rateLimit?: {readonly count: number; readonly timeUnit: TimeUnit}
  readonly stopOnQuotaReach?: boolean
}

/** Custom policies: a key template such as `$userId:$apiContext`, and a limit for each value that it takes. */
export interface CustomPolicyData {
  readonly id: number
  readonly name: string
  readonly keyTemplate: string
  readonly quota: Quota
}

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

/** GET /revokedjwt: the same as in a RevocationEvent. */
export interface RevokedData {
  readonly revokedToken: string
  readonly tokenType: 'DEFAULT' | 'JWT'
  readonly expiryTime: number
}

/** GET /keymanagers. Keys of `configuration`: KeyManager constants of carbon-apimgt v6.7.206; what the traffic manager computes: APIUtil.getAndSetDefaultKeyManagerConfiguration. */
export interface KeyManagerData {
  readonly name: string
  readonly type: 'default'
  readonly enabled: boolean
  readonly tenantDomain: string
  readonly configuration: {
    readonly issuer: string
    readonly token_endpoint: string
    readonly revoke_endpoint: string
    readonly introspection_endpoint: string
    readonly client_registration_endpoint: string
    readonly userinfo_endpoint: string
    readonly certificate_type: 'JWKS'
    readonly certificate_value: string
    readonly self_validate_jwt: boolean
    /** Which tokens are this key manager's opaque ones: a regular expression. */
    readonly token_format_string: string
  }
}
