import type {ComponentName, Profile} from '../profiles.js'
import type {LinkKind} from './address.js'
import {dotted} from './keys.js'

/**
 * Where addresses stand in a file. `[]` is every element of an array, `[id=x]` the elements whose id is x, `{}` the names of a table
 * (the dashboard's deployment_configs has the address as a name).
 */
export type KeyPattern = readonly string[]

export interface LinkSpec {
  readonly server: ComponentName
  /** Who does the server's work in a lab without it. */
  readonly standIn?: ComponentName
  /** What flows, as a noun: it also tells why the key is needed. */
  readonly purpose: string
  readonly kind: LinkKind
  /** On TCP and TLS: which of the server's services must answer there, so that two swapped ports are told apart. */
  readonly service?: string
  /** The first of these that the file has is used: the product's own fallbacks. */
  readonly keys: readonly KeyPattern[]
  /**
   * `required`: the component can't do its job without it: the key must be there, and the node is not ready before it was connected
   * once. `expected`: the key must be there, readiness does not wait. `optional`: a link if the key is there.
   */
  readonly need: 'required' | 'expected' | 'optional'
  readonly example: string
  /** The product appends a service's name to the text, so the address has to end in this. */
  readonly ending?: string
  /** A lab may be without this server: no key at all is no error. */
  readonly mayBeNone?: true
  /** Only with analytics switched on. */
  readonly analytics?: true
  /** Only with the event hub switched on, or off. */
  readonly eventHub?: 'on' | 'off'
  /** The addresses are in groups: arrays of tables, or all in one text under this key. */
  readonly oneText?: string
  /** A port that belongs to another component than `server`. */
  readonly elsewhere?: Readonly<Record<number, ComponentName>>
}

const keyManager = (purpose: string): LinkSpec => ({
  server: 'key-manager',
  purpose,
  kind: 'https',
  keys: [dotted('apim.key_manager.service_url')],
  need: 'required',
  example: 'a URL such as https://key-manager:9443/services/',
})

const trafficManager = (purpose: string, keys: readonly string[], need: LinkSpec['need'] = 'required'): LinkSpec => ({
  server: 'traffic-manager',
  purpose,
  kind: 'https',
  keys: keys.map(dotted),
  need,
  example: 'a URL such as https://traffic-manager:9443/services/',
})

const withHub = (spec: LinkSpec): LinkSpec => ({...spec, eventHub: 'on'})

const topics = (purpose: string, keys: readonly string[]): LinkSpec => ({
  ...trafficManager(purpose, keys),
  kind: 'tcp',
  service: 'event-hub',
  example: 'a list such as ["tcp://traffic-manager:5672"]',
})

/** The names a url_group may use for the same two lists: api-manager.xml.j2 of carbon-apimgt v6.7.206, l.819-845. */
const group = (table: string, names: readonly string[]) => names.map(name => [...dotted(table), '[]', name])

const THROTTLING = 'apim.throttling.url_group'
const EVENT_HUB = 'apim.event_hub.publish.url_group'
// The last is the one that a message names when all are missing.
const TM_URLS = ['urls', 'traffic_manager_urls']
const TM_AUTH_URLS = ['auth_urls', 'traffic_manager_auth_urls']

// The product's template has no such text for apim.event_hub.
const throttlingText = (tables: readonly string[], name: string) =>
  tables[0] === THROTTLING ? [dotted(`apim.throttling.${name}`)] : []

const events = (purpose: string, tables: readonly string[]): readonly LinkSpec[] => [
  {
    server: 'traffic-manager',
    purpose,
    kind: 'tcp',
    service: 'throttling-events',
    keys: [...throttlingText(tables, 'receiver_url'), ...tables.flatMap(table => group(table, TM_URLS))],
    oneText: 'apim.throttling.receiver_url',
    need: 'required',
    example: 'a list such as ["tcp://traffic-manager:9611"]',
  },
  {
    server: 'traffic-manager',
    purpose: `authentication of ${purpose}`,
    kind: 'tls',
    service: 'throttling-events-auth',
    keys: [...throttlingText(tables, 'receiver_auth_url'), ...tables.flatMap(table => group(table, TM_AUTH_URLS))],
    oneText: 'apim.throttling.receiver_auth_url',
    need: 'required',
    example: 'a list such as ["ssl://traffic-manager:9711"]',
  },
]

