import type {KeyList} from './known-keys.js'
import type {ConfigRules, DeadKey, Inference, PlaceRules, UrlGroup, Validation} from './rules.js'
import type {ConfigTable} from './table.js'

/*
 * Facts of the 3.x line. Kernel: default.json, infer.json and validator.json in distribution/kernel/carbon-home/repository/resources/conf of
 * wso2/carbon-kernel v4.5.1 (3.0.0) and v4.6.0 (3.1.0, 3.2.0). Product: the same files in modules/distribution/product/src/main/resources/conf
 * of wso2/product-apim v3.0.0, v3.1.0, v3.2.0. What the mapper did with them was seen with wso2/config-mapper 1.0.2.
 */

const keyPair = (table: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['file_name', 'type', 'password', 'alias', 'key_password'].map(name => [
      `${table}.${name}`,
      `$ref{keystore.primary.${name}}`,
    ]),
  )

const STORES = {
  'keystore.primary.file_name': 'wso2carbon.jks',
  'keystore.primary.type': 'JKS',
  'keystore.primary.password': 'wso2carbon',
  'keystore.primary.alias': 'wso2carbon',
  'keystore.primary.key_password': 'wso2carbon',
  ...keyPair('keystore.tls'),
  ...keyPair('keystore.internal'),
  'truststore.file_name': 'client-truststore.jks',
  'truststore.type': 'JKS',
  'truststore.password': 'wso2carbon',
}

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

const server = (type: string, driver: string, url: string) =>
  [type, {'database.$1.driver': driver, 'database.$1.url': url}] as const

const AT = '$ref{database.$1.hostname}:$ref{database.$1.port}'

/** infer.json of carbon-kernel v4.6.0, `database.$1.type`; the same in v4.5.1. */
const DATABASES: Inference = {
  key: 'database.$1.type',
  gives: Object.fromEntries([
    server('mysql', 'com.mysql.jdbc.Driver', `jdbc:mysql://${AT}/$ref{database.$1.name}`),
    server('oracle', 'oracle.jdbc.OracleDriver', `jdbc:oracle:thin:@${AT}/$ref{database.$1.sid}`),
    server(
      'mssql',
      'com.microsoft.sqlserver.jdbc.SQLServerDriver',
      `jdbc:sqlserver://${AT};databaseName=$ref{database.$1.name};SendStringParametersAsUnicode=false`,
    ),
    server('db2', 'com.ibm.db2.jcc.DB2Driver', `jdbc:db2://${AT}/$ref{database.$1.name}`),
    server('postgre', 'org.postgresql.Driver', `jdbc:postgresql://${AT}/$ref{database.$1.name}`),
    server(
      'h2',
      'org.h2.Driver',
      'jdbc:h2:./repository/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=60000',
    ),
  ]),
}

const switches = (deploy: boolean, publish: boolean, decisions: boolean) => ({
  'apim.throttling.enable_policy_deploy': deploy,
  'apim.throttling.enable_data_publishing': publish,
  'apim.throttling.enable_decision_connection': decisions,
})

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

const USER_STORES = ['database', 'read_only_ldap', 'read_write_ldap', 'active_directory']

/** validator.json of carbon-kernel; the kernel of 3.0.0 has no user stores with unique ids. */
const userStores = (types: readonly string[]): Validation => ({
  key: 'user_store.type',
  pattern: new RegExp(`^(${types.join('|')})$`),
})

const inOneUrl = (name: string) => (_: unknown, table: ConfigTable) =>
  !Array.isArray(table[name]) || (table[name] as unknown[]).length < 2

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

const SAME = {
  'super_admin.username': 'nodes log in to one another with this account',
  'super_admin.password': 'nodes log in to one another with this account',
  'user_store.type': 'all nodes read the same users: the class decides how they are stored',
}

const STORE = "the lab's own key stores: certificates and keys of a deployment stay there"

/** Source of the keys: default.json of carbon-kernel and product-apim, as above. */
const PLACE: PlaceRules = {
  own: {
    'server.hostname': 'a node of the lab has the name of its component',
    'server.node_ip': 'a node of the lab has its own address',
    'server.server_role': 'a node of the lab has the role of its component',
    'server.offset':
      "no two nodes of the lab share a host: where a component's nodes have one offset, it is in the lab file",
    'server.base_path': 'it is made of the host name',
    'transport.https.properties.proxyPort': "the port of the lab's load balancer: ports.public in the lab file sets it",
    'transport.http.properties.proxyPort': "the port of the lab's load balancer: ports.public in the lab file sets it",
    keystore: STORE,
    truststore: STORE,
  },
  secrets: 'secrets',
  databases: 'database',
  connection: ['type', 'url', 'hostname', 'port', 'name', 'sid', 'username', 'password', 'driver'],
  account: {username: 'super_admin.username', password: 'super_admin.password'},
}

const SIGNS = 'tokens are signed with this key, and API keys are checked with it'
const ENCRYPTS = 'what is in the shared databases is encrypted with this key'

const SAME_STORES = {
  'keystore.primary.file_name': SIGNS,
  'keystore.primary.alias': SIGNS,
  'keystore.internal.file_name': ENCRYPTS,
  'keystore.internal.alias': ENCRYPTS,
}

// api-manager.xml.j2 of carbon-apimgt v6.5.349 to v6.7.206.
const URL_GROUPS: readonly UrlGroup[] = [
  {key: 'apim.throttling.url_group', events: 'traffic_manager_urls', auth: 'traffic_manager_auth_urls', each: true},
  {key: 'apim.analytics.url_group', events: 'analytics_url', auth: 'analytics_auth_url'},
  {key: 'apim.event_hub.publish.url_group', events: 'urls', auth: 'auth_urls', each: true, server: 'traffic-manager'},
]

// Seen on the mapper: master-datasources.xml and api-manager.xml come out ill-formed.
const RAW_TEXTS = [
  'database.$1.url',
  'datasource[].url',
  'apim.gateway.environment[].name',
  'apim.gateway.environment[].description',
]

const withUniqueIds = [...USER_STORES, ...USER_STORES.map(type => `${type}_unique_id`)]

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
export const RULES_3_2 = line('3.2.0', {portal: 'api-devportal', validations: [userStores(withUniqueIds)]})
