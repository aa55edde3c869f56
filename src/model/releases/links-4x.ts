import type {LinkSpec} from '../release.js'
import {KEY_MANAGER, linksOf, THROTTLING_AUTH, THROTTLING_EVENTS, TOPICS, type Row} from './link-table.js'

const CARBON = 'carbon-apimgt 9.28.116 components/apimgt'
const TEMPLATES = 'carbon-apimgt 9.28.116 conf_templates/templates/repository/conf'
const J2 = `${TEMPLATES}/api-manager.xml.j2`
const HUB_TOPICS = `${TEMPLATES}/jndi-cp.properties.j2`
const DECISIONS = `${TEMPLATES}/jndi.properties.j2`
const TM_DOCS = 'docs-apim 4.x deploying-wso2-api-m-in-a-distributed-setup-with-tm-separated.md'
const KM_DOCS = 'docs-apim 4.x deploying-wso2-api-m-in-a-distributed-setup-with-km-separated.md'

const HUB = {key: 'apim.event_hub.service_url', names: 'component', services: 'always'} as const
const HUB_LISTENS = {key: 'apim.event_hub.event_listening_endpoints[]', names: 'node'} as const
const HUB_EVENTS = {key: 'apim.event_hub.publish.url_group[].urls[]', names: 'node', itself: true} as const
const HUB_AUTH = {key: 'apim.event_hub.publish.url_group[].auth_urls[]', names: 'node', itself: true} as const
const HUB_COPIES = {key: 'apim.event_hub.event_duplicate_url[]', names: 'node'} as const
const COPIES = {key: 'apim.throttling.event_duplicate_url[]', names: 'node'} as const
const NOTIFY = {key: 'event_listener[].properties.notification_endpoint', names: 'component', among: true} as const
const ENVIRONMENT = {key: 'apim.gateway.environment[].service_url', names: 'component', services: 'always'} as const
const PUBLIC = {key: 'apim.gateway.environment[].https_endpoint', names: 'browser'} as const

/** All of them take the address of the event hub and append /internal/data/v1. */
const INTERNAL_DATA = `${CARBON}/org.wso2.carbon.apimgt.impl gatewayartifactsynchronizer/DBRetriever.java, org.wso2.carbon.apimgt.keymgt SubscriptionDataLoaderImpl.java, org.wso2.carbon.apimgt.gateway RevokedJWTTokensRetriever.java, BlockingConditionRetriever.java, KeyTemplateRetriever.java, webhooks/SubscriptionDataStore.java, utils/WebhooksUtils.java, EndpointCertificateDeployer.java, GoogleAnalyticsConfigDeployer.java, APILoggerManager.java, org.wso2.carbon.apimgt.impl loader/KeyManagerConfigurationDataRetriever.java, correlation/CorrelationConfigManager.java`
/** Which topics are listened to, and where. */
const LISTENERS = `${CARBON}/org.wso2.carbon.apimgt.gateway listeners/GatewayStartupListener.java`
const JWKS = `${CARBON}/org.wso2.carbon.apimgt.impl utils/APIUtil.java: the address is in what the control plane tells of its key manager`

// A row a link, however long: it is read as a table.
// prettier-ignore
const ROWS: readonly Row[] = [
  ['gateway', 'key-manager', 9443, 'validation, revocation and introspection of opaque tokens', 'used', 'https', KEY_MANAGER, KM_DOCS],
  ['gateway', 'key-manager', 9443, 'keys that tokens are checked with (JWKS)', 'used', 'https', undefined, JWKS],
  ['gateway', 'control-plane', 9443, 'APIs, subscriptions, policies, key managers, revoked tokens, block conditions, WebSub subscribers (internal data)', 'used', 'https', HUB, INTERNAL_DATA],
  ['gateway', 'control-plane', 5672, 'event hub topics: deployed APIs, revoked tokens, block conditions, WebSub', 'used', 'greeting', HUB_LISTENS, LISTENERS],
  ['gateway', 'traffic-manager', 9611, 'throttling events', 'used', 'greeting', THROTTLING_EVENTS, J2],
  ['gateway', 'traffic-manager', 9711, 'authentication of throttling events', 'used', 'tls', THROTTLING_AUTH, J2],
  ['gateway', 'traffic-manager', 5672, 'topics of throttling decisions', 'used', 'greeting', TOPICS, DECISIONS],
  ['traffic-manager', 'control-plane', 9443, 'throttling policies (internal data)', 'used', 'https', HUB, `${CARBON}/org.wso2.carbon.apimgt.throttle.policy.deployer PolicyRetriever.java`],
  ['traffic-manager', 'control-plane', 5672, 'event hub topics: changed policies', 'used', 'greeting', HUB_LISTENS, `${CARBON}/org.wso2.carbon.apimgt.throttle.policy.deployer ThrottlePolicyJMSMessageListener.java`],
  ['traffic-manager', 'traffic-manager', 5672, 'duplicated decisions', 'used', 'greeting', COPIES, 'product-apim v4.2.0 jndi2.properties.j2'],
  ['traffic-manager', 'key-manager', 9443, 'key managers', 'unused', 'https', undefined, `its role retrieves none: ${CARBON}/org.wso2.carbon.apimgt.impl listeners/ServerStartupListener.java; product-apim v4.2.0 infer.json`],
  ['key-manager', 'control-plane', 9443, 'token revocation', 'used', 'https', NOTIFY, KM_DOCS],
  ['key-manager', 'control-plane', 9443, 'event hub (internal data)', 'used', 'https', HUB, KM_DOCS],
  ['key-manager', 'control-plane', 5672, 'event hub topics', 'used', 'greeting', HUB_LISTENS, HUB_TOPICS],
  ['key-manager', 'control-plane', 9611, 'events of the event hub', 'used', 'greeting', HUB_EVENTS, J2],
  ['key-manager', 'control-plane', 9711, 'authentication of those events', 'used', 'tls', HUB_AUTH, J2],
  ['control-plane', 'key-manager', 9443, 'registering applications, generating keys, scopes', 'used', 'https', KEY_MANAGER, KM_DOCS],
  ['control-plane', 'control-plane', 9611, 'events of the event hub, to the other one', 'used', 'greeting', HUB_EVENTS, J2],
  ['control-plane', 'control-plane', 9711, 'authentication of those events', 'used', 'tls', HUB_AUTH, J2],
  ['control-plane', 'control-plane', 5672, 'duplicated token revocations', 'used', 'greeting', HUB_COPIES, TM_DOCS],
  ['control-plane', 'traffic-manager', 9443, 'deploying throttling policies', 'unused', 'https', undefined, `in 4.x traffic managers load them: ${CARBON}/org.wso2.carbon.apimgt.throttle.policy.deployer PolicyRetriever.java`],
  ['control-plane', 'gateway', 9443, 'deploying API artifacts', 'unused', 'https', ENVIRONMENT, `in 4.x gateways load them: no APIGatewayAdminClient in ${CARBON}`],
  ['control-plane', 'gateway', 8243, 'calls from the portals, and the address that they show', 'browser', 'https', PUBLIC, `${CARBON}/org.wso2.carbon.apimgt.api model/VHost.java`],
]

