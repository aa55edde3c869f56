import {
  ALERTS,
  ANALYTICS_AUTH,
  ANALYTICS_EVENTS,
  GATEWAYS,
  KEY_MANAGER,
  POLICIES,
  PUBLISHER_URL,
  REVOKE,
  RULES,
  THROTTLING_AUTH,
  THROTTLING_EVENTS,
  TOPICS,
  type Row,
} from './link-table.js'

/** Where the facts of a release before the event hub were read: tags of carbon-apimgt, product-apim and analytics-apim. */
export interface Sources {
  readonly carbon: string
  readonly product: string
  readonly analytics: string
}

/**
 * The links of the releases before the event hub: the gateway asks the key manager for every new token and for block conditions, the
 * key manager clears the gateways' caches and tells of revoked tokens itself, and only gateways listen to topics.
 */
// prettier-ignore
export function linksBeforeEventHub({carbon, product, analytics}: Sources): readonly Row[] {
  const CARBON = `carbon-apimgt ${carbon}`
  const IMPL = `${CARBON} components/apimgt/org.wso2.carbon.apimgt.impl`
  const KEYMGT = `${CARBON} components/apimgt/org.wso2.carbon.apimgt.keymgt`
  const J2 = `${CARBON} conf_templates/templates/repository/conf/api-manager.xml.j2`
  const TEMPLATES = `product-apim ${product} conf/deployment-templates`
  const DASHBOARD = `analytics-apim ${analytics} carbon-home/conf/dashboard/deployment.yaml`
  return [
    ['gateway', 'key-manager', 9443, 'token validation, token, revoke, authorize', 'used', 'https', KEY_MANAGER, `${TEMPLATES}/gateway-worker.toml`],
    ['gateway', 'key-manager', 9443, 'block conditions', 'used', 'https', KEY_MANAGER, `/throttle/data/v1: ${IMPL} APIManagerConfiguration.java`],
    ['gateway', 'analytics-worker', 7612, 'analytics events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
    ['gateway', 'analytics-worker', 7712, 'authentication of analytics events', 'used', 'tls', ANALYTICS_AUTH, J2],
    ['gateway', 'traffic-manager', 9611, 'throttling events', 'used', 'greeting', THROTTLING_EVENTS, J2],
    ['gateway', 'traffic-manager', 9711, 'authentication of throttling events', 'used', 'tls', THROTTLING_AUTH, J2],
    ['gateway', 'traffic-manager', 5672, 'throttling decisions, revoked tokens', 'used', 'greeting', TOPICS, `${CARBON} components/apimgt/org.wso2.carbon.apimgt.jms.listener JMSListener.java`],
    ['publisher', 'traffic-manager', 9443, 'deploying throttling policies', 'used', 'https', POLICIES, `${IMPL} GlobalThrottleEngineClient.java`],
    ['publisher', 'traffic-manager', 9611, 'block conditions, token revocation', 'used', 'greeting', THROTTLING_EVENTS, `${IMPL} APIProviderImpl.java publishBlockingEvent`],
    ['publisher', 'traffic-manager', 9711, 'authentication of those events', 'used', 'tls', THROTTLING_AUTH, J2],
    ['publisher', 'gateway', 9443, 'deploying API artifacts', 'used', 'https', GATEWAYS, `${IMPL} APIGatewayAdminClient.java`],
    ['publisher', 'analytics-worker', 7612, 'alert events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
    ['publisher', 'analytics-worker', 7712, 'authentication of alert events', 'used', 'tls', ANALYTICS_AUTH, J2],
    ['publisher', 'analytics-worker', 7444, 'fetching generated alerts', 'used', 'https', ALERTS, J2],
    ['publisher', 'key-manager', 9443, 'scope management', 'unused', 'https', undefined, `it has no key manager, scopes are in the databases: ${TEMPLATES}/api-publisher.toml`],
    ['devportal', 'key-manager', 9443, 'registering the auth app, generating application keys', 'used', 'https', KEY_MANAGER, `${TEMPLATES}/api-devportal.toml`],
    ['devportal', 'key-manager', 9443, 'revoking API keys', 'used', 'https', KEY_MANAGER, `/throttle/data/v1: ${IMPL} APIConsumerImpl.java`],
    ['devportal', 'gateway', 8243, 'token and revoke endpoints', 'used', 'https', REVOKE, `called by the server itself, the token endpoint's name is made of it: ${IMPL} AMDefaultKeyManagerImpl.java`],
    ['devportal', 'analytics-worker', 7612, 'alert events', 'used', 'greeting', ANALYTICS_EVENTS, J2],
    ['devportal', 'analytics-worker', 7712, 'authentication of alert events', 'used', 'tls', ANALYTICS_AUTH, J2],
    ['key-manager', 'gateway', 9443, 'clearing caches', 'used', 'https', GATEWAYS, `${KEYMGT} KeyManagerUserOperationListener.java`],
    ['key-manager', 'traffic-manager', 9611, 'revoked tokens', 'used', 'greeting', THROTTLING_EVENTS, `${KEYMGT} TokenRevocationNotifierImpl.java`],
    ['key-manager', 'traffic-manager', 9711, 'authentication of revoked tokens', 'used', 'tls', THROTTLING_AUTH, J2],
    ['analytics-dashboard', 'analytics-worker', 9444, 'business rules', 'used', 'https', RULES, DASHBOARD],
    ['analytics-dashboard', 'publisher', 9443, 'its REST API', 'used', 'https', PUBLISHER_URL, DASHBOARD],
  ]
}
