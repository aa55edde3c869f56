import {iconOf} from '../../apis/api-files.js'
import type {ApiOf} from '../../apis/api-store.js'
import type {Api} from '../../apis/api.js'
import {servedContent} from '../../apis/document-answer.js'
import {contentOf, documentsOf, findDocument, type StoredDocument} from '../../apis/documents.js'
import type {Call} from '../../http/call.js'
import {missing} from '../../http/fault.js'
import {paged, pageOf} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {askedTenant, BASE, maybePrincipal, type Portal} from './portal.js'
import {visibleApi} from './visible-apis.js'

/** DocumentDTO of store-api.yaml, carbon-apimgt v6.7.206. */
const toDto = (it: StoredDocument) => ({
  documentId: it.documentId,
  name: it.name,
  type: it.type,
  summary: it.summary,
  sourceType: it.sourceType,
  sourceUrl: it.sourceUrl,
  otherTypeName: it.otherTypeName,
})

/** Whether a viewer may see a document of an API that the viewer sees: PRIVATE is for users of its tenant, OWNER_ONLY for its owner. */
export function seesDocument(
  {visibility}: StoredDocument,
  {api, tenantId}: ApiOf,
  viewer: Principal | undefined,
): boolean {
  if (visibility === 'API_LEVEL') return true
  if (viewer?.tenant.id !== tenantId) return false
  return visibility === 'PRIVATE' || nameOf(viewer) === api.provider
}

/** The documents of an API that a viewer may see. */
export async function visibleDocuments(
  {shared}: Portal,
  of: ApiOf,
  viewer?: Principal,
): Promise<readonly StoredDocument[]> {
  return (await documentsOf(shared, of)).filter(it => seesDocument(it, of, viewer))
}

/** One of them. Throws a Fault 404. */
export async function visibleDocument(
  {shared}: Portal,
  of: ApiOf,
  id: string,
  viewer?: Principal,
): Promise<StoredDocument> {
  const found = await findDocument(shared, of, id)
  if (!found || !seesDocument(found, of, viewer)) throw missing('documentation', id)
  return found
}

/** An API's documents and its picture, for who sees the API. */
export function documentRoutes(portal: Portal): readonly Route[] {
  const {shared} = portal
  const apiOf = async (call: Call): Promise<ApiOf & {readonly api: Api; readonly viewer: Principal | undefined}> => {
    const viewer = await maybePrincipal(portal, call)
    const tenant = await askedTenant(portal, call, viewer)
    return {api: await visibleApi(portal, tenant, call.param('apiId'), viewer), tenantId: tenant.id, viewer}
  }
  const path = `${BASE}/apis/:apiId/documents`
  return [
    route.get(path, async call => {
      const {viewer, ...of} = await apiOf(call)
      const all = (await visibleDocuments(portal, of, viewer)).map(toDto)
      return json(paged(all, pageOf(call), `/apis/${of.api.id}/documents`))
    }),
    route.get(`${path}/:documentId`, async call => {
      const {viewer, ...of} = await apiOf(call)
      return json(toDto(await visibleDocument(portal, of, call.param('documentId'), viewer)))
    }),
    route.get(`${path}/:documentId/content`, async call => {
      const {viewer, ...of} = await apiOf(call)
      const document = await visibleDocument(portal, of, call.param('documentId'), viewer)
      return servedContent(document, await contentOf(shared, of, document))
    }),
    route.get(`${BASE}/apis/:apiId/thumbnail`, async call => {
      const icon = await iconOf(shared, await apiOf(call))
      return icon ? {status: 200, body: icon.bytes, type: icon.mediaType} : {status: 204}
    }),
  ]
}
