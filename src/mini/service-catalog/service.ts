import {createHash} from 'node:crypto'
import {stringify} from 'yaml'
import {z} from 'zod'
import {BadDefinition, readDefinition} from '../apis/read-definition.js'
import {badRequest, missingOperation} from '../http/fault.js'
import {storable} from '../http/storable.js'

export const DEFINITION_TYPES = ['OAS2', 'OAS3', 'WSDL1', 'WSDL2', 'GRAPHQL_SDL', 'ASYNC_API'] as const
const SECURITY_TYPES = ['BASIC', 'DIGEST', 'OAUTH2', 'X509', 'API_KEY', 'NONE'] as const

export type DefinitionType = (typeof DEFINITION_TYPES)[number]

/** Only ever told: what a client sends of them is not looked at. */
const told = z.unknown().optional()

/** ServiceDTO of service-catalog-api.yaml, product-apim v4.2.0. */
export const serviceBody = z.strictObject({
  id: told,
  usage: told,
  createdTime: told,
  lastUpdatedTime: told,
  md5: told,
  name: storable(255, 1).regex(/^[^*]+$/, 'contains a *'),
  description: storable(1024).nullish(),
  version: storable(30, 1),
  serviceKey: storable(256).nullish(),
  serviceUrl: storable(2048, 1),
  definitionType: z.enum(DEFINITION_TYPES),
  securityType: z.enum(SECURITY_TYPES).nullish(),
  mutualSSLEnabled: z.boolean().nullish(),
  definitionUrl: storable(2048).nullish(),
})

/** What is said of a service. */
export interface ServiceMetadata {
  readonly name: string
  readonly description: string
  readonly version: string
  readonly serviceKey: string
  readonly serviceUrl: string
  readonly definitionType: DefinitionType
  readonly securityType: string
  readonly mutualSSLEnabled: boolean
  readonly definitionUrl: string
}

/** A service as it comes in. */
export interface NewService {
  readonly metadata: ServiceMetadata
  readonly definition: Buffer
  /** Of both, so that a change of either shows. */
  readonly md5: string
}

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex')

/** Its metadata as a file: ServiceCatalogRestAPITestCase of product-apim v4.2.0, service1.zip. */
export const metadataFile = (metadata: ServiceMetadata): string => stringify(metadata)

/** Throws a Fault 400 for a definition that is none of its type, 501 for a type that mini can't read. */
function checkDefinition(definition: Buffer, type: DefinitionType): void {
  if (type !== 'OAS2' && type !== 'OAS3') throw missingOperation(`mini has no services of type ${type}`)
  try {
    const {openApiVersion} = readDefinition(definition.toString('utf8'))
    if (openApiVersion !== (type === 'OAS2' ? 'v2' : 'v3')) throw new BadDefinition(`it is not of type ${type}`)
  } catch (error) {
    if (!(error instanceof BadDefinition)) throw error
    // ServicesApiServiceImpl of carbon-apimgt, in these words.
    throw badRequest(`The Service import has been failed as invalid service definition provided: ${error.message}`)
  }
}

/** A service of a body that was checked, with its definition. Throws Faults. */
export function toService(body: z.output<typeof serviceBody>, definition: Buffer): NewService {
  const {name, version, serviceUrl, definitionType} = body
  checkDefinition(definition, definitionType)
  const metadata: ServiceMetadata = {
    name,
    description: body.description ?? '',
    version,
    serviceKey: body.serviceKey || `${name}-${version}`,
    serviceUrl,
    definitionType,
    securityType: body.securityType ?? 'NONE',
    mutualSSLEnabled: body.mutualSSLEnabled ?? false,
    definitionUrl: body.definitionUrl ?? '',
  }
  if (metadata.serviceKey.length > 256) throw badRequest('serviceKey: is longer than 256 characters')
  return {metadata, definition, md5: md5(metadataFile(metadata)) + md5(definition)}
}
