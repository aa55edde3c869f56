import {change, row, rows, type Queryable} from '../databases/sql.js'
import {DETAILS, type Api} from './api.js'

/** An API's document in the registry of a tenant, with its ids in both databases. */
export interface StoredApi {
  readonly api: Api
  readonly tenantId: number
  /** REG_VERSION of REG_RESOURCE. */
  readonly version: number
  readonly contentId: number
}

/** Where the product's registry has an API: APIUtil.getAPIPath of carbon-apimgt v6.7.206. */
const registryPath = ({provider, name, version}: Pick<Api, 'provider' | 'name' | 'version'>): string =>
  `/_system/governance/apimgt/applicationdata/provider/${provider.replaceAll('@', '-AT-')}/${name}/${version}`

/** The product's is XML of the same name; mini's document is JSON. */
const MEDIA_TYPE = 'application/vnd.wso2-api+json'
const RESOURCE_NAME = 'api'

interface ContentRow {
  readonly tenantId: number
  readonly version: number
  readonly contentId: number
  readonly content: Buffer
}

const SELECT =
  'SELECT r.REG_TENANT_ID AS tenantId, r.REG_VERSION AS version, c.REG_CONTENT_ID AS contentId, c.REG_CONTENT_DATA AS content ' +
  'FROM REG_RESOURCE r JOIN REG_CONTENT c ON c.REG_CONTENT_ID = r.REG_CONTENT_ID AND c.REG_TENANT_ID = r.REG_TENANT_ID'

const toStored = ({content, ...ids}: ContentRow): StoredApi => ({
  ...ids,
  api: {...DETAILS, ...(JSON.parse(content.toString('utf8')) as Api)},
})

/** The API of an id within a tenant, or undefined. */
export async function findApi(shared: Queryable, tenantId: number, id: string): Promise<StoredApi | undefined> {
  const sql = `${SELECT} WHERE r.REG_UUID = ? AND r.REG_TENANT_ID = ? AND r.REG_MEDIA_TYPE = ?`
  const found = await row<ContentRow>(shared, sql, [id, tenantId, MEDIA_TYPE])
  return found && toStored(found)
}

/** The API of a provider, name and version within a tenant, or undefined. */
export async function findApiNamed(
  shared: Queryable,
  tenantId: number,
  named: Pick<Api, 'provider' | 'name' | 'version'>,
): Promise<StoredApi | undefined> {
  const path = 'JOIN REG_PATH p ON p.REG_PATH_ID = r.REG_PATH_ID AND p.REG_TENANT_ID = r.REG_TENANT_ID'
  const sql = `${SELECT} ${path} WHERE p.REG_PATH_VALUE = ? AND r.REG_TENANT_ID = ? AND r.REG_MEDIA_TYPE = ?`
  const found = await row<ContentRow>(shared, sql, [registryPath(named), tenantId, MEDIA_TYPE])
  return found && toStored(found)
}

/** All APIs of a tenant, or of all tenants, the oldest first. */
export async function listApis(shared: Queryable, tenantId?: number): Promise<readonly StoredApi[]> {
  const tenant = tenantId === undefined ? '' : ' AND r.REG_TENANT_ID = ?'
  const sql = `${SELECT} WHERE r.REG_MEDIA_TYPE = ?${tenant} ORDER BY r.REG_VERSION`
  const found = await rows<ContentRow>(shared, sql, [MEDIA_TYPE, ...(tenantId === undefined ? [] : [tenantId])])
  return found.map(toStored)
}

async function pathId(shared: Queryable, tenantId: number, path: string): Promise<number> {
  const sql = 'SELECT REG_PATH_ID AS id FROM REG_PATH WHERE REG_PATH_VALUE = ? AND REG_TENANT_ID = ?'
  const found = await row<{id: number}>(shared, sql, [path, tenantId])
  if (found) return found.id
  const insert = 'INSERT INTO REG_PATH (REG_PATH_VALUE, REG_PATH_PARENT_ID, REG_TENANT_ID) VALUES (?, -1, ?)'
  return (await change(shared, insert, [path, tenantId])).id
}

/** REG_CREATOR has 31 characters. */
const short = (name: string) => name.slice(0, 31)

/** Adds a document. Within a transaction. */
export async function insertApi(shared: Queryable, tenantId: number, api: Api): Promise<void> {
  const path = await pathId(shared, tenantId, registryPath(api))
  const content = 'INSERT INTO REG_CONTENT (REG_CONTENT_DATA, REG_TENANT_ID) VALUES (?, ?)'
  const {id} = await change(shared, content, [Buffer.from(JSON.stringify(api)), tenantId])
  await change(
    shared,
    'INSERT INTO REG_RESOURCE (REG_PATH_ID, REG_NAME, REG_MEDIA_TYPE, REG_CREATOR, REG_CREATED_TIME, REG_LAST_UPDATOR, ' +
      'REG_LAST_UPDATED_TIME, REG_CONTENT_ID, REG_TENANT_ID, REG_UUID) VALUES (?, ?, ?, ?, NOW(), ?, NOW(), ?, ?, ?)',
    [path, RESOURCE_NAME, MEDIA_TYPE, short(api.provider), short(api.provider), id, tenantId, api.id],
  )
}

/** Replaces a document; name, version and provider stay. */
export async function updateApi(shared: Queryable, {tenantId, contentId, version}: StoredApi, api: Api): Promise<void> {
  const content = 'UPDATE REG_CONTENT SET REG_CONTENT_DATA = ? WHERE REG_CONTENT_ID = ? AND REG_TENANT_ID = ?'
  await change(shared, content, [Buffer.from(JSON.stringify(api)), contentId, tenantId])
  const resource = 'UPDATE REG_RESOURCE SET REG_LAST_UPDATED_TIME = NOW() WHERE REG_VERSION = ? AND REG_TENANT_ID = ?'
  await change(shared, resource, [version, tenantId])
}

/** Removes a document. Within a transaction. */
export async function deleteApi(shared: Queryable, {tenantId, contentId, version}: StoredApi): Promise<void> {
  await change(shared, 'DELETE FROM REG_RESOURCE WHERE REG_VERSION = ? AND REG_TENANT_ID = ?', [version, tenantId])
  await change(shared, 'DELETE FROM REG_CONTENT WHERE REG_CONTENT_ID = ? AND REG_TENANT_ID = ?', [contentId, tenantId])
}
