import type {KeyList} from './known-keys.js'
import {
  DATABASES,
  inOneUrl,
  PLACE,
  RAW_TEXTS,
  SAME,
  SAME_STORES,
  STORES,
  switches,
  USER_STORES,
  userStores,
  withUniqueIds,
} from './rules-carbon.js'
import type {ConfigRules, DeadKey, Inference, UrlGroup} from './rules.js'

/*
 * Facts of the 3.x line. Kernel: default.json, infer.json and validator.json in distribution/kernel/carbon-home/repository/resources/conf of
 * wso2/carbon-kernel v4.5.1 (3.0.0) and v4.6.0 (3.1.0, 3.2.0). Product: the same files in modules/distribution/product/src/main/resources/conf
 * of wso2/product-apim v3.0.0, v3.1.0, v3.2.0. What the mapper did with them was seen with wso2/config-mapper 1.0.2.
 */

const DEFAULTS = {
  'clustering.local_member_host': '$ref{server.node_ip}',
  'governance_data.cache_id': '$ref{database.shared_db.username}@$ref{database.shared_db.url}',
  'apim.throttling.username': '$ref{super_admin.username}',
  'apim.throttling.password': '$ref{super_admin.password}',
  // Inference comes before defaults: without the key, the class that the type stands for is missing all the same.
  'user_store.type': 'database',
  // A file of the node's own: shared_db has no such default.
  'database.apim_db.url':
    'jdbc:h2:./repository/database/WSO2AM_DB;DB_CLOSE_ON_EXIT=FALSE;AUTO_SERVER=TRUE;LOCK_TIMEOUT=60000;MVCC=TRUE',
  'database.apim_db.driver': 'org.h2.Driver',
  ...STORES,
}

/** infer.json of product-apim, `server.server_role`: what a profile switches on and off. `portal` is the developer portal's role. */
const roles = (portal: string): Inference => ({
  key: 'server.server_role',
  gives: {
    'gateway-worker': switches(false, true, true),
    'api-key-manager': switches(false, false, false),
    'api-publisher': switches(true, true, false),
    [portal]: switches(false, false, false),
  },
})

/** Seen on the mapper: what it writes is the same without them. */
const DEAD: readonly DeadKey[] = [
  {
    key: 'apim.throttling.url_group[].type',
    why: 'it tells how several URLs of one group are joined, and this group has one',
    when: inOneUrl('traffic_manager_urls'),
  },
  {
    key: 'apim.analytics.url_group[].type',
    why: 'it tells how several URLs of one group are joined, and this group has one',
    when: inOneUrl('analytics_url'),
  },
  {key: 'apim.jwt.encoding', why: 'only "base64url" is looked at', when: value => value === 'base64'},
  {
    key: 'database.apim_db.type',
    why: 'it only tells what url and driver are where they are left out',
    when: (_, {url, driver}) => url !== undefined && driver !== undefined,
  },
  {key: 'apim.devportal.application_sharing_type', why: 'it is the default', when: value => value === 'default'},
  {key: 'apim.oauth_config.remove_outbound_auth_header', why: 'the key is enable_outbound_auth_header'},
  {key: 'apim.workflow.username', why: 'no template reads it'},
  {key: 'apim.workflow.password', why: 'no template reads it'},
  {key: 'apim.analytics.analytics_node', why: 'no template reads it'},
]

// api-manager.xml.j2 of carbon-apimgt v6.5.349 to v6.7.206.
const URL_GROUPS: readonly UrlGroup[] = [
  {key: 'apim.throttling.url_group', events: 'traffic_manager_urls', auth: 'traffic_manager_auth_urls', each: true},
  {key: 'apim.analytics.url_group', events: 'analytics_url', auth: 'analytics_auth_url'},
  {key: 'apim.event_hub.publish.url_group', events: 'urls', auth: 'auth_urls', each: true, server: 'traffic-manager'},
]

const line = (
  keys: KeyList,
  own: Pick<ConfigRules, 'validations' | 'partialKeys'> & {readonly portal: string},
): ConfigRules => ({
  keys,
  ...(own.partialKeys && {partialKeys: true}),
  defaults: DEFAULTS,
  inferences: [DATABASES, roles(own.portal)],
  validations: own.validations,
  dead: DEAD,
  same: SAME,
  place: PLACE,
  sameStores: SAME_STORES,
  urlGroups: URL_GROUPS,
  rawTexts: RAW_TEXTS,
  publicKeys: ['apim.jwt.issuer[].jwks.url'],
})

/** The rules of 3.0.0, 3.1.0 and 3.2.0. */
export const RULES_3_0 = line('3.0.0', {portal: 'api-store', validations: [userStores(USER_STORES)]})
export const RULES_3_1 = line('3.1.0', {
  portal: 'api-devportal',
  validations: [userStores(withUniqueIds)],
  partialKeys: true,
})
export const RULES_3_2: ConfigRules = {
  ...line('3.2.0', {portal: 'api-devportal', validations: [userStores(withUniqueIds)]}),
  // APIManagerConfiguration.setEventHubConfiguration and GatewayStartupListener of carbon-apimgt v6.7.206.
  vital: {
    'apim.event_hub.enable': 'gateways hear of no key manager, subscription or revoked token, and refuse every token',
  },
}
