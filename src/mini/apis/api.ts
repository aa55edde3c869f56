/** What the name of a property ends with that 4.x shows to developers: API_RELATED_CUSTOM_PROPERTIES_SURFIX of its carbon-apimgt. */
export const SHOWN = '__display'

/**
 * An API as the product's REST APIs show it: APIDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206, as far as mini has it. The whole
 * of it is a document in the registry (shareddb, as in the product); what nodes ask for is in rows of apimgtdb too.
 */
export interface Api extends ApiDetails {
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
  /** Absent: none. */
  readonly hasThumbnail?: boolean | undefined
  readonly type: 'HTTP' | 'WS' | 'GRAPHQL'
  /** The definition of a GraphQL API's schema. */
  readonly graphQLSchema?: string
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

/** What an API says of itself beside what it is called by. */
export interface ApiDetails {
  readonly responseCachingEnabled: boolean
  /** Seconds. */
  readonly cacheTimeout: number
  readonly destinationStatsEnabled: string | null
  readonly enableSchemaValidation: boolean
  /** Whether the developer portal shows it. */
  readonly enableStore: boolean
  readonly testKey: string | null
  readonly wsdlUrl: string | null
  /** Calls a second that each gateway passes on. */
  readonly maxTps: {readonly production: number | null; readonly sandbox: number | null} | null
  readonly visibleTenants: readonly string[]
  readonly endpointSecurity: EndpointSecurity | null
  /** Of microgateways. */
  readonly labels: readonly string[]
  readonly subscriptionAvailability: 'CURRENT_TENANT' | 'ALL_TENANTS' | 'SPECIFIC_TENANTS'
  readonly subscriptionAvailableTenants: readonly string[]
  readonly additionalProperties: Readonly<Record<string, string>>
  readonly monetization: {readonly enabled: boolean; readonly properties: Readonly<Record<string, string>>} | null
  /** RESTRICTED: in the publisher only users with one of the roles see it. */
  readonly accessControl: 'NONE' | 'RESTRICTED'
  readonly accessControlRoles: readonly string[]
  readonly businessInformation: Readonly<Record<BusinessField, string | null>>
  readonly categories: readonly string[]
  /** `all`, or names of key managers. */
  readonly keyManagers: readonly string[]
}

export const BUSINESS_FIELDS = ['businessOwner', 'businessOwnerEmail', 'technicalOwner', 'technicalOwnerEmail'] as const
type BusinessField = (typeof BUSINESS_FIELDS)[number]

/** How a gateway logs in at a backend. */
export interface EndpointSecurity {
  readonly type: 'BASIC' | 'DIGEST'
  readonly username: string
  readonly password: string
}

/** An endpoint, with what else a client has said of it. */
export interface Endpoint {
  readonly url: string
  readonly [other: string]: unknown
}

export interface EndpointConfig {
  readonly endpoint_type: 'http' | 'address' | 'load_balance' | 'failover'
  /** Several where they are taken in turn. */
  readonly production_endpoints?: Endpoint | readonly Endpoint[]
  readonly sandbox_endpoints?: Endpoint | readonly Endpoint[]
  /** Of type failover: what stands in for the endpoint, in this order. */
  readonly production_failovers?: readonly Endpoint[]
  readonly sandbox_failovers?: readonly Endpoint[]
  /** Before `endpointSecurity`, for one kind of key. */
  readonly endpoint_security?: Readonly<Partial<Record<'production' | 'sandbox', OwnSecurity>>>
  readonly [other: string]: unknown
}

/** EndpointSecurity of one kind of endpoint; what is switched off is kept. */
export interface OwnSecurity {
  readonly enabled: boolean
  readonly type: 'BASIC' | 'DIGEST' | 'NONE'
  readonly username?: string | null | undefined
  readonly password?: string | null | undefined
  readonly [other: string]: unknown
}

/** What an API has that says nothing: also one that was made before mini kept these. */
export const DETAILS: ApiDetails = {
  responseCachingEnabled: false,
  cacheTimeout: 300,
  destinationStatsEnabled: null,
  enableSchemaValidation: false,
  enableStore: true,
  testKey: null,
  wsdlUrl: null,
  maxTps: null,
  visibleTenants: [],
  endpointSecurity: null,
  labels: [],
  subscriptionAvailability: 'CURRENT_TENANT',
  subscriptionAvailableTenants: [],
  additionalProperties: {},
  monetization: null,
  accessControl: 'NONE',
  accessControlRoles: [],
  businessInformation: {businessOwner: null, businessOwnerEmail: null, technicalOwner: null, technicalOwnerEmail: null},
  categories: [],
  keyManagers: ['all'],
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

/** All endpoints of one kind of key, the first to be called before those that stand in for it. */
export function endpointList(config: EndpointConfig | null, kind: 'production' | 'sandbox'): readonly Endpoint[] {
  const own = config?.[`${kind}_endpoints`]
  const first = own === undefined ? [] : Array.isArray(own) ? (own as readonly Endpoint[]) : [own as Endpoint]
  return [...first, ...(config?.[`${kind}_failovers`] ?? [])]
}

/** Order of lists of APIs: by name, then by version. */
export const byName = (a: Pick<Api, 'name' | 'version'>, b: Pick<Api, 'name' | 'version'>): number =>
  a.name.localeCompare(b.name) || a.version.localeCompare(b.version)
