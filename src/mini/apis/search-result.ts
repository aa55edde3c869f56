import type {Api} from './api.js'

/** Where the portal's picture of an API is, below its REST API; null without one. */
export const thumbnailOf = ({id, hasThumbnail}: Api): string | null => (hasThumbnail ? `/apis/${id}/thumbnail` : null)

/** An API as both portals' search has it: SearchResultMappingUtil of carbon-apimgt v6.7.206, publisher and store. */
export const searchResult = (api: Api) => ({
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
