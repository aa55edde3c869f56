import type {StoredApi} from '../../../apis/api-store.js'
import {servedContent} from '../../../apis/document-answer.js'
import {
  contentOf,
  deleteDocument,
  DOCUMENT_VISIBILITIES,
  LARGEST_DOCUMENT,
  SOURCE_TYPES,
  type ApiDocument,
  type StoredDocument,
} from '../../../apis/documents.js'
import type {Queryable} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import {textOf, type Multipart} from '../../../http/multipart.js'
import type {Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {documentContent, documentType, DOCUMENT_TYPE_OPTIONS} from '../../../pages/document-view.js'
import {html, type Html} from '../../../pages/html.js'
import {facts, select, table} from '../../../pages/parts.js'
import type {Session} from '../../../pages/sessions.js'
import {csrfField, type Site, type View} from '../../../pages/site.js'
import {changeBeside, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {
  addDocument,
  changeDocument,
  contentIn,
  documentBody,
  fillDocument,
  needDocument,
  toDocument,
} from '../rest/documents.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {BASE, may, need, pathOf} from './base.js'

const KINDS: Readonly<Record<ApiDocument['sourceType'], string>> = {
  INLINE: 'Text with HTML',
  MARKDOWN: 'Markdown',
  URL: 'URL',
  FILE: 'File',
}
const SEEN_BY: Readonly<Record<ApiDocument['visibility'], string>> = {
  API_LEVEL: 'everyone who sees the API',
  PRIVATE: 'users of this tenant',
  OWNER_ONLY: 'its owner',
}
const options = <K extends string>(names: readonly K[], texts: Readonly<Record<K, string>>) =>
  names.map(it => [it, texts[it]] as const)

/** A form for a new document, or for one that is there. */
function documentForm(
  session: Session<Principal>,
  action: string,
  button: string,
  document?: StoredDocument,
  text = '',
): Html {
  return html`<form class="fields" method="post" action="${action}" enctype="multipart/form-data">
    ${csrfField(session)}
    <label>Name<input name="name" required maxlength="100" value="${document?.name}" /></label>
    <label>Summary<input name="summary" maxlength="500" value="${document?.summary}" /></label>
    ${select('type', 'About', DOCUMENT_TYPE_OPTIONS, document?.type)}
    <label>Or, if other, about<input name="otherTypeName" maxlength="255" value="${document?.otherTypeName}" /></label>
    ${select('sourceType', 'Kind', options(SOURCE_TYPES, KINDS), document?.sourceType ?? 'MARKDOWN')}
    ${select('visibility', 'Seen by', options(DOCUMENT_VISIBILITIES.toReversed(), SEEN_BY), document?.visibility)}
    <label>Text <small>of Markdown, or with HTML</small><textarea name="inlineContent">${text}</textarea></label>
    <label>URL<input name="sourceUrl" type="url" maxlength="2048" value="${document?.sourceUrl}" /></label>
    <label>File<input name="file" type="file" /></label>
    <button>${button}</button>
  </form>`
}

/** An API's documents on its page. */
export const documentList = (
  {api}: StoredApi,
  documents: readonly StoredDocument[],
  session: Session<Principal>,
): Html =>
  html`<h2 id="documents">Documents</h2>
    ${
      documents.length === 0
        ? html`<p class="notice">There are no documents.</p>`
        : table(
            'Documents',
            ['Name', 'About', 'Kind', 'Seen by', 'Summary'],
            documents.map(it => [
              html`<a href="${BASE}${pathOf(api.id)}/documents/${it.documentId}">${it.name}</a>`,
              documentType(it),
              KINDS[it.sourceType],
              SEEN_BY[it.visibility],
              it.summary,
            ]),
          )
    }
    ${
      may(session.user, MAY.document) &&
      html`<details>
        <summary>Add a document</summary>
        ${documentForm(session, `${BASE}${pathOf(api.id)}/documents`, 'Add document')}
      </details>`
    }`

/** What a form says of a document: what its kind has no use for is left empty in it. */
function documentIn(form: Multipart): ApiDocument {
  const field = (name: string) => textOf(form, name)
  const names = ['name', 'type', 'summary', 'sourceType', 'otherTypeName', 'visibility']
  const given = Object.fromEntries(names.map(it => [it, field(it)]))
  const sourceUrl = given.sourceType === 'URL' ? field('sourceUrl') : undefined
  return toDocument(checked(documentBody, {...given, sourceUrl}))
}

/** Sets what a form has for a document's kind, if it has something. */
async function fill(on: Queryable, stored: StoredApi, document: StoredDocument, form: Multipart, user: string) {
  const {sourceType, documentId} = document
  const file = form.get('file')
  const wanted = sourceType === 'FILE' ? (file?.fileName ? 'file' : undefined) : 'inlineContent'
  const part = wanted === undefined ? undefined : form.get(wanted)
  if (sourceType === 'URL' || wanted === undefined || !part) return
  await fillDocument(on, stored, documentId, it => contentIn(new Map([[wanted, part]]), it), user)
}

/** Pages of documents: seen as the portal shows them, added, changed and removed. */
export function documentPages(publishing: Publishing, site: Site<Principal>): readonly Route[] {
  const {shared} = publishing
  const path = '/apis/:apiId/documents'
  const room = LARGEST_DOCUMENT + 64 * 1024

  const details = async (session: Session<Principal>, apiId: string, id: string): Promise<View> => {
    const stored = await needApi(publishing, session.user, apiId)
    const document = await needDocument(shared, stored, id)
    const content = await contentOf(shared, stored, document)
    const own = `${BASE}${pathOf(apiId)}/documents/${document.documentId}`
    const isText = document.sourceType === 'INLINE' || document.sourceType === 'MARKDOWN'
    return {
      title: document.name,
      body: html`${document.summary && html`<p>${document.summary}</p>`}
        ${facts([
          ['About', documentType(document)],
          ['Kind', KINDS[document.sourceType]],
          ['Seen by', SEEN_BY[document.visibility]],
        ])}
        <h2>As the portal shows it</h2>
        ${await documentContent(document, content, `${own}/content`)}
        ${
          may(session.user, MAY.document) &&
          html`<h2>Change it</h2>
            ${documentForm(session, own, 'Save', document, isText ? content?.bytes.toString('utf8') : '')}
            <details>
              <summary>Delete ${document.name}</summary>
              <form method="post" action="${own}/delete">
                ${csrfField(session)}
                <p>The portal no longer shows it.</p>
                <button class="danger">Delete</button>
              </form>
            </details>`
        }
        <p><a href="${BASE}${pathOf(apiId)}">Back to ${stored.api.name}</a></p>`,
    }
  }

  return [
    site.page(`${path}/:documentId`, ({call, session}) =>
      details(session, call.param('apiId'), call.param('documentId')),
    ),
    site.file(`${path}/:documentId/content`, async (call, session) => {
      // A file is for who is logged in: without a session there is no API to see.
      const stored = session && (await needApi(publishing, session.user, call.param('apiId')))
      if (!stored) return {status: 303, headers: {location: `${BASE}/login`}}
      const document = await needDocument(shared, stored, call.param('documentId'))
      return servedContent(document, await contentOf(shared, stored, document))
    }),
    site.upload(
      path,
      async ({call, session: {user}}, form) => {
        need(user, MAY.document)
        const document = documentIn(form)
        await changeBeside(publishing, user, call.param('apiId'), async (on, stored) => {
          const made = await addDocument(on, stored, document, nameOf(user))
          await fill(on, stored, made, form, nameOf(user))
        })
        return `${pathOf(call.param('apiId'))}#documents`
      },
      room,
    ),
    site.upload(
      `${path}/:documentId`,
      async ({call, session: {user}}, form) => {
        need(user, MAY.document)
        const document = documentIn(form)
        const id = call.param('documentId')
        await changeBeside(publishing, user, call.param('apiId'), async (on, stored) => {
          const changed = await changeDocument(on, stored, id, document, nameOf(user))
          await fill(on, stored, changed, form, nameOf(user))
        })
        return `${pathOf(call.param('apiId'))}/documents/${encodeURIComponent(id)}`
      },
      room,
    ),
    site.action(`${path}/:documentId/delete`, async ({call, session: {user}}) => {
      need(user, MAY.document)
      await changeBeside(publishing, user, call.param('apiId'), async (on, stored) =>
        deleteDocument(on, stored, await needDocument(on, stored, call.param('documentId'))),
      )
      return `${pathOf(call.param('apiId'))}#documents`
    }),
  ]
}
