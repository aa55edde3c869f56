import {z} from 'zod'
import {contextTemplate, servedContext} from '../../../apis/api-rows.js'
import type {Api} from '../../../apis/api.js'
import {commaList} from '../../../comma-list.js'
import type {Policy} from '../../../policies/policy.js'
import {withoutPasswords} from '../rest/endpoints.js'

/**
 * An API as archives of apictl 3.2 have it: API.java of carbon-apimgt v6.7.206 as Gson writes it, read by APIImportUtil.java;
 * specs/v2/apispec.go of product-apim-tooling has the same names. Scopes and resources are in the definition beside it.
 */
export function toModel(given: Api, status: Api['lifeCycleStatus'], policies: readonly Policy[]): object {
  const api = withoutPasswords(given)
  const {endpointSecurity: security, maxTps, businessInformation: business} = api
  const tps = (value: number | null | undefined) => (value === null || value === undefined ? undefined : String(value))
  return {
    id: {providerName: api.provider.replace('@', '-AT-'), apiName: api.name, version: api.version},
    uuid: api.id,
    description: api.description,
    type: api.type,
    context: servedContext(api),
    contextTemplate: contextTemplate(api),
    tags: api.tags,
    documents: [],
    availableTiers: policies
      .filter(it => api.policies.includes(it.name))
      .map(it => ({
        name: it.name,
        displayName: it.displayName,
        description: it.description,
        requestCount: it.limit.amount,
        tierPlan: it.billingPlan,
        stopOnQuotaReached: it.stopOnQuotaReach,
      })),
    availableSubscriptionLevelPolicies: [],
    apiLevelPolicy: api.apiThrottlingPolicy ?? undefined,
    uriTemplates: [],
    apiHeaderChanged: false,
    apiResourcePatternsChanged: false,
    status,
    technicalOwner: business.technicalOwner ?? undefined,
    technicalOwnerEmail: business.technicalOwnerEmail ?? undefined,
    businessOwner: business.businessOwner ?? undefined,
    businessOwnerEmail: business.businessOwnerEmail ?? undefined,
    productionMaxTps: tps(maxTps?.production),
    sandboxMaxTps: tps(maxTps?.sandbox),
    visibility: api.visibility.toLowerCase(),
    visibleRoles: api.visibleRoles.join(',') || undefined,
    visibleTenants: api.visibleTenants.join(',') || undefined,
    endpointSecured: security !== null,
    endpointAuthDigest: security?.type === 'DIGEST',
    endpointUTUsername: security?.username,
    endpointUTPassword: security ? '' : undefined,
    transports: api.transport.join(','),
    advertiseOnly: false,
    subscriptionAvailability: api.subscriptionAvailability.toLowerCase(),
    subscriptionAvailableTenants: api.subscriptionAvailableTenants.join(',') || undefined,
    corsConfiguration: api.corsConfiguration,
    endpointConfig: api.endpointConfig ? JSON.stringify(api.endpointConfig) : undefined,
    responseCache: 'Disabled',
    cacheTimeout: api.cacheTimeout,
    implementation: 'ENDPOINT',
    authorizationHeader: api.authorizationHeader,
    scopes: [],
    isDefaultVersion: api.isDefaultVersion,
    isPublishedDefaultVersion: false,
    keyManagers: api.keyManagers,
    environments: api.gatewayEnvironments,
    additionalProperties: api.additionalProperties,
    monetizationProperties: api.monetization?.properties ?? {},
    isMonetizationEnabled: false,
    apiSecurity: api.securityScheme.join(','),
    enableSchemaValidation: false,
    apiCategories: api.categories.map(name => ({name})),
    gatewayLabels: api.labels.map(name => ({name})),
    enableStore: api.enableStore,
    testKey: api.testKey ?? undefined,
    destinationStatsEnabled: api.destinationStatsEnabled ?? undefined,
    accessControl: api.accessControl === 'RESTRICTED' ? 'restricted' : 'all',
    accessControlRoles: api.accessControlRoles.join(',') || 'null',
    rating: 0.0,
    isLatest: true,
  }
}

const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]).nullish()
const named = z.object({name: z.string()})
/** Archives that were written by hand have names where the product writes objects. */
const names = z.array(z.union([z.string(), named.transform(it => it.name)])).nullish()
const list = z.array(z.string()).nullish()

