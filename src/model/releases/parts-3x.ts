import type {ComponentSpec, PortSpec} from '../release.js'
import {apimgtdb, shareddb} from './databases-3x.js'

export const MANAGEMENT_HTTP = 9763

const management: readonly PortSpec[] = [
  {port: 9443, protocol: 'https', purpose: 'management, portals and REST APIs'},
  {port: MANAGEMENT_HTTP, protocol: 'http', purpose: 'management'},
]

const [managementHttps, managementHttp] = management as readonly [PortSpec, PortSpec]

/**
 * What each serves behind one host name. Facts: profileSetup.sh of product-apim v3.2.0; logging in is the key manager's, whose
 * sessions are in the shared databases.
 */
const PATHS = {
  keyManager: [
    '/oauth2',
    '/oidc',
    '/commonauth',
    '/logincontext',
    '/authenticationendpoint',
    '/accountrecoveryendpoint',
    '/client-registration',
    '/keymanager-operations',
    '/api/identity',
    '/scim2',
    '/services',
    '/carbon',
  ],
  publisher: ['/publisher', '/api/am/publisher', '/admin', '/api/am/admin'],
  devportal: ['/devportal', '/api/am/store', '/api/am/devportal', '/api/identity/user'],
} as const satisfies Readonly<Record<string, readonly string[]>>

const keyManagerPorts: readonly PortSpec[] = [{...managementHttps, open: true, paths: PATHS.keyManager}, managementHttp]
const portalPorts = (paths: readonly string[]): readonly PortSpec[] => [
  {...managementHttps, open: true, sticky: true, paths},
  managementHttp,
]

interface Part extends Pick<
  ComponentSpec,
  'name' | 'title' | 'alsoCalled' | 'ports' | 'databases' | 'foreignDatabases' | 'replicas'
> {
  readonly profile: string
  readonly secondNode?: string
}

const two = (reason: string) => ({max: 2, reason})

/** The components of 3.x that are profiles of the API Manager: what is the same in all of its releases. */
export const APIM_PARTS: readonly Part[] = [
  {
    name: 'key-manager',
    title: 'Key Manager',
    alsoCalled: ['km', 'keymanager'],
    profile: 'api-key-manager',
    ports: keyManagerPorts,
    databases: [apimgtdb, shareddb],
    replicas: two('a pair behind one address is what the product documents'),
    secondNode:
      'shares the address key-manager; caches are per node, so a revoked token may live on in the other for a while',
  },
  {
    name: 'traffic-manager',
    title: 'Traffic Manager',
    alsoCalled: ['tm', 'trafficmanager', 'traffic'],
    profile: 'traffic-manager',
    ports: [
      ...management,
      {port: 5672, protocol: 'tcp', purpose: 'topics of throttling decisions and events'},
      {port: 9611, protocol: 'tcp', purpose: 'throttling events'},
      {port: 9711, protocol: 'tls', purpose: 'authentication of throttling events'},
    ],
    databases: [apimgtdb, shareddb],
    replicas: two('the product documents a pair; more count each request more than twice'),
    secondNode:
      'policies are deployed to the one address traffic-manager: the other node gets them when its own publisher call lands there',
  },
  {
    name: 'publisher',
    title: 'Publisher',
    alsoCalled: ['pub'],
    profile: 'api-publisher',
    ports: portalPorts(PATHS.publisher),
    databases: [apimgtdb, shareddb],
    replicas: two('portal sessions stick to one of a pair'),
    secondNode: 'has its own search index: a new API is found there only after its next indexing run',
  },
  {
    name: 'devportal',
    title: 'Developer Portal',
    alsoCalled: ['store', 'api-store', 'am-dev', 'developer-portal', 'dev-portal'],
    profile: 'api-devportal',
    ports: portalPorts(PATHS.devportal),
    databases: [apimgtdb, shareddb],
    replicas: two('portal sessions stick to one of a pair'),
    secondNode: 'has its own search index: a new API is found there only after its next indexing run',
  },
  {
    name: 'gateway',
    title: 'Gateway',
    alsoCalled: ['gw', 'gateways'],
    profile: 'gateway-worker',
    ports: [
      ...management,
      {port: 8243, protocol: 'https', purpose: 'APIs over HTTPS', open: true, streams: true},
      {port: 8280, protocol: 'http', purpose: 'APIs over HTTP', open: true, streams: true},
      {port: 9099, protocol: 'ws', purpose: 'APIs over WebSocket', open: true, streams: true},
      {port: 8099, protocol: 'wss', purpose: 'APIs over secure WebSocket', open: true, streams: true},
    ],
    databases: [{...shareddb, when: 'gateway-shared-db'}],
    foreignDatabases: [
      {key: apimgtdb.key, why: 'it faces the outside, and gets keys, subscriptions and policies from the other nodes'},
    ],
    replicas: {max: 8, reason: 'artifacts are pushed to each gateway in turn, one environment a node'},
    secondNode: 'is an environment of its own: an API is deployed to the environments it names',
  },
]
