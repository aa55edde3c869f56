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
  userStores,
  withUniqueIds,
} from './rules-carbon.js'
import type {ConfigRules, DeadKey, Inference, UrlGroup} from './rules.js'

/*
 * Facts of the 4.x line, read, not seen on the mapper. Kernel: as in rules-carbon.ts. Product: default.json, infer.json and validator.json in
 * modules/distribution/product/src/main/resources/conf of wso2/product-apim v4.0.0 to v4.4.0, and from v4.5.0 on below api-control-plane,
 * traffic-manager and gateway, a pack each. carbon-apimgt's default.json (org.wso2.carbon.apimgt.core.default.json) at the version of that
 * tag's pom.xml: 9.0.174, 9.20.74, 9.28.116, 9.29.120, 9.30.67, 9.31.86, 9.32.147; of 4.7.0, 9.33.122, the newest that could be read was 9.33.89.
 */

const DEFAULTS = {
  'clustering.local_member_host': '$ref{server.node_ip}',
  'governance_data.cache_id': '$ref{database.shared_db.username}@$ref{database.shared_db.url}',
  'apim.throttling.username': '$ref{super_admin.username}',
  'apim.throttling.password': '$ref{super_admin.password}',
  'apim.event_hub.username': '$ref{apim.throttling.username}',
  'apim.event_hub.password': '$ref{apim.throttling.password}',
  'user_store.type': 'database',
  // Unlike 3.x: what ${carbon.local.ip} becomes has a default.
  'server.node_ip': '127.0.0.1',
  'database.apim_db.url':
    'jdbc:h2:./repository/database/WSO2AM_DB;DB_CLOSE_ON_EXIT=FALSE;AUTO_SERVER=TRUE;LOCK_TIMEOUT=60000',
  'database.apim_db.driver': 'org.h2.Driver',
  ...STORES,
}

const NO_CLIENTS = {
  'apim.throttling.enable_data_publishing': false,
  'apim.throttling.enable_decision_connection': false,
  'apim.throttling.enable_blacklist_condition': false,
}

/** infer.json of product-apim v4.0.0 to v4.4.0, `server.server_role`: what a profile switches on and off. The rest of it hangs on no rule. */
const ROLES: Inference = {
  key: 'server.server_role',
  gives: {
    'gateway-worker': {...switches(false, true, true), 'apim.key_manager.enable_registration': false},
    'api-key-manager-deprecated': {...switches(false, false, false), 'apim.key_manager.enable_registration': false},
    'traffic-manager': {...switches(false, false, false), 'apim.key_manager.enable_registration': true},
    'control-plane': {...NO_CLIENTS, 'apim.key_manager.enable_registration': true},
  },
}

const packRole = (gives: Inference['gives'][string]): Inference => ({key: ROLES.key, gives: {default: gives}})

/** infer.json of product-apim v4.5.0 to v4.7.0: each pack knows the role `default` alone, and means its own. */
const PACK_ROLES = {
  'control-plane': packRole({...NO_CLIENTS, 'apim.key_manager.enable_registration': true}),
  'traffic-manager': packRole({...switches(false, false, false), 'apim.key_manager.enable_registration': true}),
  gateway: packRole({...switches(false, true, true), 'apim.key_manager.enable_registration': false}),
}

/** What each pack of a release from 4.5.0 on has in its mapper, and what is common to all of them. */
export interface PackRules extends Readonly<Record<keyof typeof PACK_ROLES, ConfigRules>> {
  readonly all: ConfigRules
}

/** Of the keys without effect in 3.x, those whose reason was read in 4.x too: master-datasources.xml.j2, api-manager.xml.j2 and infer.json. */
const DEAD: readonly DeadKey[] = [
  {
    key: 'apim.throttling.url_group[].type',
    why: 'it tells how several URLs of one group are joined, and this group has one',
    when: inOneUrl('traffic_manager_urls'),
  },
  {
    key: 'database.apim_db.type',
    why: 'it only tells what url and driver are where they are left out',
    when: (_, {url, driver}) => url !== undefined && driver !== undefined,
  },
  {key: 'apim.oauth_config.remove_outbound_auth_header', why: 'the key is enable_outbound_auth_header'},
]

/** api-manager.xml.j2 of carbon-apimgt 9.28.116. */
const URL_GROUPS: readonly UrlGroup[] = [
  {key: 'apim.throttling.url_group', events: 'traffic_manager_urls', auth: 'traffic_manager_auth_urls', each: true},
  {key: 'apim.event_hub.publish.url_group', events: 'urls', auth: 'auth_urls', each: true},
]

const line = (keys: KeyList, own: Partial<ConfigRules> = {}): ConfigRules => ({
  keys,
  defaults: DEFAULTS,
  inferences: [DATABASES, ROLES],
  validations: [userStores(withUniqueIds)],
  dead: DEAD,
  same: SAME,
  place: PLACE,
  sameStores: SAME_STORES,
  urlGroups: URL_GROUPS,
  rawTexts: RAW_TEXTS,
  publicKeys: ['apim.jwt.issuer[].jwks.url', 'oauth.endpoints.oauth2_jwks_url'],
  ...own,
})

/** default.json of product-apim v4.7.0, gateway and traffic-manager: they are shipped without databases. */
const SHAREDDB_INSIDE = {
  'database.shared_db.url': 'jdbc:h2:./repository/database/WSO2SHARED_DB;DB_CLOSE_ON_EXIT=FALSE',
  'database.shared_db.driver': 'org.h2.Driver',
  'database.shared_db.username': 'wso2carbon',
}

function packs(keys: KeyList, {inside, ...own}: Partial<ConfigRules> & {readonly inside?: true} = {}): PackRules {
  const defaults = {...DEFAULTS, ...(inside && SHAREDDB_INSIDE)}
  const rules = (roles: readonly Inference[], its: ConfigRules['defaults'] = defaults) =>
    line(keys, {...own, partialKeys: true, defaults: its, inferences: [DATABASES, ...roles]})
  return {
    all: rules([]),
    'control-plane': rules([PACK_ROLES['control-plane']], DEFAULTS),
    'traffic-manager': rules([PACK_ROLES['traffic-manager']]),
    gateway: rules([PACK_ROLES.gateway]),
  }
}

/** EncryptionKeyGenerator, product-apim v4.7.0 gateway.sh: a node without this key makes up one of its own. */
const ENCRYPTION_KEY = 'encryption.key'

/** The lists of 4.2.0 and later are 4.1.0's and what changed since: see known-keys.ts. */
export const RULES_4_0 = line('4.0.0')
export const RULES_4_1 = line('4.1.0')
export const RULES_4_2 = line('4.2.0', {partialKeys: true})
export const RULES_4_3 = line('4.3.0', {partialKeys: true})
export const RULES_4_4 = line('4.4.0', {partialKeys: true})
export const RULES_4_5 = packs('4.5.0')
export const RULES_4_6 = packs('4.6.0')
export const RULES_4_7 = packs('4.7.0', {
  inside: true,
  same: {...SAME, [ENCRYPTION_KEY]: 'what is in the shared databases is encrypted with this key'},
  place: {
    ...PLACE,
    own: {
      ...PLACE.own,
      [ENCRYPTION_KEY]: "the lab's own key: what is encrypted with another one stays in its deployment",
    },
  },
})