// Nothing waits for analytics: WSO2's gateway and portals start without a worker and reconnect for ever.
const analytics = (purpose: string): readonly LinkSpec[] => [
  {
    server: 'analytics-worker',
    purpose,
    kind: 'tcp',
    service: 'analytics-events',
    keys: [dotted('apim.analytics.receiver_urls'), ...group('apim.analytics.url_group', ['analytics_url'])],
    oneText: 'apim.analytics.receiver_urls',
    need: 'expected',
    example: 'a list such as ["tcp://analytics-worker:7612"]',
    analytics: true,
  },
  {
    server: 'analytics-worker',
    purpose: `authentication of ${purpose}`,
    kind: 'tls',
    service: 'analytics-events-auth',
    keys: [dotted('apim.analytics.receiver_auth_urls'), ...group('apim.analytics.url_group', ['analytics_auth_url'])],
    oneText: 'apim.analytics.receiver_auth_urls',
    need: 'expected',
    example: 'a list such as ["ssl://analytics-worker:7712"]',
    analytics: true,
  },
  {
    server: 'analytics-worker',
    purpose: 'store query',
    kind: 'https',
    keys: [dotted('apim.analytics.store_api_url')],
    need: 'optional',
    example: 'a URL such as https://analytics-worker:7444',
    analytics: true,
  },
]

const dashboardApi = (server: ComponentName, property: string, purpose: string, example: string): LinkSpec => ({
  server,
  purpose,
  kind: 'https',
  keys: [['auth.configs', 'properties', property]],
  // The product's dashboard starts without the portals; only who logs in or opens a page needs them.
  need: 'expected',
  example,
})

// Fallbacks of apim.event_hub: api-manager.xml.j2 of carbon-apimgt v6.7.206, l.1151-1225.
const EVENT_HUB_URL = ['apim.event_hub.service_url', 'apim.throttling.service_url']
const EVENT_HUB_TOPICS = ['apim.event_hub.event_listening_endpoints', 'apim.throttling.throttle_decision_endpoints']

const controlPlane = (spec: LinkSpec): LinkSpec => ({
  ...spec,
  server: 'control-plane',
  example: spec.example.replaceAll('traffic-manager', 'control-plane'),
})

const hubData = (purpose: string) => controlPlane(trafficManager(purpose, ['apim.event_hub.service_url']))
const hubTopics = (purpose: string) => controlPlane(topics(purpose, ['apim.event_hub.event_listening_endpoints']))

const tokenRevocation = (server: LinkSpec): LinkSpec => ({
  ...server,
  keys: [['event_listener', '[id=token_revocation]', 'properties', 'notification_endpoint']],
  // Tokens are issued and checked without it, and the event hub waits for this very node.
  need: 'expected',
  example: server.example.replace('services/', 'internal/data/v1/notify'),
})

