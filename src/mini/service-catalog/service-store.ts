import {randomUUID} from 'node:crypto'
import type {Api} from '../apis/api.js'
import {change, insert, isDuplicate, row, rows, type Queryable} from '../databases/sql.js'
import {alreadyExists} from '../http/fault.js'
import {metadataFile, type NewService, type ServiceMetadata} from './service.js'

/** A service of the catalog, without its definition. */
export interface Service extends ServiceMetadata {
  readonly id: string
  readonly md5: string
  readonly createdTime: Date
  readonly lastUpdatedTime: Date
  /** How many APIs were made of it. */
  readonly usage: number
}

const SELECT =
  'SELECT s.UUID AS id, s.SERVICE_KEY AS serviceKey, s.MD5 AS md5, s.SERVICE_NAME AS name, s.SERVICE_VERSION AS version, ' +
  "SERVICE_URL AS serviceUrl, DEFINITION_TYPE AS definitionType, COALESCE(DEFINITION_URL, '') AS definitionUrl, " +
  "COALESCE(DESCRIPTION, '') AS description, SECURITY_TYPE AS securityType, MUTUAL_SSL_ENABLED AS mutual, " +
  'CREATED_TIME AS createdTime, LAST_UPDATED_TIME AS lastUpdatedTime, (SELECT COUNT(*) FROM AM_API_SERVICE_MAPPING m ' +
  'WHERE m.SERVICE_KEY = s.SERVICE_KEY AND m.TENANT_ID = s.TENANT_ID) AS `usage` FROM AM_SERVICE_CATALOG s WHERE s.TENANT_ID = ?'

type ServiceRow = Omit<Service, 'mutualSSLEnabled'> & {readonly mutual: number}

const toService = ({mutual, ...rest}: ServiceRow): Service => ({...rest, mutualSSLEnabled: mutual === 1})

/** The services of a tenant, by name and version. */
export const listServices = async (apim: Queryable, tenantId: number): Promise<readonly Service[]> =>
  (await rows<ServiceRow>(apim, `${SELECT} ORDER BY s.SERVICE_NAME, s.SERVICE_VERSION`, [tenantId])).map(toService)

/** A service of a tenant by its id or its key, or undefined. */
export async function findService(
  apim: Queryable,
  tenantId: number,
  by: {readonly id: string} | {readonly key: string},
): Promise<Service | undefined> {
  const [column, value] = 'id' in by ? ['UUID', by.id] : ['SERVICE_KEY', by.key]
  const found = await row<ServiceRow>(apim, `${SELECT} AND s.${column} = ?`, [tenantId, value])
  return found && toService(found)
}

/** The definition of a service, as it came. */
export async function definitionOfService(apim: Queryable, {id}: Pick<Service, 'id'>): Promise<Buffer> {
  const sql = 'SELECT SERVICE_DEFINITION AS definition FROM AM_SERVICE_CATALOG WHERE UUID = ?'
  return (await row<{definition: Buffer}>(apim, sql, [id]))?.definition ?? Buffer.alloc(0)
}

const columnsOf = ({metadata, definition, md5}: NewService, by: string) => ({
  MD5: md5,
  SERVICE_URL: metadata.serviceUrl,
  DEFINITION_URL: metadata.definitionUrl,
  DESCRIPTION: metadata.description,
  SECURITY_TYPE: metadata.securityType,
  MUTUAL_SSL_ENABLED: metadata.mutualSSLEnabled,
  LAST_UPDATED_TIME: new Date(),
  UPDATED_BY: by,
  SERVICE_DEFINITION: definition,
  METADATA: Buffer.from(metadataFile(metadata)),
})

interface Owner {
  readonly tenantId: number
  readonly by: string
}

/** Adds a service and gives its id. Throws a Fault 409 where its key, or its name and version, are taken. */
export async function insertService(apim: Queryable, {tenantId, by}: Owner, service: NewService): Promise<string> {
  const {serviceKey, name, version, definitionType} = service.metadata
  const id = randomUUID()
  try {
    await insert(apim, 'AM_SERVICE_CATALOG', {
      UUID: id,
      SERVICE_KEY: serviceKey,
      SERVICE_NAME: name,
      SERVICE_VERSION: version,
      TENANT_ID: tenantId,
      DEFINITION_TYPE: definitionType,
      CREATED_TIME: new Date(),
      CREATED_BY: by,
      ...columnsOf(service, by),
    })
  } catch (error) {
    if (isDuplicate(error)) throw alreadyExists(`A service of this key, or of this name and version, exists already`)
    throw error
  }
  return id
}

/** Replaces what a service says; its key, name, version and type stay. */
export async function updateService(apim: Queryable, id: string, by: string, service: NewService): Promise<void> {
  const columns = columnsOf(service, by)
  const set = Object.keys(columns).map(name => `${name} = ?`)
  await change(apim, `UPDATE AM_SERVICE_CATALOG SET ${set.join(', ')} WHERE UUID = ?`, [...Object.values(columns), id])
}

/** Removes a service. */
export const deleteService = (apim: Queryable, {id}: Pick<Service, 'id'>) =>
  change(apim, 'DELETE FROM AM_SERVICE_CATALOG WHERE UUID = ?', [id])

/** Notes that an API is made of a service as it is now. */
export async function useService(
  apim: Queryable,
  apiId: number,
  tenantId: number,
  {serviceKey, md5}: Pick<Service, 'serviceKey' | 'md5'>,
): Promise<void> {
  await change(apim, 'REPLACE INTO AM_API_SERVICE_MAPPING (API_ID, SERVICE_KEY, MD5, TENANT_ID) VALUES (?, ?, ?, ?)', [
    apiId,
    serviceKey,
    md5,
    tenantId,
  ])
}

type ApiName = Pick<Api, 'provider' | 'name' | 'version'>

/** The APIs that are made of a service, by what names them. */
export const usersOf = (
  apim: Queryable,
  tenantId: number,
  {serviceKey}: Pick<Service, 'serviceKey'>,
): Promise<readonly ApiName[]> =>
  rows<ApiName>(
    apim,
    'SELECT a.API_PROVIDER AS provider, a.API_NAME AS name, a.API_VERSION AS version FROM AM_API a ' +
      'JOIN AM_API_SERVICE_MAPPING m ON m.API_ID = a.API_ID WHERE m.SERVICE_KEY = ? AND m.TENANT_ID = ?',
    [serviceKey, tenantId],
  )

/** `serviceInfo` of APIDTO, publisher-api.yaml of product-apim v4.2.0. */
export interface ServiceInfo {
  readonly key: string
  readonly name: string
  readonly version: string
  /** The service has changed since the API was made of it. */
  readonly outdated: boolean
}

/** The service that an API is made of, or undefined. */
export async function serviceOf(apim: Queryable, {provider, name, version}: ApiName): Promise<ServiceInfo | undefined> {
  const sql =
    'SELECT s.SERVICE_KEY AS `key`, s.SERVICE_NAME AS name, s.SERVICE_VERSION AS version, m.MD5 <> s.MD5 AS outdated ' +
    'FROM AM_API a JOIN AM_API_SERVICE_MAPPING m ON m.API_ID = a.API_ID ' +
    'JOIN AM_SERVICE_CATALOG s ON s.SERVICE_KEY = m.SERVICE_KEY AND s.TENANT_ID = m.TENANT_ID ' +
    'WHERE a.API_PROVIDER = ? AND a.API_NAME = ? AND a.API_VERSION = ?'
  const found = await row<Omit<ServiceInfo, 'outdated'> & {outdated: number}>(apim, sql, [provider, name, version])
  return found && {...found, outdated: found.outdated === 1}
}
