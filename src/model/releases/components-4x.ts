import type {HealthTiming, Probe} from '../probe.js'
import type {ComponentSpec, DatabaseSpec, DatabaseUse, Gate, JvmSpec, PortSpec} from '../release.js'
import {DATABASE} from '../roles.js'
import {DEBUG_PORT} from '../topology.js'
import type {Provided} from '../services.js'
import {CARBON_MAIN_CLASS, JDK_TOOLS} from './jvm.js'
import {LOG4J} from './log4j.js'

/** What a component of a 4.x release is, whatever the release. */
export interface Part4x extends Pick<
  ComponentSpec,
  'name' | 'title' | 'alsoCalled' | 'ports' | 'databases' | 'foreignDatabases' | 'replicas' | 'secondNode' | 'gates'
> {
  readonly heapMb: number
  readonly smallHeapMb: number
}

/** The components of 4.x; a release's own data is by these. */
export type Name4x = 'key-manager' | 'control-plane' | 'traffic-manager' | 'gateway'

/** What a 4.x release says of a component. */
export interface Own4x extends Pick<
  ComponentSpec,
  'image' | 'profile' | 'serverRole' | 'home' | 'stopCommand' | 'rules'
> {
  /** Where it is not that of the line. */
  readonly databases?: readonly DatabaseUse[]
}

/** A second JVM in the container watches the server: product-apim from v4.3.0 on, startup-scripts/diagnostics.sh. */
export interface Diagnostics4x {
  /** With which it is reckoned. */
  readonly memoryMb: number
  /** Of the server's start script: in JAVA_OPTS a debugger's port would be taken by this JVM, which starts first. */
  readonly debugArguments: readonly string[]
}

/** What the templates of 4.x are told of a release. */
export type Forms4x = {
  /** Key `provider` of a gateway environment: from 4.1.0 on. */
  readonly provider: boolean
  /** Key `gateway_type` of a gateway environment: from 4.3.0 on. */
  readonly gateway_type: string
  /**
   * [apim.event_hub] has all that a control plane tells, and the key for the other one. In 4.0.0 that key is in [apim.throttling], and block
   * conditions, custom policies and key managers are told to the traffic managers.
   */
  readonly hub_copies: boolean
  /** Gateways can write what they count to a log file, and the image's log4j2.properties has the place for it: from 4.3.0 on. */
  readonly metrics_log: boolean
  /** The product's own file of a gateway has backends get a JWT: up to 4.4.0. */
  readonly backend_jwt: boolean
  /** Gateways tell the control plane that they live, each by its name: from 4.6.0 on. */
  readonly gateway_id: boolean
  /** All nodes need the same key for what they encrypt: from 4.7.0 on. */
  readonly encryption_key: boolean
  /** The control plane's own file names the issuer of JWTs: 4.7.0. */
  readonly token_issuer: boolean
  /** Gateways and traffic managers have a default for shareddb: 4.7.0. */
  readonly own_shareddb: boolean
}

export interface Line4x {
  readonly components: Readonly<Record<Name4x, Own4x>>
  readonly platform?: string
  readonly services: Readonly<Record<Name4x, Provided>>
  readonly forms: Forms4x
  readonly debugAddress: JvmSpec['debugAddress']
  readonly diagnostics?: Diagnostics4x
}

const CONFIG_VOLUME = '/home/wso2carbon/wso2-config-volume'
/** What the images copy over their home at start, after the configuration volume (docker-apim 4.0.x to 4.7.x, docker-entrypoint.sh). */
const ARTIFACT_VOLUME = '/home/wso2carbon/wso2-artifact-volume'

/** product-apim v4.0.0 to v4.4.0, deployment-templates; docs-apim 4.2.0, default-product-ports.md. */
const managementHttps: PortSpec = {port: 9443, protocol: 'https', purpose: 'management, portals and REST APIs'}
const managementHttp: PortSpec = {port: 9763, protocol: 'http', purpose: 'management'}

/** The broker and the receivers: each in whatever runs the traffic manager's features. */
const hub = (events: string, topics: string): readonly PortSpec[] => [
  {port: 5672, protocol: 'tcp', purpose: topics},
  {port: 9611, protocol: 'tcp', purpose: events},
  {port: 9711, protocol: 'tls', purpose: `authentication of ${events}`},
]

/** product-apim v4.0.0 to v4.4.0, profileSetup.sh: the web applications that the key manager's profile keeps. Logging in is in shareddb. */
const KEY_MANAGER_PATHS = ['/oauth2', '/oidc', '/commonauth', '/logincontext', '/authenticationendpoint']
const MORE_KEY_MANAGER_PATHS = ['/accountrecoveryendpoint', '/keymanager-operations', '/api/identity', '/scim2']
const CONTROL_PLANE_PATHS = [
  '/publisher',
  '/devportal',
  '/admin',
  '/api/am',
  '/client-registration',
  '/internal',
  '/services',
  '/carbon',
]

