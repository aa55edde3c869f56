import {randomUUID} from 'node:crypto'
import type {Queryable} from '../databases/sql.js'
import {apiFolder, iconFolder, type ApiOf} from './api-store.js'
import {
  contentOf,
  documentFolders,
  documentsOf,
  findDocument,
  insertDocument,
  setContent,
  toPlain,
} from './documents.js'
import {deleteResource, findResource, putResource, resourcesOf} from './registry.js'

/** A file beside an API. */
interface ApiFile {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** API_OAS_DEFINITION_RESOURCE_NAME and API_ICON_IMAGE of APIConstants.java, carbon-apimgt v6.7.206. */
const DEFINITION = 'swagger.json'
const ICON = 'icon'

const definitionAt = (stored: ApiOf) => ({folder: apiFolder(stored.api), name: DEFINITION})
const iconAt = (stored: ApiOf) => ({folder: iconFolder(stored.api), name: ICON})

async function read(shared: Queryable, {tenantId}: ApiOf, at: {readonly folder: string; readonly name: string}) {
  const found = await findResource(shared, {tenantId, ...at})
  return found && {mediaType: found.mediaType, bytes: found.content}
}

/** The definition that was given for an API, or undefined where none was: it is then made of its operations. */
export async function definitionOf(shared: Queryable, stored: ApiOf): Promise<Record<string, unknown> | undefined> {
  const found = await read(shared, stored, definitionAt(stored))
  return found && (JSON.parse(found.bytes.toString('utf8')) as Record<string, unknown>)
}

/** Keeps the definition of an API as it was given. Within a transaction. */
export const setDefinition = (shared: Queryable, stored: ApiOf, definition: object, user: string): Promise<void> =>
  putResource(
    shared,
    stored.tenantId,
    {
      ...definitionAt(stored),
      mediaType: 'application/json',
      content: Buffer.from(JSON.stringify(definition)),
      uuid: randomUUID(),
    },
    user,
  )

/** Forgets a definition that was given. Within a transaction. */
export async function dropDefinition(shared: Queryable, stored: ApiOf): Promise<void> {
  const found = await findResource(shared, {tenantId: stored.tenantId, ...definitionAt(stored)})
  if (found) await deleteResource(shared, found)
}

/** An API's picture, or undefined. */
export const iconOf = (shared: Queryable, stored: ApiOf): Promise<ApiFile | undefined> =>
  read(shared, stored, iconAt(stored))

/** Keeps a picture of an API. Within a transaction. */
export const setIcon = (shared: Queryable, stored: ApiOf, {mediaType, bytes}: ApiFile, user: string): Promise<void> =>
  putResource(shared, stored.tenantId, {...iconAt(stored), mediaType, content: bytes, uuid: randomUUID()}, user)

/** Removes all that is kept beside an API. Within a transaction. */
export async function deleteApiFiles(shared: Queryable, stored: ApiOf): Promise<void> {
  const {tenantId} = stored
  const files = [await findResource(shared, {tenantId, ...definitionAt(stored)})]
  for (const folder of [...documentFolders(stored), iconFolder(stored.api)]) {
    files.push(...(await resourcesOf(shared, {tenantId, folder})))
  }
  for (const it of files) if (it) await deleteResource(shared, it)
}

/** Gives a new version of an API what is kept beside the one before. Within a transaction. */
export async function copyApiFiles(shared: Queryable, from: ApiOf, to: ApiOf, user: string): Promise<void> {
  const [definition, icon] = [await definitionOf(shared, from), await iconOf(shared, from)]
  if (definition) await setDefinition(shared, to, definition, user)
  if (icon) await setIcon(shared, to, icon, user)
  for (const it of await documentsOf(shared, from)) {
    const made = await findDocument(shared, to, await insertDocument(shared, to, toPlain(it), user))
    const content = await contentOf(shared, from, it)
    if (made && content) await setContent(shared, to, made, content, user, it.fileName)
  }
}
