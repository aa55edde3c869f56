/** Where the peers of a configuration are: a host and port for each port of the product. */
export type At = (port: number) => string

const container: Readonly<Record<number, string>> = {3306: 'mysql'}
const inLab =
  (server: string): At =>
  port =>
    `${container[port] ?? server}:${port}`

const KEY_MANAGER = inLab('key-manager')
const TRAFFIC_MANAGER = inLab('traffic-manager')
const WORKER = inLab('analytics-worker')

export const common = (role: string, hostname = 'node.lab.localhost') => `
[server]
hostname = "${hostname}"
server_role = "${role}"
node_ip = "127.0.0.1"
[super_admin]
username = "admin"
password = "admin"
[user_store]
type = "database_unique_id"
[keystore.tls]
file_name = "node.pem"
type = "PEM"
[truststore]
file_name = "ca.pem"
type = "PEM"
`

/** Of a database. */
const ACCOUNT = {username: 'account', password: 's3cret'}

export const database = (table: string, name: string, at = inLab('mysql'), {username, password} = ACCOUNT) => `
[database.${table}]
type = "mysql"
url = "jdbc:mysql://${at(3306)}/${name}?useSSL=false&amp;allowPublicKeyRetrieval=true"
username = "${username}"
password = "${password}"
`

export const databases = (at = inLab('mysql')) =>
  database('apim_db', 'apimgtdb', at) + database('shared_db', 'shareddb', at)

/** A shared database in a file of the node's own, as a gateway has it: the product does not start without one. */
export const localShared = `
[database.shared_db]
type = "h2"
url = "jdbc:h2:./repository/database/WSO2SHARED_DB"
username = "wso2carbon"
password = "wso2carbon"
`

export const keyManager = (at = KEY_MANAGER) => `
[apim.key_manager]
service_url = "https://${at(9443)}/services/"
`

/** Of the traffic managers at these places; `more` is lines of the table itself. */
export const throttling = (ats: readonly [At, ...At[]] = [TRAFFIC_MANAGER], more = '') => `
[apim.throttling]
service_url = "https://${ats[0](9443)}/services/"
${more}throttle_decision_endpoints = [${ats.map(at => `"tcp://${at(5672)}"`).join(', ')}]
${ats
  .map(
    at => `[[apim.throttling.url_group]]
traffic_manager_urls = ["tcp://${at(9611)}"]
traffic_manager_auth_urls = ["ssl://${at(9711)}"]
type = "loadbalance"
`,
  )
  .join('')}`

export const analytics = (at = WORKER, more = '') => `
[apim.analytics]
enable = true
${more}store_api_url = "https://${at(7444)}"
[[apim.analytics.url_group]]
analytics_url = ["tcp://${at(7612)}"]
analytics_auth_url = ["ssl://${at(7712)}"]
`

export const environment = (name: string) => `
[[apim.gateway.environment]]
name = "${name}"
service_url = "https://${name}:9443/services/"
https_endpoint = "https://gateway.lab.localhost:8243"
`

export const tokenRevocation = `
[[event_listener]]
id = "another"
[[event_listener]]
id = "token_revocation"
[event_listener.properties]
notification_endpoint = "https://traffic-manager:9443/internal/data/v1/notify"
'header.X-WSO2-KEY-MANAGER' = "default"
`

export const revokeEndpoint = `
[apim.oauth_config]
revoke_endpoint = "https://key-manager:9443/oauth2/revoke"
`

export const analyticsCommon = (offset: number) => `
wso2.carbon:
  ports:
    offset: ${offset}
wso2.transport.http:
  listenerConfigurations:
    - id: default
      port: 9090
    - id: https
      scheme: https
      keyStoreFile: "\${carbon.home}/resources/security/node.pem"
data.agent.config:
  agents:
    - agentConfiguration:
        trustStorePath: "\${sys:carbon.home}/resources/security/ca.pem"
`

export const datasource = (name: string, database: string, at = inLab('mysql'), {username, password} = ACCOUNT) => `
    - name: ${name}
      definition:
        type: RDBMS
        configuration:
          jdbcUrl: "jdbc:mysql://${at(3306)}/${database}?useSSL=false&allowPublicKeyRetrieval=true"
          username: ${username}
          password: ${password}
`

/** A whole configuration of each profile, as a lab would render it. */
export const COMPLETE: Readonly<Record<string, string>> = {
  'api-publisher':
    common('api-publisher') +
    databases() +
    keyManager() +
    throttling() +
    analytics() +
    environment('gateway-1') +
    environment('gateway-2'),
  'api-devportal':
    common('api-devportal') +
    databases() +
    keyManager() +
    throttling() +
    revokeEndpoint +
    analytics() +
    environment('gateway-1'),
  'api-key-manager': common('api-key-manager') + databases() + tokenRevocation,
  'gateway-worker': common('gateway-worker') + localShared + keyManager() + throttling() + analytics(),
  'traffic-manager': common('traffic-manager') + databases() + keyManager(),
  worker:
    `${analyticsCommon(1)}wso2.datasources:\n  dataSources:` +
    datasource('WSO2_PERMISSIONS_DB', 'permissions') +
    datasource('APIM_ANALYTICS_DB', 'statistics'),
  dashboard:
    `${analyticsCommon(3)}wso2.datasources:\n  dataSources:` +
    datasource('WSO2_DASHBOARD_DB', 'dashboarddb') +
    datasource('BUSINESS_RULES_DB', 'rules') +
    datasource('WSO2_PERMISSIONS_DB', 'permissions') +
    datasource('APIM_ANALYTICS_DB', 'statistics') +
    datasource('AM_DB', 'apimgtdb') +
    `
wso2.business.rules.manager:
  deployment_configs:
    -
      analytics-worker:9444:
        - stock-data-analysis
auth.configs:
  properties:
    kmUsername: admin
    kmPassword: admin
    kmDcrUrl: https://publisher:9443/client-registration/v0.17/register
    kmTokenUrl: https://publisher:9443/oauth2
    publisherUrl: https://publisher:9443
    devPortalUrl: https://devportal:9443
`,
}
