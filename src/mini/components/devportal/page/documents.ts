import {iconOf} from '../../../apis/api-files.js'
import type {ApiOf} from '../../../apis/api-store.js'
import type {Api} from '../../../apis/api.js'
import {servedContent} from '../../../apis/document-answer.js'
import {contentOf, type StoredDocument} from '../../../apis/documents.js'
import type {Call} from '../../../http/call.js'
import type {Route} from '../../../http/router.js'
import {documentContent, documentType} from '../../../pages/document-view.js'
import {html, type Html} from '../../../pages/html.js'
import {table} from '../../../pages/parts.js'
import type {Session} from '../../../pages/sessions.js'
import type {Site} from '../../../pages/site.js'
import {visibleDocument} from '../documents.js'
import {askedTenant, type Portal} from '../portal.js'
import {visibleApi} from '../visible-apis.js'
import {PAGE} from './base.js'
import type {PortalUser} from './user.js'

const pathOf = ({id}: Api, document: StoredDocument) => `${PAGE}/apis/${id}/documents/${document.documentId}`

/** An API's documents on its page. */
export const documentList = (api: Api, documents: readonly StoredDocument[]): Html =>
  html`<h2 id="documents">Documents</h2>
    ${
      documents.length === 0
        ? html`<p>This API has none.</p>`
        : table(
            'Documents',
            ['Name', 'About', 'Summary'],
            documents.map(it => [html`<a href="${pathOf(api, it)}">${it.name}</a>`, documentType(it), it.summary]),
          )
    }`

/** Pages of documents, and the API's picture, for who sees the API. */
export function documentPages(portal: Portal, site: Site<PortalUser>): readonly Route[] {
  const {shared} = portal
  const apiOf = async (call: Call, session?: Session<PortalUser>): Promise<ApiOf> => {
    const viewer = session?.user.principal
    const tenant = await askedTenant(portal, call, viewer)
    return {api: await visibleApi(portal, tenant, call.param('apiId'), viewer), tenantId: tenant.id}
  }
  const one = async (call: Call, session?: Session<PortalUser>) => {
    const of = await apiOf(call, session)
    const document = await visibleDocument(portal, of, call.param('documentId'), session?.user.principal)
    return {api: of.api, document, content: await contentOf(shared, of, document)}
  }
  const path = '/apis/:apiId/documents/:documentId'
  return [
    site.open(path, async (call, session) => {
      const {api, document, content} = await one(call, session)
      return {
        title: document.name,
        body: html`${document.summary && html`<p>${document.summary}</p>`}
          ${await documentContent(document, content, `${pathOf(api, document)}/content`)}
          <p><a href="${PAGE}/apis/${api.id}">Back to ${api.name}</a></p>`,
      }
    }),
    site.file(`${path}/content`, async (call, session) => {
      const {document, content} = await one(call, session)
      return servedContent(document, content)
    }),
    site.file('/apis/:apiId/thumbnail', async (call, session) => {
      const icon = await iconOf(shared, await apiOf(call, session))
      return icon ? {status: 200, body: icon.bytes, type: icon.mediaType} : {status: 404}
    }),
  ]
}
