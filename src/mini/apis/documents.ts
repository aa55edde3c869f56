import {randomUUID} from 'node:crypto'
import type {Queryable} from '../databases/sql.js'
import {apiFolder, type ApiOf} from './api-store.js'
import {
  deleteResource,
  findResource,
  insertResource,
  putResource,
  renameResource,
  resourcesOf,
  updateResource,
  type StoredResource,
} from './registry.js'

export const DOCUMENT_TYPES = [
  ...['HOWTO', 'SAMPLES', 'PUBLIC_FORUM', 'SUPPORT_FORUM', 'API_MESSAGE_FORMAT', 'SWAGGER_DOC', 'OTHER'],
] as const
export const SOURCE_TYPES = ['INLINE', 'MARKDOWN', 'URL', 'FILE'] as const
export const DOCUMENT_VISIBILITIES = ['OWNER_ONLY', 'PRIVATE', 'API_LEVEL'] as const

/** What is said of a document: DocumentDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206. */
export interface ApiDocument {
  readonly name: string
  readonly type: string
  readonly summary: string | null
  readonly sourceType: (typeof SOURCE_TYPES)[number]
  readonly sourceUrl: string | null
  /** Of the file that was uploaded last. */
  readonly fileName: string | null
  readonly otherTypeName: string | null
  readonly visibility: (typeof DOCUMENT_VISIBILITIES)[number]
}

/** A document as it is kept. */
export interface StoredDocument extends ApiDocument {
  readonly documentId: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedBy: string
  readonly updatedAt: Date
  readonly resource: StoredResource
}

/** What a document has to show. */
export interface DocumentContent {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Text and files of documents; MySQL of the labs takes 64 MB in one statement. */
export const LARGEST_DOCUMENT = 5 * 1024 * 1024

const MEDIA_TYPE = 'application/vnd.wso2-document+json'

/** APIUtil.getAPIDocPath, getAPIDocContentPath and getDocumentationFilePath of carbon-apimgt v6.7.206. */
const folderOf = ({api}: ApiOf) => `${apiFolder(api)}/documentation`
const contentFolder = (stored: ApiOf) => `${folderOf(stored)}/contents`
const fileFolder = (stored: ApiOf) => `${folderOf(stored)}/files`

/** Every folder that has something of an API's documents. */
export const documentFolders = (stored: ApiOf): readonly string[] => [
  folderOf(stored),
  contentFolder(stored),
  fileFolder(stored),
]

const toDocument = (resource: StoredResource): StoredDocument => ({
  ...(JSON.parse(resource.content.toString('utf8')) as ApiDocument),
  documentId: resource.uuid,
  createdBy: resource.creator,
  createdAt: resource.createdAt,
  updatedBy: resource.updater,
  updatedAt: resource.updatedAt,
  resource,
})

const encoded = (document: ApiDocument) => Buffer.from(JSON.stringify(document))

/** An API's documents, the oldest first. */
export async function documentsOf(shared: Queryable, stored: ApiOf): Promise<readonly StoredDocument[]> {
  const {tenantId} = stored
  return (await resourcesOf(shared, {tenantId, folder: folderOf(stored), mediaType: MEDIA_TYPE})).map(toDocument)
}

/** All documents of a tenant, the oldest first, and how to find those of an API among them. */
export async function allDocuments(
  shared: Queryable,
  tenantId: number,
): Promise<(api: ApiOf['api']) => readonly StoredDocument[]> {
  const byFolder = new Map<string, StoredDocument[]>()
  for (const it of (await resourcesOf(shared, {tenantId, mediaType: MEDIA_TYPE})).map(toDocument)) {
    const {folder} = it.resource
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), it])
  }
  return api => byFolder.get(folderOf({api, tenantId})) ?? []
}

/** A document of an API, or undefined. */
export async function findDocument(
  shared: Queryable,
  stored: ApiOf,
  uuid: string,
): Promise<StoredDocument | undefined> {
  const {tenantId} = stored
  const found = await findResource(shared, {tenantId, folder: folderOf(stored), mediaType: MEDIA_TYPE, uuid})
  return found && toDocument(found)
}

/** Adds a document without a content, and gives its id. Within a transaction. */
export async function insertDocument(
  shared: Queryable,
  stored: ApiOf,
  document: ApiDocument,
  user: string,
): Promise<string> {
  const resource = {
    folder: folderOf(stored),
    name: document.name,
    mediaType: MEDIA_TYPE,
    content: encoded(document),
    uuid: randomUUID(),
  }
  await insertResource(shared, stored.tenantId, resource, user)
  return resource.uuid
}

/** The resource that has a document's content, or undefined for one that has none. */
async function contentResource(shared: Queryable, stored: ApiOf, {name, sourceType, fileName}: ApiDocument) {
  const {tenantId} = stored
  if (sourceType === 'URL' || (sourceType === 'FILE' && fileName === null)) return undefined
  return sourceType === 'FILE'
    ? findResource(shared, {tenantId, folder: fileFolder(stored), name: fileName ?? ''})
    : findResource(shared, {tenantId, folder: contentFolder(stored), name})
}

/** Replaces what is said of a document. A content that the new kind of source can't have goes. Within a transaction. */
export async function updateDocument(
  shared: Queryable,
  stored: ApiOf,
  before: StoredDocument,
  given: ApiDocument,
  user: string,
): Promise<void> {
  const content = await contentResource(shared, stored, before)
  const isText = ({sourceType}: ApiDocument) => sourceType === 'INLINE' || sourceType === 'MARKDOWN'
  const stays = before.sourceType === given.sourceType || (isText(before) && isText(given))
  if (content && !stays) await deleteResource(shared, content)
  else if (content && isText(given)) await renameResource(shared, content, given.name)
  const document = {...given, fileName: given.sourceType === 'FILE' && stays ? before.fileName : null}
  await renameResource(shared, before.resource, given.name)
  await updateResource(shared, before.resource, encoded(document), user)
}

/** What a document shows, or undefined where it has nothing yet. */
export async function contentOf(
  shared: Queryable,
  stored: ApiOf,
  document: ApiDocument,
): Promise<DocumentContent | undefined> {
  const found = await contentResource(shared, stored, document)
  return found && {mediaType: found.mediaType, bytes: found.content}
}

/** Sets what a document shows; `fileName` for a document of the kind FILE. Within a transaction. */
export async function setContent(
  shared: Queryable,
  stored: ApiOf,
  document: StoredDocument,
  {mediaType, bytes}: DocumentContent,
  user: string,
  fileName: string | null,
): Promise<void> {
  const folder = fileName === null ? contentFolder(stored) : fileFolder(stored)
  const before = await contentResource(shared, stored, document)
  const name = fileName ?? document.name
  if (before && before.name !== name) await deleteResource(shared, before)
  await putResource(shared, stored.tenantId, {folder, name, mediaType, content: bytes, uuid: randomUUID()}, user)
  await updateResource(shared, document.resource, encoded({...toPlain(document), fileName}), user)
}

/** What is said of a document, without what is kept beside it. */
export const toPlain = (it: ApiDocument): ApiDocument => ({
  name: it.name,
  type: it.type,
  summary: it.summary,
  sourceType: it.sourceType,
  sourceUrl: it.sourceUrl,
  fileName: it.fileName,
  otherTypeName: it.otherTypeName,
  visibility: it.visibility,
})

/** Removes a document with its content. Within a transaction. */
export async function deleteDocument(shared: Queryable, stored: ApiOf, document: StoredDocument): Promise<void> {
  const content = await contentResource(shared, stored, document)
  if (content) await deleteResource(shared, content)
  await deleteResource(shared, document.resource)
}
