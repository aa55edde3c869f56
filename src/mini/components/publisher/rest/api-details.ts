import {z} from 'zod'
import {BUSINESS_FIELDS, DETAILS, SHOWN, type ApiDetails} from '../../../apis/api.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {storable} from '../../../http/storable.js'

const names = z.array(storable(255, 1)).max(100)
const text = (max: number) => z.string().max(max).nullish()
const properties = z.record(z.string(), z.string())
const tps = z.int().min(0).nullish()

const SECURITY_TYPES = ['BASIC', 'DIGEST'] as const

/** APIDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206: what is data, and what mini refuses where it says anything. */
export const DETAIL_FIELDS = {
  responseCachingEnabled: z.boolean().nullish(),
  cacheTimeout: z.int().min(0).nullish(),
  destinationStatsEnabled: text(100),
  enableSchemaValidation: z.boolean().nullish(),
  enableStore: z.boolean().nullish(),
  testKey: text(1000),
  wsdlUrl: text(2048),
  maxTps: z.object({production: tps, sandbox: tps}).nullish(),
  visibleTenants: names.nullish(),
  endpointSecurity: z
    .object({
      type: z.string().toUpperCase().pipe(z.enum(SECURITY_TYPES)).nullish(),
      username: text(255),
      password: text(1000),
    })
    .nullish(),
  labels: names.nullish(),
  subscriptionAvailability: z.enum(['CURRENT_TENANT', 'ALL_TENANTS', 'SPECIFIC_TENANTS']).nullish(),
  subscriptionAvailableTenants: names.nullish(),
  additionalProperties: properties.nullish(),
  monetization: z.object({enabled: z.boolean(), properties: properties.nullish()}).nullish(),
  accessControl: z.enum(['NONE', 'RESTRICTED']).nullish(),
  accessControlRoles: names.nullish(),
  businessInformation: z.object(Object.fromEntries(BUSINESS_FIELDS.map(it => [it, text(1000)]))).nullish(),
  categories: names.nullish(),
  keyManagers: z.array(z.string().min(1).max(100)).min(1).max(100).nullish(),
  mediationPolicies: z.array(z.unknown()).nullish(),
  deploymentEnvironments: z.array(z.unknown()).nullish(),
  threatProtectionPolicies: z.unknown().optional(),
  endpointImplementationType: z.enum(['INLINE', 'ENDPOINT']).nullish(),
}

type Body = z.output<z.ZodObject<typeof DETAIL_FIELDS>>

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)

/** What would change a call, or who pays for it, and mini does not do. */
const UNDONE: readonly (readonly [what: string, asked: (body: Body) => boolean])[] = [
  ['mediation policies', it => !isEmpty(it.mediationPolicies)],
  ['deployments on clusters', it => !isEmpty(it.deploymentEnvironments)],
  ['threat protection', it => !isEmpty(it.threatProtectionPolicies)],
  ['inline implementations', it => it.endpointImplementationType === 'INLINE'],
  ['validation of bodies (enableSchemaValidation)', it => it.enableSchemaValidation === true],
  ['monetization', it => it.monetization?.enabled === true],
]

/** API_SEARCH_PREFIXES of carbon-apimgt v6.7.206: no property may be called like a field that is searched by. */
const RESERVED = 'doc,tags,name,provider,context,version,description,status,subcontext,content,type,label,enablestore'

/** RestApiPublisherUtils.validateAdditionalProperties of carbon-apimgt v6.7.206. Throws a Fault 400. */
function checkProperties(given: Readonly<Record<string, string>>): void {
  for (const [untrimmed, value] of Object.entries(given)) {
    const name = untrimmed.trim().replace(new RegExp(`${SHOWN}$`), '')
    const start = `Property '${name.slice(0, 100)}'`
    if (name.includes(' '))
      throw badRequest(`Property names should not contain space character. ${start} contains space in it.`)
    if (RESERVED.split(',').includes(name.toLowerCase()))
      throw badRequest(`${start} conflicts with the reserved keywords.`)
    if (name.length > 80)
      throw badRequest(`Property name can have maximum of 80 characters. ${start} has ${name.length}`)
    if (value.length > 900)
      throw badRequest(`Property value can have maximum of 900 characters. ${start} has ${value.length}`)
  }
}

function toSecurity(given: Body['endpointSecurity']): ApiDetails['endpointSecurity'] {
  if (!given?.type) return null
  return {type: given.type, username: given.username ?? '', password: given.password ?? ''}
}

const unique = (list: readonly string[] | null | undefined) => [...new Set(list ?? [])]

/** Reads what a body says beside the rest. Throws a Fault 400, or 501 for what mini does not do. */
export function toDetails(given: Body): ApiDetails {
  const undone = UNDONE.find(([, asked]) => asked(given))
  if (undone) throw missingOperation(`mini has no ${undone[0]}`)
  checkProperties(given.additionalProperties ?? {})
  // APIMappingUtil.fromDTOtoAPI: the roles alone decide, in lower case.
  const roles = unique(given.accessControlRoles?.map(it => it.toLowerCase()))
  const {maxTps, monetization, businessInformation: business} = given
  return {
    responseCachingEnabled: given.responseCachingEnabled ?? false,
    cacheTimeout: given.cacheTimeout ?? DETAILS.cacheTimeout,
    destinationStatsEnabled: given.destinationStatsEnabled ?? null,
    enableSchemaValidation: false,
    enableStore: given.enableStore ?? true,
    testKey: given.testKey ?? null,
    wsdlUrl: given.wsdlUrl ?? null,
    maxTps: maxTps ? {production: maxTps.production ?? null, sandbox: maxTps.sandbox ?? null} : null,
    visibleTenants: unique(given.visibleTenants),
    endpointSecurity: toSecurity(given.endpointSecurity),
    labels: unique(given.labels),
    subscriptionAvailability: given.subscriptionAvailability ?? 'CURRENT_TENANT',
    subscriptionAvailableTenants: unique(given.subscriptionAvailableTenants),
    additionalProperties: given.additionalProperties ?? {},
    monetization: monetization ? {enabled: false, properties: monetization.properties ?? {}} : null,
    accessControl: roles.length > 0 ? 'RESTRICTED' : 'NONE',
    accessControlRoles: roles,
    businessInformation: {
      ...DETAILS.businessInformation,
      ...Object.fromEntries(BUSINESS_FIELDS.map(it => [it, business?.[it] ?? null])),
    },
    categories: unique(given.categories),
    keyManagers: unique(given.keyManagers ?? ['all']),
  }
}
