import type {Queryable} from '../databases/sql.js'
import {DETAILS, type Api} from './api.js'
import {
  deleteResource,
  GOVERNANCE,
  insertResource,
  resourcesOf,
  updateResource,
  type ResourceFilter,
  type StoredResource,
} from './registry.js'

/** An API's document in the registry of a tenant, with its ids in both databases. */
export interface StoredApi extends Pick<StoredResource, 'tenantId' | 'version' | 'contentId'> {
  readonly api: Api
}

/** An API and whose tenant it is: all that is needed to find what is kept beside it. */
export type ApiOf = Pick<StoredApi, 'api' | 'tenantId'>

type Named = Pick<Api, 'provider' | 'name' | 'version'>

const ownerOf = ({provider}: Named) => provider.replaceAll('@', '-AT-')

/** Where the product's registry has an API: APIUtil.getAPIPath of carbon-apimgt v6.7.206. */
export const apiFolder = (api: Named): string =>
  `${GOVERNANCE}/apimgt/applicationdata/provider/${ownerOf(api)}/${api.name}/${api.version}`

/** Where it has an API's icon: API_IMAGE_LOCATION. */
export const iconFolder = (api: Named): string =>
  `${GOVERNANCE}/apimgt/applicationdata/icons/${ownerOf(api)}/${api.name}/${api.version}`

/** The product's is XML of the same name; mini's document is JSON. */
const MEDIA_TYPE = 'application/vnd.wso2-api+json'
const RESOURCE_NAME = 'api'

const toStored = ({tenantId, version, contentId, content}: StoredResource): StoredApi => ({
  tenantId,
  version,
  contentId,
  api: {...DETAILS, ...(JSON.parse(content.toString('utf8')) as Api)},
})

async function find(shared: Queryable, filter: ResourceFilter): Promise<readonly StoredApi[]> {
  return (await resourcesOf(shared, {...filter, mediaType: MEDIA_TYPE})).map(toStored)
}

/** The API of an id within a tenant, or undefined. */
export const findApi = async (shared: Queryable, tenantId: number, uuid: string): Promise<StoredApi | undefined> =>
  (await find(shared, {uuid, tenantId}))[0]

/** The API of a provider, name and version within a tenant, or undefined. */
export const findApiNamed = async (shared: Queryable, tenantId: number, named: Named): Promise<StoredApi | undefined> =>
  (await find(shared, {folder: apiFolder(named), tenantId}))[0]

/** All APIs of a tenant, or of all tenants, the oldest first. */
export const listApis = (shared: Queryable, tenantId?: number): Promise<readonly StoredApi[]> =>
  find(shared, tenantId === undefined ? {} : {tenantId})

const bytes = (api: Api) => Buffer.from(JSON.stringify(api))

/** Adds a document. Within a transaction. */
export const insertApi = (shared: Queryable, tenantId: number, api: Api): Promise<void> =>
  insertResource(
    shared,
    tenantId,
    {folder: apiFolder(api), name: RESOURCE_NAME, mediaType: MEDIA_TYPE, content: bytes(api), uuid: api.id},
    api.provider,
  )

/** Replaces a document; name, version and provider stay. */
export const updateApi = (shared: Queryable, stored: StoredApi, api: Api): Promise<void> =>
  updateResource(shared, stored, bytes(api), api.provider)

/** Removes a document. Within a transaction. */
export const deleteApi = (shared: Queryable, stored: StoredApi): Promise<void> => deleteResource(shared, stored)