const apimgtdb: DatabaseUse = {database: 'apimgtdb', access: 'all', key: 'database.apim_db'}
const shareddb: DatabaseUse = {database: 'shareddb', access: 'all', key: 'database.shared_db'}

/** A gateway's where that is no database of the lab's but for several tenants: docs-apim 4.7.0 wants none, wso2/api-manager#3904 none for tenants either. */
export const SHAREDDB_FOR_TENANTS: DatabaseUse = {...shareddb, when: 'gateway-shared-db'}

/** Scripts: below dbscripts of every pack (product-apim v4.0.0 to v4.7.0). */
export const DATABASES_4X: readonly DatabaseSpec[] = [
  {name: 'shareddb', scripts: 'dbscripts', scriptOf: 'control-plane'},
  {name: 'apimgtdb', scripts: 'dbscripts/apimgt', scriptOf: 'control-plane'},
]

const onSchema: Gate = {on: DATABASE, reason: 'it reads its tables at start'}
const onControlPlane = (reason: string): Gate => ({on: 'control-plane', reason})

/**
 * The first that provides a service is the one that is asked for it: a key manager, where there is one, comes before the control plane that
 * does its work otherwise. Heaps: 1024 MB is the default of every start script, which docs-apim would double; less is our own choice, as a
 * lab has to fit in 10 GB, with `small` in 8 GB. Nobody has measured it.
 */
const PARTS: Readonly<Record<Name4x, Omit<Part4x, 'name'>>> = {
  // Its file is that of docs-apim 4.x (key manager separated): the profile's own templates, up to v4.4.0, have the traffic manager as event hub.
  'key-manager': {
    title: 'Key Manager',
    alsoCalled: ['km', 'keymanager', 'api-key-manager', 'api-key-manager-node', 'api-key-manager-deprecated'],
    ports: [
      {
        ...managementHttps,
        purpose: 'tokens, logging in',
        open: true,
        paths: [...KEY_MANAGER_PATHS, ...MORE_KEY_MANAGER_PATHS],
      },
      managementHttp,
    ],
    databases: [apimgtdb, shareddb],
    replicas: {max: 2, usual: 0, reason: 'a pair behind one address is what the product documents'},
    secondNode:
      'shares the address key-manager; caches are per node, so a revoked token may live on in the other for a while',
    gates: [onSchema, onControlPlane('the first node on an empty shareddb creates the admin user; two at once race')],
    heapMb: 768,
    smallHeapMb: 448,
  },
  'control-plane': {
    title: 'Control Plane',
    alsoCalled: ['cp', 'acp', 'controlplane', 'api-control-plane'],
    ports: [
      {
        ...managementHttps,
        open: true,
        sticky: true,
        paths: [...CONTROL_PLANE_PATHS, ...KEY_MANAGER_PATHS, ...MORE_KEY_MANAGER_PATHS],
      },
      managementHttp,
      ...hub('events of the event hub', 'event hub topics'),
    ],
    databases: [apimgtdb, shareddb],
    replicas: {max: 2, reason: 'a pair is what the product documents: each tells the other what happens'},
    secondNode: 'has its own search index: a new API is found there only after its next indexing run',
    gates: [onSchema],
    heapMb: 1024,
    smallHeapMb: 640,
  },
  'traffic-manager': {
    title: 'Traffic Manager',
    alsoCalled: ['tm', 'trafficmanager', 'traffic'],
    ports: [managementHttps, managementHttp, ...hub('throttling events', 'topics of throttling decisions')],
    databases: [apimgtdb, shareddb],
    replicas: {max: 2, reason: 'the product documents a pair; more count each request more than twice'},
    secondNode: 'counts all requests too: gateways send theirs to both, and hear the decisions of one',
    gates: [onSchema, onControlPlane('it loads the throttling policies from there, and hears of new ones')],
    // Its policies are not kept either: at each start it deploys all of them anew (docs-apim 4.x, traffic manager separated).
    heapMb: 512,
    smallHeapMb: 312,
  },
  gateway: {
    title: 'Gateway',
    alsoCalled: ['gw', 'gateways', 'universal-gateway', 'universal-gw'],
    ports: [
      managementHttps,
      managementHttp,
      {port: 8243, protocol: 'https', purpose: 'APIs over HTTPS', open: true, streams: true},
      {port: 8280, protocol: 'http', purpose: 'APIs over HTTP', open: true, streams: true},
      {port: 9099, protocol: 'ws', purpose: 'APIs over WebSocket', open: true, streams: true},
      {port: 8099, protocol: 'wss', purpose: 'APIs over secure WebSocket', open: true, streams: true},
      {port: 9021, protocol: 'http', purpose: 'WebSub', open: true, streams: true},
      // On port 443, ports.public of the lab file, no path would tell it from APIs over HTTPS: as TLS it stays where it is.
      {port: 8021, protocol: 'tls', purpose: 'WebSub over HTTPS', open: true, streams: true},
    ],
    databases: [{...SHAREDDB_FOR_TENANTS, auto: true}],
    foreignDatabases: [
      {key: apimgtdb.key, why: 'it gets APIs, subscriptions, keys and policies from the control plane'},
    ],
    replicas: {max: 8, reason: 'each of them loads all APIs of the environment from the control plane'},
    secondNode: 'is of the same environment: it loads the same APIs from the control plane',
    // APIs are not kept: they are loaded from the control plane at each start, and others are removed (docs-apim 4.x, skip_list).
    gates: [
      onSchema,
      onControlPlane('it loads APIs, subscriptions and key managers from there at start'),
      {on: 'traffic-manager', reason: 'it listens to the decisions of its broker, and sends events to it'},
    ],
    heapMb: 768,
    smallHeapMb: 448,
  },
}

