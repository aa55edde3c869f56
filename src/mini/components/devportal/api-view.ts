import type {Api} from '../../apis/api.js'
import {defaultContext, servedContext} from '../../apis/api-rows.js'
import {thumbnailOf} from '../../apis/search-result.js'
import {NO_RATING} from '../../apis/opinions.js'
import type {Environment} from '../../config/environments.js'

const WEB = ['http', 'https'] as const
const SCHEMES = {HTTP: WEB, GRAPHQL: WEB, WS: ['ws', 'wss']} as const

const urls = (environment: Environment, api: Api, path: string) =>
  Object.fromEntries(
    SCHEMES[api.type]
      .filter(scheme => api.type === 'WS' || api.transport.includes(scheme))
      .filter(scheme => environment.endpoints[scheme] !== '')
      .map(scheme => [scheme, `${environment.endpoints[scheme].replace(/\/$/, '')}${path}`]),
  ) as Readonly<Partial<Record<'http' | 'https' | 'ws' | 'wss', string>>>

/** Where an API can be called: an environment of its own for each that it names. */
export const endpointUrls = (api: Api, environments: readonly Environment[]) =>
  environments
    .filter(({name}) => api.gatewayEnvironments.includes(name))
    .map(environment => ({
      environmentName: environment.name,
      environmentType: environment.type,
      URLs: urls(environment, api, servedContext(api)),
      defaultVersionURLs: api.isDefaultVersion ? urls(environment, api, defaultContext(api)) : {},
    }))

/** Who looks, and whose portal it is that is looked at: names of tenants. */
export interface Look {
  readonly viewer: string
  readonly portal: string
}

/** Whether an API lets users of another tenant subscribe (isSubscriptionAvailable of APIMappingUtil, store). */
export const isOpenTo = (
  {subscriptionAvailability: who, subscriptionAvailableTenants: tenants}: Api,
  tenant: string,
): boolean => who === 'ALL_TENANTS' || (who === 'SPECIFIC_TENANTS' && tenants.includes(tenant))

/** What an API in a list and one by itself both say. */
const common = (api: Api, avgRating: string, look: Look | undefined) => ({
  id: api.id,
  name: api.name,
  description: api.description ?? null,
  context: servedContext(api),
  version: api.version,
  type: api.type,
  provider: api.provider,
  lifeCycleStatus: api.lifeCycleStatus,
  avgRating,
  advertiseInfo: {advertised: false, originalStoreUrl: null, apiOwner: null},
  businessInformation: api.businessInformation,
  isSubscriptionAvailable: look === undefined || look.viewer === look.portal || isOpenTo(api, look.viewer),
})

/** APIInfo of store-api.yaml, carbon-apimgt v6.7.206. */
export const apiInfo = (api: Api, avgRating = NO_RATING, look?: Look) => ({
  ...common(api, avgRating, look),
  thumbnailUri: thumbnailOf(api),
  throttlingPolicies: api.policies,
  monetizationLabel: null,
})

/** ScopeInfo of store-api.yaml. */
export const scopesOf = (api: Api) =>
  api.scopes.map(({scope}) => ({
    key: scope.name,
    name: scope.displayName ?? scope.name,
    roles: scope.bindings,
    description: scope.description ?? '',
  }))

/** API of store-api.yaml. */
export const apiDetails = (
  api: Api,
  environments: readonly Environment[],
  definition: string,
  avgRating = NO_RATING,
  look?: Look,
) => ({
  ...common(api, avgRating, look),
  apiDefinition: definition,
  wsdlUri: null,
  isDefaultVersion: api.isDefaultVersion,
  transport: api.transport,
  operations: api.operations.map(({id, target, verb}) => ({id, target, verb})),
  authorizationHeader: api.authorizationHeader ?? null,
  securityScheme: api.securityScheme,
  tags: api.tags,
  tiers: api.policies.map(tierName => ({tierName, tierPlan: null, monetizationAttributes: null})),
  hasThumbnail: api.hasThumbnail === true,
  additionalProperties: api.additionalProperties,
  ingressURLs: [],
  endpointURLs: endpointUrls(api, environments),
  environmentList: api.gatewayEnvironments,
  scopes: scopesOf(api),
  categories: api.categories,
  keyManagers: api.keyManagers,
  monetization: api.monetization && {enabled: api.monetization.enabled},
  labels: api.labels.map(name => ({name, description: null, accessUrls: []})),
})
