import type {ConfigTable} from './table.js'
import type {Inference, PlaceRules, Validation} from './rules.js'

/*
 * What the configuration mapper does in every release, 3.x and 4.x. Kernel: default.json, infer.json and validator.json in
 * distribution/kernel/carbon-home/repository/resources/conf of wso2/carbon-kernel v4.5.1 (3.0.0), v4.6.0 (3.1.0, 3.2.0), v4.6.2 (4.0.0),
 * v4.8.1 (4.2.0).
 */

const keyPair = (table: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['file_name', 'type', 'password', 'alias', 'key_password'].map(name => [
      `${table}.${name}`,
      `$ref{keystore.primary.${name}}`,
    ]),
  )

export const STORES = {
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

const server = (type: string, driver: string, url: string) =>
  [type, {'database.$1.driver': driver, 'database.$1.url': url}] as const

const AT = '$ref{database.$1.hostname}:$ref{database.$1.port}'

/** infer.json of carbon-kernel v4.6.0, `database.$1.type`; the same in v4.5.1. */
export const DATABASES: Inference = {
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

export const switches = (deploy: boolean, publish: boolean, decisions: boolean) => ({
  'apim.throttling.enable_policy_deploy': deploy,
  'apim.throttling.enable_data_publishing': publish,
  'apim.throttling.enable_decision_connection': decisions,
})

export const USER_STORES = ['database', 'read_only_ldap', 'read_write_ldap', 'active_directory']

/** validator.json of carbon-kernel; the kernel of 3.0.0 has no user stores with unique ids. */
export const userStores = (types: readonly string[]): Validation => ({
  key: 'user_store.type',
  pattern: new RegExp(`^(${types.join('|')})$`),
})

export const inOneUrl = (name: string) => (_: unknown, table: ConfigTable) =>
  !Array.isArray(table[name]) || (table[name] as unknown[]).length < 2

export const SAME = {
  'super_admin.username': 'nodes log in to one another with this account',
  'super_admin.password': 'nodes log in to one another with this account',
  'user_store.type': 'all nodes read the same users: the class decides how they are stored',
  'tenant_mgt.enable_email_domain':
    'what follows the @ of a name is its tenant on some nodes and part of the name on others',
}

const STORE = "the lab's own key stores: certificates and keys of a deployment stay there"

/** Source of the keys: default.json of carbon-kernel and product-apim, as above. */
export const PLACE: PlaceRules = {
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

export const SAME_STORES = {
  'keystore.primary.file_name': SIGNS,
  'keystore.primary.alias': SIGNS,
  'keystore.internal.file_name': ENCRYPTS,
  'keystore.internal.alias': ENCRYPTS,
}

// Seen on the mapper: master-datasources.xml and api-manager.xml come out ill-formed.
export const RAW_TEXTS = [
  'database.$1.url',
  'datasource[].url',
  'apim.gateway.environment[].name',
  'apim.gateway.environment[].description',
]

export const withUniqueIds = [...USER_STORES, ...USER_STORES.map(type => `${type}_unique_id`)]