const model = z.looseObject({
  id: z.object({
    providerName: z.string(),
    apiName: z.string(),
    version: z.union([z.string(), z.number()]).transform(String),
  }),
  type: text,
  description: text,
  context: text,
  contextTemplate: text,
  tags: list,
  availableTiers: names,
  apiLevelPolicy: text,
  status: text,
  technicalOwner: text,
  technicalOwnerEmail: text,
  businessOwner: text,
  businessOwnerEmail: text,
  productionMaxTps: text,
  sandboxMaxTps: text,
  visibility: text,
  visibleRoles: text,
  visibleTenants: text,
  endpointSecured: z.boolean().nullish(),
  endpointAuthDigest: z.boolean().nullish(),
  endpointUTUsername: text,
  endpointUTPassword: text,
  transports: text,
  inSequence: text,
  outSequence: text,
  faultSequence: text,
  subscriptionAvailability: text,
  subscriptionAvailableTenants: text,
  corsConfiguration: z.unknown().optional(),
  endpointConfig: text,
  responseCache: text,
  cacheTimeout: z.number().nullish(),
  implementation: text,
  authorizationHeader: text,
  isDefaultVersion: z.boolean().nullish(),
  keyManagers: list,
  environments: list,
  additionalProperties: z.record(z.string(), z.string()).nullish(),
  isMonetizationEnabled: z.boolean().nullish(),
  monetizationProperties: z.record(z.string(), z.string()).nullish(),
  apiSecurity: text,
  enableSchemaValidation: z.boolean().nullish(),
  apiCategories: names,
  gatewayLabels: names,
  enableStore: z.boolean().nullish(),
  testKey: text,
  destinationStatsEnabled: text,
  accessControl: text,
  accessControlRoles: text,
})

export const apiModel = model
export type ApiModel = z.output<typeof model>

const split = (value: string | null | undefined): readonly string[] =>
  commaList(value ?? '').filter(it => it !== 'null')

/** The context without the version, and without the tenant that the archive comes from. */
function contextOf({contextTemplate, context, id}: ApiModel): string {
  const template = contextTemplate ?? context ?? ''
  return template
    .replace(/\/\{version\}$/, '')
    .replace(new RegExp(`/${id.version.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`), '')
    .replace(/^\/t\/[^/]+/, '')
}

function parsed(config: string | null | undefined): unknown {
  if (!config) return null
  try {
    return JSON.parse(config) as unknown
  } catch {
    return {}
  }
}

/** Nothing where nothing is said of it: the product writes an empty object then. */
function monetizationIn({isMonetizationEnabled: enabled, monetizationProperties: properties}: ApiModel) {
  const isSilent = !enabled && Object.keys(properties ?? {}).length === 0
  return isSilent ? null : {enabled: enabled === true, properties}
}

/** The body of a POST that makes the API of an archive: APIDTO, still to be checked. */
export function toBody(given: ApiModel): Readonly<Record<string, unknown>> {
  const number = (value: string | null | undefined) => (value ? Number(value) : null)
  const {productionMaxTps, sandboxMaxTps, endpointSecured, responseCache} = given
  const sequences = [given.inSequence, given.outSequence, given.faultSequence].filter(it => it)
  const scheme = split(given.apiSecurity)
  return {
    name: given.id.apiName,
    version: given.id.version,
    context: contextOf(given),
    type: given.type || 'HTTP',
    description: given.description,
    tags: given.tags,
    policies: given.availableTiers,
    apiThrottlingPolicy: given.apiLevelPolicy,
    businessInformation: {
      technicalOwner: given.technicalOwner,
      technicalOwnerEmail: given.technicalOwnerEmail,
      businessOwner: given.businessOwner,
      businessOwnerEmail: given.businessOwnerEmail,
    },
    maxTps:
      productionMaxTps || sandboxMaxTps ? {production: number(productionMaxTps), sandbox: number(sandboxMaxTps)} : null,
    visibility: (given.visibility ?? 'public').toUpperCase(),
    visibleRoles: split(given.visibleRoles),
    visibleTenants: split(given.visibleTenants),
    endpointSecurity: endpointSecured
      ? {
          type: given.endpointAuthDigest ? 'DIGEST' : 'BASIC',
          username: given.endpointUTUsername,
          password: given.endpointUTPassword,
        }
      : null,
    transport: split(given.transports),
    subscriptionAvailability: given.subscriptionAvailability?.toUpperCase(),
    subscriptionAvailableTenants: split(given.subscriptionAvailableTenants),
    corsConfiguration: given.corsConfiguration,
    endpointConfig: parsed(given.endpointConfig),
    mediationPolicies: sequences.map(name => ({name})),
    responseCachingEnabled: (responseCache ?? 'Disabled').toLowerCase() === 'enabled',
    cacheTimeout: given.cacheTimeout,
    endpointImplementationType: given.implementation?.toUpperCase(),
    authorizationHeader: given.authorizationHeader,
    isDefaultVersion: given.isDefaultVersion,
    keyManagers: given.keyManagers && given.keyManagers.length > 0 ? given.keyManagers : null,
    gatewayEnvironments: given.environments,
    additionalProperties: given.additionalProperties,
    monetization: monetizationIn(given),
    securityScheme: scheme.length > 0 ? scheme : null,
    enableSchemaValidation: given.enableSchemaValidation,
    categories: given.apiCategories,
    labels: given.gatewayLabels,
    enableStore: given.enableStore,
    testKey: given.testKey,
    destinationStatsEnabled: given.destinationStatsEnabled,
    accessControl: (given.accessControl ?? 'all') === 'restricted' ? 'RESTRICTED' : 'NONE',
    accessControlRoles: split(given.accessControlRoles),
  }
}
