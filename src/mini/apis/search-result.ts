import type {Api} from './api.js'
import type {StoredDocument} from './documents.js'
import type {Found} from './search.js'

/** Where the portal's picture of an API is, below its REST API; null without one. */
export const thumbnailOf = ({id, hasThumbnail}: Api): string | null => (hasThumbnail ? `/apis/${id}/thumbnail` : null)

const apiResult = (api: Api) => ({
  id: api.id,
  name: api.name,
  type: 'API',
  transportType: api.type,
  description: api.description ?? null,
  context: api.context,
  version: api.version,
  provider: api.provider,
  status: api.lifeCycleStatus,
  thumbnailUri: thumbnailOf(api),
})

const documentResult = (api: Api, document: StoredDocument) => ({
  id: document.documentId,
  name: document.name,
  type: 'DOC',
  transportType: null,
  docType: document.type,
  summary: document.summary,
  sourceType: document.sourceType,
  sourceUrl: document.sourceUrl,
  otherTypeName: document.otherTypeName,
  visibility: document.visibility,
  apiName: api.name,
  apiVersion: api.version,
  apiProvider: api.provider,
  apiUUID: api.id,
})

/** What both portals' search has of an API and of a document: SearchResultMappingUtil of carbon-apimgt v6.7.206, publisher and store. */
export const searchResult = ({api, document}: Found) => (document ? documentResult(api, document) : apiResult(api))
