import type {PartialApi} from '../../../http/router.js'

/** The API by which an event hub tells gateways what the databases have. */
export const INTERNAL_DATA: PartialApi = {base: '/internal/data/v1', name: 'internal data'}
