import {change, row, rows, type Queryable} from '../databases/sql.js'

/** Where the product's governance registry begins in the databases of a tenant. */
export const GOVERNANCE = '/_system/governance'

/** A resource of a tenant's registry: a file with a name, in a folder. */
export interface Resource {
  /** `/_system/governance/apimgt/...`, without the name. */
  readonly folder: string
  readonly name: string
  readonly mediaType: string
  readonly content: Buffer
  /** REG_UUID; the product gives one to each. */
  readonly uuid: string
}

/** A resource as it is kept, with its ids. */
export interface StoredResource extends Resource {
  readonly tenantId: number
  /** REG_VERSION of REG_RESOURCE. */
  readonly version: number
  readonly contentId: number
  readonly creator: string
  readonly createdAt: Date
  readonly updater: string
  readonly updatedAt: Date
}

/** Which resources: all that are given have to fit. */
export interface ResourceFilter {
  readonly tenantId?: number
  readonly uuid?: string
  readonly folder?: string
  readonly name?: string
  readonly mediaType?: string
}

const COLUMNS: Readonly<Record<keyof ResourceFilter, string>> = {
  tenantId: 'r.REG_TENANT_ID',
  uuid: 'r.REG_UUID',
  folder: 'p.REG_PATH_VALUE',
  name: 'r.REG_NAME',
  mediaType: 'r.REG_MEDIA_TYPE',
}

const SELECT =
  'SELECT r.REG_TENANT_ID AS tenantId, r.REG_VERSION AS version, r.REG_UUID AS uuid, r.REG_NAME AS name, r.REG_MEDIA_TYPE AS mediaType, ' +
  'r.REG_CREATOR AS creator, r.REG_CREATED_TIME AS createdAt, r.REG_LAST_UPDATOR AS updater, r.REG_LAST_UPDATED_TIME AS updatedAt, ' +
  'p.REG_PATH_VALUE AS folder, c.REG_CONTENT_ID AS contentId, c.REG_CONTENT_DATA AS content FROM REG_RESOURCE r ' +
  'JOIN REG_CONTENT c ON c.REG_CONTENT_ID = r.REG_CONTENT_ID AND c.REG_TENANT_ID = r.REG_TENANT_ID ' +
  'JOIN REG_PATH p ON p.REG_PATH_ID = r.REG_PATH_ID AND p.REG_TENANT_ID = r.REG_TENANT_ID'

/** The resources that fit, the oldest first. */
export async function resourcesOf(shared: Queryable, filter: ResourceFilter): Promise<readonly StoredResource[]> {
  const given = Object.entries(filter) as [keyof ResourceFilter, string | number][]
  const where = given.map(([key]) => `${COLUMNS[key]} = ?`).join(' AND ')
  const values = given.map(([, value]) => value)
  return rows<StoredResource>(shared, `${SELECT} WHERE ${where} ORDER BY r.REG_VERSION`, values)
}

/** The one resource that fits, or undefined. */
export const findResource = async (shared: Queryable, filter: ResourceFilter): Promise<StoredResource | undefined> =>
  (await resourcesOf(shared, filter))[0]

async function pathId(shared: Queryable, tenantId: number, path: string): Promise<number> {
  const sql = 'SELECT REG_PATH_ID AS id FROM REG_PATH WHERE REG_PATH_VALUE = ? AND REG_TENANT_ID = ?'
  const found = await row<{id: number}>(shared, sql, [path, tenantId])
  if (found) return found.id
  const insert = 'INSERT INTO REG_PATH (REG_PATH_VALUE, REG_PATH_PARENT_ID, REG_TENANT_ID) VALUES (?, -1, ?)'
  return (await change(shared, insert, [path, tenantId])).id
}

/** REG_CREATOR has 31 characters. */
const short = (user: string) => user.slice(0, 31)

/** Adds a resource. Within a transaction. */
export async function insertResource(
  shared: Queryable,
  tenantId: number,
  {folder, name, mediaType, content, uuid}: Resource,
  user: string,
): Promise<void> {
  const path = await pathId(shared, tenantId, folder)
  const insert = 'INSERT INTO REG_CONTENT (REG_CONTENT_DATA, REG_TENANT_ID) VALUES (?, ?)'
  const {id} = await change(shared, insert, [content, tenantId])
  await change(
    shared,
    'INSERT INTO REG_RESOURCE (REG_PATH_ID, REG_NAME, REG_MEDIA_TYPE, REG_CREATOR, REG_CREATED_TIME, REG_LAST_UPDATOR, ' +
      'REG_LAST_UPDATED_TIME, REG_CONTENT_ID, REG_TENANT_ID, REG_UUID) VALUES (?, ?, ?, ?, NOW(), ?, NOW(), ?, ?, ?)',
    [path, name, mediaType, short(user), short(user), id, tenantId, uuid],
  )
}

/** Replaces what a resource says, and its type if another is given; its place stays. */
export async function updateResource(
  shared: Queryable,
  stored: Pick<StoredResource, 'tenantId' | 'contentId' | 'version'>,
  content: Buffer,
  user: string,
  mediaType?: string,
): Promise<void> {
  const {tenantId, contentId, version} = stored
  const update = 'UPDATE REG_CONTENT SET REG_CONTENT_DATA = ? WHERE REG_CONTENT_ID = ? AND REG_TENANT_ID = ?'
  await change(shared, update, [content, contentId, tenantId])
  const resource =
    'UPDATE REG_RESOURCE SET REG_LAST_UPDATED_TIME = NOW(), REG_LAST_UPDATOR = ?, REG_MEDIA_TYPE = COALESCE(?, REG_MEDIA_TYPE) ' +
    'WHERE REG_VERSION = ? AND REG_TENANT_ID = ?'
  await change(shared, resource, [short(user), mediaType ?? null, version, tenantId])
}

/** Adds a resource, or replaces the one of its name. Within a transaction. */
export async function putResource(shared: Queryable, tenantId: number, given: Resource, user: string): Promise<void> {
  const {folder, name, content, mediaType} = given
  const before = await findResource(shared, {tenantId, folder, name})
  if (before) await updateResource(shared, before, content, user, mediaType)
  else await insertResource(shared, tenantId, given, user)
}

/** Removes a resource. Within a transaction. */
export async function deleteResource(
  shared: Queryable,
  {tenantId, contentId, version}: Pick<StoredResource, 'tenantId' | 'contentId' | 'version'>,
): Promise<void> {
  await change(shared, 'DELETE FROM REG_RESOURCE WHERE REG_VERSION = ? AND REG_TENANT_ID = ?', [version, tenantId])
  await change(shared, 'DELETE FROM REG_CONTENT WHERE REG_CONTENT_ID = ? AND REG_TENANT_ID = ?', [contentId, tenantId])
}

/** Gives a resource another name in its folder. Within a transaction. */
export async function renameResource(
  shared: Queryable,
  {tenantId, version}: Pick<StoredResource, 'tenantId' | 'version'>,
  name: string,
): Promise<void> {
  const sql = 'UPDATE REG_RESOURCE SET REG_NAME = ? WHERE REG_VERSION = ? AND REG_TENANT_ID = ?'
  await change(shared, sql, [name, version, tenantId])
}