/** Whom each profile calls, and where its configuration names the address. */
export const LINKS: Readonly<Record<Profile, readonly LinkSpec[]>> = {
  'gateway-worker': [
    keyManager('token validation'),
    withHub(trafficManager('APIs, subscriptions and policies', EVENT_HUB_URL)),
    topics('throttling decisions', ['apim.throttling.throttle_decision_endpoints']),
    withHub(topics('event hub topics', EVENT_HUB_TOPICS)),
    ...events('throttling events', [THROTTLING]),
    ...analytics('analytics events'),
  ],
  'api-publisher': [
    keyManager('scope management'),
    {
      ...trafficManager('deploying throttling policies', ['apim.throttling.service_url']),
      ending: '/services/',
    },
    withHub(trafficManager('key manager configurations', EVENT_HUB_URL)),
    withHub(topics('event hub topics', EVENT_HUB_TOPICS)),
    ...events('block conditions, token revocation and API events', [EVENT_HUB, THROTTLING]).map(withHub),
    // APIUtil.publishEventToTrafficManager of carbon-apimgt v6.7.206 does not ask for the event hub.
    ...events('block conditions', [THROTTLING]).map((it): LinkSpec => ({...it, eventHub: 'off'})),
    {
      server: 'gateway',
      purpose: 'deploying API artifacts',
      kind: 'https',
      // Every gateway node is an environment of its own: 3.x pushes to one address per environment.
      keys: [[...dotted('apim.gateway.environment'), '[]', 'service_url']],
      need: 'required',
      mayBeNone: true,
      example: 'a URL such as https://gateway-1:9443/services/',
      ending: '/services/',
    },
    ...analytics('alert events'),
  ],
  'api-devportal': [
    keyManager('application registration and keys'),
    // Without an address the product asks its own /internal/data: profileSetup.sh keeps that webapp in this profile.
    withHub(trafficManager('key manager configurations', EVENT_HUB_URL, 'optional')),
    withHub(topics('event hub topics', EVENT_HUB_TOPICS)),
    ...events('application, subscription and key events', [EVENT_HUB, THROTTLING]).map(withHub),
    {
      server: 'key-manager',
      purpose: 'token and revoke endpoints',
      kind: 'https',
      keys: [dotted('apim.oauth_config.revoke_endpoint')],
      need: 'expected',
      example: 'a URL such as https://key-manager:9443/oauth2/revoke',
      elsewhere: {8243: 'gateway'},
    },
    ...analytics('alert events'),
  ],
  'api-key-manager': [tokenRevocation(trafficManager('token revocation', []))],
  'traffic-manager': [
    keyManager('discovery of token endpoints'),
    {
      ...topics('duplicated throttling events', ['apim.throttling.event_duplicate_url']),
      need: 'optional',
    },
  ],
  worker: [],
  dashboard: [
    {
      server: 'analytics-worker',
      purpose: 'business rules',
      kind: 'https',
      keys: [['wso2.business.rules.manager', 'deployment_configs', '[]', '{}']],
      need: 'required',
      example: 'a name such as "analytics-worker:9444:"',
    },
    dashboardApi(
      'publisher',
      'kmDcrUrl',
      'registration as an OAuth application',
      'a URL such as https://publisher:9443/client-registration/v0.17/register',
    ),
    dashboardApi('publisher', 'kmTokenUrl', 'login', 'a URL such as https://publisher:9443/oauth2'),
    dashboardApi('publisher', 'publisherUrl', 'publisher REST API', 'a URL such as https://publisher:9443'),
    dashboardApi('devportal', 'devPortalUrl', 'devportal REST API', 'a URL such as https://devportal:9443'),
  ],
  // 4.4.0: links-4x.ts of the lab has the facts. A control plane asks itself what nobody else does, by the same addresses.
  'control-plane': [
    // One of its own starts after this node.
    {...keyManager('OAuth applications, keys and scopes'), need: 'expected'},
    hubTopics('event hub topics'),
    ...events('events of the event hub', [EVENT_HUB]).map(controlPlane),
    {
      ...controlPlane(topics('duplicated token revocations', ['apim.event_hub.event_duplicate_url'])),
      need: 'optional',
    },
    tokenRevocation(controlPlane(trafficManager('token revocation', []))),
  ],
  'api-key-manager-node': [tokenRevocation(controlPlane(trafficManager('token revocation', [])))],
  'traffic-manager-4': [
    hubData('throttling policies'),
    hubTopics('changed policies'),
    {
      ...topics('duplicated decisions', ['apim.throttling.event_duplicate_url']),
      need: 'optional',
    },
  ],
  'gateway-worker-4': [
    keyManager('token validation'),
    hubData('APIs, subscriptions and policies'),
    hubTopics('event hub topics'),
    ...[
      topics('throttling decisions', ['apim.throttling.throttle_decision_endpoints']),
      ...events('throttling events', [THROTTLING]),
    ].map((spec): LinkSpec => ({...spec, standIn: 'control-plane'})),
  ],
}
