import {parse} from 'yaml'
import {unzipped, zipped, type Files} from '../archive.js'
import {checked} from '../http/body.js'
import {badRequest} from '../http/fault.js'
import type {Service} from './service-store.js'
import {metadataFile, serviceBody, toService, type NewService, type ServiceMetadata} from './service.js'

const METADATA = 'metadata.yaml'
const DEFINITION = 'definition.yaml'

/** A service as a zip: a folder with two files, as ServiceCatalogRestAPITestCase of product-apim v4.2.0 has it. */
export function exportService(service: Service, definition: Buffer): Promise<Buffer> {
  const {name, description, version, serviceKey, serviceUrl, definitionType} = service
  const {securityType, mutualSSLEnabled, definitionUrl} = service
  const metadata: ServiceMetadata = {
    ...{name, description, version, serviceKey, serviceUrl, definitionType},
    ...{securityType, mutualSSLEnabled, definitionUrl},
  }
  const folder = `${name}-${version}`.replace(/[^\w.-]/g, '_')
  return zipped(
    new Map([
      [`${folder}/${METADATA}`, Buffer.from(metadataFile(metadata))],
      [`${folder}/${DEFINITION}`, definition],
    ]),
  )
}

function serviceIn(files: Files, path: string, metadata: Buffer): NewService {
  const definition = files.get(path.slice(0, -METADATA.length) + DEFINITION)
  if (!definition) throw badRequest(`The archive has no ${DEFINITION} beside ${path}`)
  let body: unknown
  try {
    body = parse(metadata.toString('utf8'), {maxAliasCount: 0})
  } catch {
    throw badRequest(`${path}: is no valid YAML`)
  }
  return toService(checked(serviceBody, body), definition)
}

/** The services of an archive: one a folder. Throws Faults. */
export async function servicesIn(archive: Buffer): Promise<readonly NewService[]> {
  const files = await unzipped(archive)
  const services = [...files]
    .filter(([path]) => path === METADATA || path.endsWith(`/${METADATA}`))
    .map(([path, bytes]) => serviceIn(files, path, bytes))
  if (services.length === 0) throw badRequest(`The archive has no ${METADATA}`)
  return services
}
