import {z} from 'zod'
import {
  contentOf,
  deleteDocument,
  DOCUMENT_TYPES,
  DOCUMENT_VISIBILITIES,
  documentsOf,
  findDocument,
  insertDocument,
  LARGEST_DOCUMENT,
  setContent,
  SOURCE_TYPES,
  toPlain,
  updateDocument,
  type ApiDocument,
  type DocumentContent,
  type StoredDocument,
} from '../../../apis/documents.js'
import type {ApiOf} from '../../../apis/api-store.js'
import {servedContent} from '../../../apis/document-answer.js'
import type {Queryable} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {alreadyExists, badRequest, conflict, Fault, missing} from '../../../http/fault.js'
import {multipartOf, type Multipart} from '../../../http/multipart.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import {nameOf} from '../../../oauth/guard.js'
import {changeBeside, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** A name that can be one of a file: the product keeps contents by it. */
const fileLike = (max: number) =>
  storable(max, 1).refine(
    it => it.trim() === it && it !== '.' && it !== '..' && !/[\\/:*?"<>|]/.test(it),
    'has a character that no file name may have',
  )
const text = (max: number) => z.string().max(max).nullish()

/** DocumentDTO of publisher-api.yaml v1, carbon-apimgt v6.7.206. */
export const documentBody = z.object({
  name: fileLike(100),
  type: z.enum(DOCUMENT_TYPES),
  summary: text(32_766),
  sourceType: z.enum(SOURCE_TYPES),
  sourceUrl: text(2048),
  otherTypeName: text(255),
  visibility: z.enum(DOCUMENT_VISIBILITIES),
  /** Sets the text, as its own operation does; answers never have it. */
  inlineContent: text(LARGEST_DOCUMENT),
})

/** Reads a body: the checks of addAPIDocument of ApisApiServiceImpl. Throws a Fault 400. */
export function toDocument(body: z.output<typeof documentBody>): ApiDocument {
  const {name, type, sourceType, visibility, sourceUrl = null, otherTypeName = null, summary = null} = body
  if (body.type === 'OTHER' && !otherTypeName) throw badRequest('otherTypeName cannot be empty if type is OTHER.')
  if (body.sourceType === 'URL' && !(sourceUrl && /^https?:\/\//i.test(sourceUrl) && URL.canParse(sourceUrl))) {
    throw badRequest('Invalid document sourceUrl Format')
  }
  return {name, type, sourceType, visibility, summary, sourceUrl, otherTypeName, fileName: null}
}

/** DocumentDTO. */
export const toDto = (it: StoredDocument) => ({
  documentId: it.documentId,
  ...toPlain(it),
  // Its text has an address of its own.
  inlineContent: null,
  createdTime: it.createdAt.toISOString(),
  createdBy: it.createdBy,
  lastUpdatedTime: it.updatedAt.toISOString(),
  lastUpdatedBy: it.updatedBy,
})

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}/
const UNKNOWN_TYPE = 'application/octet-stream'

/** What a form sets as a document's content. Throws a Fault 400 where it does not fit the document's kind. */
export function contentIn(
  form: Multipart,
  {sourceType}: ApiDocument,
): DocumentContent & {readonly fileName: string | null} {
  const [file, inline] = [form.get('file'), form.get('inlineContent')]
  if (file && inline) throw badRequest("Only one of 'file' and 'inlineContent' should be specified")
  if (file) {
    if (sourceType !== 'FILE') throw badRequest('Source type of document is not FILE')
    const fileName = fileLike(255).safeParse(file.fileName ?? '')
    if (!fileName.success) throw badRequest('file: has no name that can be kept')
    return {mediaType: MEDIA_TYPE.exec(file.mediaType)?.[0] ?? UNKNOWN_TYPE, bytes: file.bytes, fileName: fileName.data}
  }
  if (!inline) throw badRequest("Either 'file' or 'inlineContent' should be specified")
  return textContent(inline.bytes, sourceType)
}

/** A text as a document's content. Throws a Fault 400 where it does not fit the document's kind. */
function textContent(bytes: Buffer, sourceType: ApiDocument['sourceType']) {
  if (sourceType !== 'INLINE' && sourceType !== 'MARKDOWN') {
    throw badRequest('Source type of document is not INLINE or MARKDOWN')
  }
  return {mediaType: 'text/plain', bytes, fileName: null}
}

/** A document of an API. Throws a Fault 404. */
export async function needDocument(on: Queryable, stored: ApiOf, id: string): Promise<StoredDocument> {
  const found = await findDocument(on, stored, id)
  if (!found) throw missing('documentation', id)
  return found
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Throws a Fault 409 where another document of the API has the name. */
async function checkName(on: Queryable, stored: ApiOf, name: string, own?: string): Promise<void> {
  const others = (await documentsOf(on, stored)).filter(it => it.documentId !== own)
  if (others.some(it => same(it.name, name))) {
    throw alreadyExists(`Requested document '${name}' already exists for API ${stored.api.id}`)
  }
}

/** Adds a document. Within a transaction. Throws a Fault 409. */
export async function addDocument(
  on: Queryable,
  stored: ApiOf,
  document: ApiDocument,
  user: string,
): Promise<StoredDocument> {
  await checkName(on, stored, document.name)
  return needDocument(on, stored, await insertDocument(on, stored, document, user))
}

/** Changes what is said of a document. Within a transaction. Throws a Fault 404 or 409. */
export async function changeDocument(
  on: Queryable,
  stored: ApiOf,
  id: string,
  given: ApiDocument,
  user: string,
): Promise<StoredDocument> {
  const before = await needDocument(on, stored, id)
  await checkName(on, stored, given.name, id)
  await updateDocument(on, stored, before, given, user)
  return needDocument(on, stored, id)
}

/** Sets what a document shows. Within a transaction. Throws a Fault 404, 409 or 413. */
export async function fillDocument(
  on: Queryable,
  stored: ApiOf,
  id: string,
  read: (document: ApiDocument) => DocumentContent & {readonly fileName: string | null},
  user: string,
): Promise<StoredDocument> {
  const document = await needDocument(on, stored, id)
  const {fileName, ...content} = read(document)
  if (content.bytes.length > LARGEST_DOCUMENT) {
    throw new Fault(413, `The document is larger than ${LARGEST_DOCUMENT} bytes`)
  }
  const others = (await documentsOf(on, stored)).filter(it => it.documentId !== id)
  if (fileName !== null && others.some(it => it.fileName === fileName)) {
    throw conflict('Another document of this API has a file of this name')
  }
  await setContent(on, stored, document, content, user, fileName)
  return needDocument(on, stored, id)
}

/** Sets the text that a body has, if it has one: clients of former versions send it. Within a transaction. */
async function fillFromBody(
  on: Queryable,
  stored: ApiOf,
  document: StoredDocument,
  {inlineContent}: z.output<typeof documentBody>,
  user: string,
): Promise<StoredDocument> {
  if (!inlineContent) return document
  const bytes = Buffer.from(inlineContent)
  return fillDocument(on, stored, document.documentId, it => textContent(bytes, it.sourceType), user)
}

/** Documents of APIs: ApisApiServiceImpl of carbon-apimgt v6.7.206. */
export function documentRoutes(publishing: Publishing): readonly Route[] {
  const {guard, shared} = publishing
  const path = `${PUBLISHER}/apis/:apiId/documents`
  const read = async (call: Call) => needApi(publishing, await guard.principal(call, MAY.read), call.param('apiId'))
  const locationOf = (stored: ApiOf, {documentId}: StoredDocument) =>
    `${PUBLISHER}/apis/${stored.api.id}/documents/${documentId}`

  const change = async <T>(
    call: Call,
    scopes: readonly string[],
    work: (on: Queryable, stored: ApiOf, user: string) => Promise<T>,
  ): Promise<T> => {
    const principal = await guard.principal(call, scopes)
    return changeBeside(publishing, principal, call.param('apiId'), (on, stored) => work(on, stored, nameOf(principal)))
  }
  /** A body is read only of who may change the API. */
  const allowed = async (call: Call, scopes: readonly string[]) =>
    needApi(publishing, await guard.principal(call, scopes), call.param('apiId'))

  return [
    route.get(path, async call => {
      const stored = await read(call)
      const all = (await documentsOf(shared, stored)).map(toDto)
      return json(paged(all, pageOf(call), `/apis/${stored.api.id}/documents`))
    }),
    route.post(path, async call => {
      await allowed(call, MAY.document)
      const body = await bodyOf(call, documentBody)
      const document = toDocument(body)
      return change(call, MAY.document, async (on, stored, user) => {
        const made = await fillFromBody(on, stored, await addDocument(on, stored, document, user), body, user)
        return {...json(toDto(made), 201), headers: {location: locationOf(stored, made)}}
      })
    }),
    route.post(`${path}/validate`, async call => {
      const stored = await allowed(call, MAY.document)
      const name = call.query.get('name') ?? ''
      if (name === '') throw badRequest('API Id and/ or document name should not be empty')
      const found = (await documentsOf(shared, stored)).find(it => same(it.name, name))
      if (!found) throw missing('documentation', name)
      return json(toDto(found))
    }),
    route.get(`${path}/:documentId`, async call => {
      const stored = await read(call)
      return json(toDto(await needDocument(shared, stored, call.param('documentId'))))
    }),
    route.put(`${path}/:documentId`, async call => {
      await allowed(call, MAY.changeDocument)
      const body = await bodyOf(call, documentBody)
      const document = toDocument(body)
      return change(call, MAY.changeDocument, async (on, stored, user) => {
        const changed = await changeDocument(on, stored, call.param('documentId'), document, user)
        return json(toDto(await fillFromBody(on, stored, changed, body, user)))
      })
    }),
    route.delete(`${path}/:documentId`, async call => {
      await change(call, MAY.changeDocument, async (on, stored) =>
        deleteDocument(on, stored, await needDocument(on, stored, call.param('documentId'))),
      )
      return {status: 200}
    }),
    route.get(`${path}/:documentId/content`, async call => {
      const stored = await read(call)
      const document = await needDocument(shared, stored, call.param('documentId'))
      return servedContent(document, await contentOf(shared, stored, document))
    }),
    route.post(
      `${path}/:documentId/content`,
      async call => {
        await allowed(call, MAY.document)
        const form = await multipartOf(call)
        return change(call, MAY.document, async (on, stored, user) => {
          const filled = await fillDocument(on, stored, call.param('documentId'), it => contentIn(form, it), user)
          return {...json(toDto(filled), 201), headers: {location: `${locationOf(stored, filled)}/content`}}
        })
      },
      {bodyLimit: LARGEST_DOCUMENT + 64 * 1024},
    ),
  ]
}