/** helm-apim 4.2.x, distributed: liveness of all roles; no role's image has nc any more, so ports are asked as everywhere here. */
const probesOf = (name: Name4x): readonly Probe[] => [
  {kind: 'http', port: managementHttp.port, path: '/services/Version', status: 200},
  ...PARTS[name].ports
    // Traffic of web sockets and WebSub is not what a gateway is asked for first.
    .filter(({port}) => ![managementHttp.port, 9099, 8099, 9021, 8021].includes(port))
    .map(({port}) => ({kind: 'tcp', port}) as const),
]

const HEALTH: HealthTiming = {
  intervalSeconds: 30,
  startIntervalSeconds: 5,
  timeoutSeconds: 10,
  retries: 3,
  startPeriodSeconds: 300,
}

/** What a JVM takes beside its heap, as in 3.x; nobody has measured it. */
const BESIDE_HEAP_MB = 816

/**
 * Of product-apim v4.3.0 to v4.6.0. diagnostics.sh has -Xmx128m, but takes over JVM_MEM_OPTS: it is reckoned with what it has to hold, not with
 * what it may. The start scripts write `address=$PORT`, which is the loopback alone on later JDKs.
 */
export const DIAGNOSTICS_4_3: Diagnostics4x = {memoryMb: 192, debugArguments: ['-debug', `0.0.0.0:${DEBUG_PORT}`]}

/** Of v4.7.0: diagnostics.sh has -Xmx256m, whatever JVM_MEM_OPTS says; the start scripts write `address=*:$PORT`. */
export const DIAGNOSTICS_4_7: Diagnostics4x = {memoryMb: 256, debugArguments: ['-debug', `${DEBUG_PORT}`]}

function component(name: Name4x, line: Line4x): ComponentSpec {
  const {heapMb, smallHeapMb, ...part} = PARTS[name]
  const {databases = part.databases, ...own} = line.components[name]
  const {home} = own
  const toml = 'repository/conf/deployment.toml'
  return {
    ...part,
    ...own,
    name,
    databases,
    // One that has none but in labs of a certain kind starts after one that has: its tables are there.
    gates: part.gates.filter(gate => gate !== onSchema || databases.some(({when, auto}) => when === undefined || auto)),
    ...(line.platform !== undefined && {platform: line.platform}),
    forms: line.forms,
    provides: line.services[name],
    movable: true,
    localDatabases: ['repository/database/WSO2CARBON_DB.mv.db'],
    config: [
      {
        template: `components/${name}/4.x/deployment.toml`,
        target: `${CONFIG_VOLUME}/${toml}`,
        readAt: `${home}/${toml}`,
        format: 'toml',
      },
    ],
    configMount: CONFIG_VOLUME,
    securityFolder: `${CONFIG_VOLUME}/repository/resources/security`,
    // docker-apim 4.2.x, docker-compose/apim-with-analytics/dockerfiles/apim/Dockerfile.
    driverFolder: 'repository/components/dropins',
    // The highest number wins: carbon-kernel, patches are applied in the order of their names.
    partFolders: {
      patches: `${ARTIFACT_VOLUME}/repository/components/patches/patch9999`,
      dropins: `${ARTIFACT_VOLUME}/repository/components/dropins`,
    },
    // helm-apim 4.2.x, distributed/*/confs/log4j2.properties.
    logConfig: {path: `${home}/repository/conf/log4j2.properties`, format: 'properties'},
    jvm: {
      variable: 'JVM_MEM_OPTS',
      heapMb,
      smallHeapMb,
      debugAddress: line.debugAddress,
      ...(line.diagnostics && {debugArguments: line.diagnostics.debugArguments}),
      mainClass: CARBON_MAIN_CLASS,
      tools: JDK_TOOLS,
    },
    // docs-apim 4.x, monitoring correlation logs.
    correlationLog: `${home}/repository/logs/correlation.log`,
    logFormat: LOG4J,
    memoryMb: heapMb + BESIDE_HEAP_MB + (line.diagnostics?.memoryMb ?? 0),
    probes: probesOf(name),
    health: HEALTH,
    readyWithinSeconds: 300,
    stopGraceSeconds: 60,
  }
}

/** The components of a 4.x release. */
export const components4x = (line: Line4x): readonly ComponentSpec[] =>
  (Object.keys(PARTS) as Name4x[]).map(name => component(name, line))
