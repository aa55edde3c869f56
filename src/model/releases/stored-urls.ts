import type {StoredUrls} from '../release.js'

/**
 * Callbacks that the portals register at their first login, and those that users gave their applications. The portals of 4.x do as those of
 * 3.x do: apim-apps 039a7c7, portals/publisher/src/main/webapp/services/login/idp.jsp. The host of a deployed revision needs no change: it is
 * not stored where it is the first virtual host of an environment in deployment.toml (carbon-apimgt 89fd27e, VHostUtils).
 */
export const STORED_URLS: readonly StoredUrls[] = [
  {
    database: 'apimgtdb',
    table: 'IDN_OAUTH_CONSUMER_APPS',
    column: 'CALLBACK_URL',
    what: 'where a login leads back to',
  },
]