/** What a control plane is asked for in a lab without the component that would do it. */
// prettier-ignore
const FALLBACKS: readonly {readonly without: string; readonly rows: readonly Row[]}[] = [
  {
    without: 'key-manager',
    rows: [
      ['gateway', 'control-plane', 9443, 'validation, revocation and introspection of opaque tokens', 'used', 'https', KEY_MANAGER, TM_DOCS],
      ['gateway', 'control-plane', 9443, 'keys that tokens are checked with (JWKS)', 'used', 'https', undefined, JWKS],
    ],
  },
  {
    without: 'traffic-manager',
    rows: [
      ['gateway', 'control-plane', 9611, 'throttling events', 'used', 'greeting', THROTTLING_EVENTS, TM_DOCS],
      ['gateway', 'control-plane', 9711, 'authentication of throttling events', 'used', 'tls', THROTTLING_AUTH, TM_DOCS],
      ['gateway', 'control-plane', 5672, 'topics of throttling decisions', 'used', 'greeting', TOPICS, DECISIONS],
    ],
  },
]

/** A control plane's, to the other one, where the event hub has no key of its own for it: product-apim v4.0.0 jndi2.properties.j2. */
const isCopy = ({client, address}: LinkSpec) => client === 'control-plane' && address === HUB_COPIES

/** The links of 4.2.0, read at its tags; those of its neighbours are the same as far as their templates and documents say. */
export const LINKS_4X: readonly LinkSpec[] = [
  ...linksOf(ROWS),
  ...FALLBACKS.flatMap(({without, rows}) => linksOf(rows).map(link => ({...link, without}))),
]

const NOTIFIER = `carbon-apimgt 9.32.147 components/apimgt/org.wso2.carbon.apimgt.gateway notifiers/GatewayNotifier.java`

/** The same, of a release whose gateways tell the control plane that they live, and what they have deployed. */
export const LINKS_4_6: readonly LinkSpec[] = [
  ...LINKS_4X,
  ...linksOf([
    [
      'gateway',
      'control-plane',
      9443,
      'registration, heartbeat, acknowledged deployments',
      'used',
      'https',
      HUB,
      NOTIFIER,
    ],
  ]),
]

/** Topics that gateways of 4.0.0 hear from the control plane: block conditions are not among them, they listen for those at the traffic manager alone. */
const isTopics = ({client, server, port}: LinkSpec) =>
  client === 'gateway' && server === 'control-plane' && port === 5672

/** A control plane of 4.0.0 tells these to the traffic managers, or to itself: gateways listen for them there. */
const BLOCKS =
  'carbon-apimgt 9.0.174 components/apimgt/org.wso2.carbon.apimgt.impl APIProviderImpl.java, internal/APIManagerComponent.java'
const blocksTo = (server: string) =>
  linksOf([
    ['control-plane', server, 9611, 'block conditions, custom policies', 'used', 'greeting', THROTTLING_EVENTS, BLOCKS],
    ['control-plane', server, 9711, 'authentication of those events', 'used', 'tls', THROTTLING_AUTH, BLOCKS],
  ])
const BLOCKS_4_0 = [
  ...blocksTo('traffic-manager'),
  ...blocksTo('control-plane').map(link => ({...link, without: 'traffic-manager'})),
]

/** The same, of a release whose control planes copy events by [apim.throttling]. */
export const LINKS_4_0: readonly LinkSpec[] = [...LINKS_4X, ...BLOCKS_4_0].map(link => {
  if (isCopy(link)) return {...link, address: COPIES, source: 'product-apim v4.0.0 jndi2.properties.j2'}
  if (isTopics(link) && link.without === undefined)
    return {
      ...link,
      purpose: 'event hub topics: deployed APIs, revoked tokens, WebSub',
      source: 'carbon-apimgt 9.0.174 org.wso2.carbon.apimgt.gateway listeners/GatewayStartupListener.java',
    }
  return link
})
