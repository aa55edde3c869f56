/**
 * An API as the product's REST APIs show it: APIDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206, as far as mini has it. The whole
 * of it is a document in the registry (shareddb, as in the product); what nodes ask for is in rows of apimgtdb too.
 */
export interface Api {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** Without the version: `/pizza`. */
  readonly context: string
  readonly version: string
  /** `admin`, `a@example.com`. */
  readonly provider: string
  readonly lifeCycleStatus: LifeCycleStatus
  readonly isDefaultVersion: boolean
  readonly type: 'HTTP' | 'WS'
  readonly transport: readonly string[]
  readonly tags: readonly string[]
  /** Subscription policies. */
  readonly policies: readonly string[]
  /** Advanced policy of the whole API, or null where its operations have their own. */
  readonly apiThrottlingPolicy: string | null
  readonly authorizationHeader?: string
  readonly securityScheme: readonly string[]
  readonly visibility: 'PUBLIC' | 'PRIVATE' | 'RESTRICTED'
  readonly visibleRoles: readonly string[]
  readonly gatewayEnvironments: readonly string[]
  readonly endpointConfig: EndpointConfig | null
  readonly corsConfiguration?: CorsConfiguration
  readonly scopes: readonly ApiScope[]
  readonly operations: readonly Operation[]
  /** Milliseconds since 1970. */
  readonly createdTime: string
  readonly lastUpdatedTime: string
}

export type LifeCycleStatus = 'CREATED' | 'PROTOTYPED' | 'PUBLISHED' | 'BLOCKED' | 'DEPRECATED' | 'RETIRED'

export interface EndpointConfig {
  readonly endpoint_type: 'http' | 'address' | 'load_balance' | 'failover' | 'default'
  readonly production_endpoints?: {readonly url: string}
  readonly sandbox_endpoints?: {readonly url: string}
}

interface CorsConfiguration {
  readonly corsConfigurationEnabled: boolean
  readonly accessControlAllowOrigins: readonly string[]
  readonly accessControlAllowCredentials: boolean
  readonly accessControlAllowHeaders: readonly string[]
  readonly accessControlAllowMethods: readonly string[]
}

export interface ApiScope {
  readonly scope: {
    readonly id?: string
    readonly name: string
    readonly displayName?: string
    readonly description?: string
    /** Roles that may have it; empty: everyone. */
    readonly bindings: readonly string[]
  }
  readonly shared: boolean
}

export interface Operation {
  readonly id: string
  readonly target: string
  readonly verb: string
  readonly authType: string
  readonly throttlingPolicy: string
  readonly scopes: readonly string[]
}

/** Statuses in which a gateway serves an API. */
export const DEPLOYED: readonly LifeCycleStatus[] = ['PROTOTYPED', 'PUBLISHED', 'BLOCKED', 'DEPRECATED']
/** Statuses in which the portal shows an API. */
export const VISIBLE: readonly LifeCycleStatus[] = ['PROTOTYPED', 'PUBLISHED', 'DEPRECATED']
