import {
  ALERTS,
  ANALYTICS_AUTH,
  ANALYTICS_EVENTS,
  DEVPORTAL_URL,
  GATEWAYS,
  KEY_MANAGER,
  linksOf,
  POLICIES,
  PUBLISHER_URL,
  REVOKE,
  RULES,
  THROTTLING_AUTH,
  THROTTLING_EVENTS,
  TOPICS,
  type Row,
} from './link-table.js'

const CARBON = `carbon-apimgt v6.7.206`
const IMPL = `${CARBON} components/apimgt/org.wso2.carbon.apimgt.impl`
const J2 = `${CARBON} conf_templates/templates/repository/conf/api-manager.xml.j2`
const DASHBOARD = 'analytics-apim v3.2.0 carbon-home/conf/dashboard/deployment.yaml'
const DOCS = 'docs-apim 3.2.0 deploying-wso2-api-m-in-a-distributed-setup.md'

const EVENT_HUB = {key: 'apim.event_hub.service_url', names: 'component'} as const

// A row a link, however long: it is read as a table.
// prettier-ignore
const ROWS: readonly Row[] = [
  ['gateway', 'key-manager', 9443, 'token validation, token, revoke, authorize', 'used', 'https', KEY_MANAGER, `${IMPL} AMDefaultKeyManagerImpl.java`],
  ['gateway', 'key-manager', 9443, 'block conditions', 'unused', 'https', undefined, `in 3.2.0 they come from the traffic manager: ${CARBON} GatewayStartupListener.java`],
  ['gateway', 'analytics-worker', 7612, 'analytics events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
  ['gateway', 'analytics-worker', 7712, 'authentication of analytics events', 'used', 'tls', ANALYTICS_AUTH, J2],
  ['gateway', 'traffic-manager', 9611, 'throttling events', 'used', 'greeting', THROTTLING_EVENTS, J2],
  ['gateway', 'traffic-manager', 9711, 'authentication of throttling events', 'used', 'tls', THROTTLING_AUTH, J2],
  ['gateway', 'traffic-manager', 5672, 'event hub topics', 'used', 'greeting', TOPICS, `${CARBON} GatewayStartupListener.java`],
  ['gateway', 'traffic-manager', 9443, 'internal data', 'used', 'https', EVENT_HUB, `${CARBON} internal.service api.yaml`],
  ['publisher', 'traffic-manager', 9443, 'deploying throttling policies', 'used', 'https', POLICIES, `${IMPL} GlobalThrottleEngineClient.java`],
  ['publisher', 'traffic-manager', 9611, 'block conditions, token revocation, API events', 'used', 'greeting', THROTTLING_EVENTS, J2],
  ['publisher', 'traffic-manager', 9711, 'authentication of those events', 'used', 'tls', THROTTLING_AUTH, J2],
  ['publisher', 'traffic-manager', 5672, 'event hub topics', 'used', 'greeting', TOPICS, `${CARBON} JMSListenerStartupShutdownListener.java`],
  ['publisher', 'traffic-manager', 9443, 'internal data', 'used', 'https', EVENT_HUB, `${IMPL} KeyManagerConfigurationDataRetriever.java`],
  ['publisher', 'gateway', 9443, 'deploying API artifacts', 'used', 'https', GATEWAYS, `${IMPL} APIGatewayAdminClient.java`],
  ['publisher', 'analytics-worker', 7612, 'alert events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
  ['publisher', 'analytics-worker', 7712, 'authentication of alert events', 'used', 'tls', ANALYTICS_AUTH, J2],
  ['publisher', 'analytics-worker', 7444, 'fetching generated alerts', 'used', 'https', ALERTS, J2],
  ['publisher', 'key-manager', 9443, 'scope management', 'used', 'https', KEY_MANAGER, DOCS],
  ['devportal', 'key-manager', 9443, 'registering the auth app, generating application keys', 'used', 'https', KEY_MANAGER, DOCS],
  ['devportal', 'key-manager', 9443, 'revoking tokens', 'used', 'https', REVOKE, DOCS],
  ['devportal', 'gateway', 8243, 'token and revoke endpoints', 'browser', 'https', {key: 'apim.gateway.environment[].https_endpoint', names: 'browser'}, `in 3.2.0 the server side asks the key manager: ${IMPL} AMDefaultKeyManagerImpl.java`],
  ['devportal', 'analytics-worker', 7612, 'alert events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
  ['devportal', 'analytics-worker', 7712, 'authentication of alert events', 'used', 'tls', ANALYTICS_AUTH, J2],
  ['devportal', 'traffic-manager', 9611, 'event hub notifications', 'used', 'greeting', THROTTLING_EVENTS, J2],
  ['devportal', 'traffic-manager', 9711, 'authentication of notifications', 'used', 'tls', THROTTLING_AUTH, J2],
  ['devportal', 'traffic-manager', 5672, 'event hub topics', 'used', 'greeting', TOPICS, `${CARBON} JMSListenerStartupShutdownListener.java`],
  ['devportal', 'traffic-manager', 9443, 'internal data', 'used', 'https', EVENT_HUB, `${IMPL} KeyManagerConfigurationDataRetriever.java`],
  ['key-manager', 'traffic-manager', 9443, 'token revocation', 'used', 'https', {key: 'event_listener[].properties.notification_endpoint', names: 'component', among: true}, 'product-apim v3.2.0 deployment-templates/api-key-manager.toml'],
  ['traffic-manager', 'key-manager', 9443, 'discovery', 'used', 'https', KEY_MANAGER, `${IMPL} APIUtil.java`],
  ['traffic-manager', 'traffic-manager', 5672, 'duplicated events', 'used', 'greeting', {key: 'apim.throttling.event_duplicate_url[]', names: 'node'}, 'product-apim v3.2.0 jndi2.properties.j2'],
  ['analytics-dashboard', 'analytics-worker', 9444, 'business rules', 'used', 'https', RULES, DASHBOARD],
  ['analytics-dashboard', 'publisher', 9443, 'its REST API', 'used', 'https', PUBLISHER_URL, DASHBOARD],
  ['analytics-dashboard', 'devportal', 9443, 'its REST API', 'used', 'https', DEVPORTAL_URL, DASHBOARD],
]

/** 3.2.0's links: the distributed deployment's table, plus what its code needs beyond that. Facts: carbon-apimgt, product-apim, docs-apim. */
export const LINKS_3_2 = linksOf(ROWS)
