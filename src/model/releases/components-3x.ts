import type {HealthTiming, Probe} from '../probe.js'
import type {Provided} from '../services.js'
import type {ComponentSpec, ConfigFile, DatabaseSpec, DatabaseUse, Gate, PortSpec} from '../release.js'
import {LOG4J} from './log4j.js'

/** What a 3.x release decides for itself; everything else about its seven components is the same. */
export interface Line3x {
  /** Folder of its templates: `3.2`. */
  readonly line: string
  readonly home: string
  readonly analyticsHome: string
  readonly images: {readonly apim: string; readonly worker: string; readonly dashboard: string}
  /** Added to every component. */
  readonly platform?: string
  /** By component: what it can be asked for. */
  readonly services: Readonly<Record<string, Provided>>
  readonly probes: (component: string, ports: readonly PortSpec[]) => readonly Probe[]
  readonly health: HealthTiming
  readonly readyWithinSeconds: number
  readonly gates: Readonly<Record<string, readonly Gate[]>>
  readonly localDatabases: {
    readonly apim: readonly string[]
    readonly worker: readonly string[]
    readonly dashboard: readonly string[]
  }
  readonly profiles: {readonly worker?: string; readonly dashboard?: string}
  /** The image does not know PROFILE_NAME: the profile is an argument of its start script. */
  readonly profileByCommand?: boolean
  /** Where a role has another name than the profile; by component. */
  readonly serverRoles?: Readonly<Record<string, string>>
  /** Where a component uses other databases than in the rest of 3.x. */
  readonly databases?: Readonly<Record<string, readonly DatabaseUse[]>>
  /** Where a component listens on other ports than in the rest of 3.x. */
  readonly ports?: Readonly<Record<string, readonly PortSpec[]>>
  /** What the built-in images have no need of. */
  readonly extras?: (component: string) => Extras3x
  readonly memoryMb: number
  readonly stopGraceSeconds: number
}

/** How an image of the product is kept, stopped, given a driver and told what its JVM may use. */
export type Extras3x = Pick<
  ComponentSpec,
  | 'statePaths'
  | 'remade'
  | 'stopCommand'
  | 'driverFolder'
  | 'spareDriverFolder'
  | 'partFolders'
  | 'jvm'
  | 'logConfig'
  | 'correlationLog'
> &
  Partial<Pick<ComponentSpec, 'memoryMb'>>

const CONFIG_VOLUME = '/home/wso2carbon/wso2-config-volume'

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
  dashboard: ['/analytics-dashboard', '/business-rules'],
} as const satisfies Readonly<Record<string, readonly string[]>>

const keyManagerPorts: readonly PortSpec[] = [{...managementHttps, open: true, paths: PATHS.keyManager}, managementHttp]
const portalPorts = (paths: readonly string[]): readonly PortSpec[] => [
  {...managementHttps, open: true, sticky: true, paths},
  managementHttp,
]

const apimgtdb: DatabaseUse = {database: 'apimgtdb', access: 'all', key: 'database.apim_db'}
const shareddb: DatabaseUse = {database: 'shareddb', access: 'all', key: 'database.shared_db'}

/** Use of a database by the analytics: a datasource of its deployment.yaml. */
export const datasource = (database: string, name: string, access: 'all' | 'read' = 'all'): DatabaseUse => ({
  database,
  access,
  key: `wso2.datasources.dataSources[name=${name}].definition.configuration`,
})

/** Databases of a 3.x deployment. The analytics ones have no script: their tables are made at run time. */
export const DATABASES_3X: readonly DatabaseSpec[] = [
  {name: 'shareddb', scripts: 'dbscripts', scriptOf: 'key-manager'},
  {name: 'apimgtdb', scripts: 'dbscripts/apimgt', scriptOf: 'key-manager'},
  {name: 'statisticsdb'},
  {name: 'permissionsdb'},
  {name: 'dashboarddb'},
  {name: 'businessrulesdb'},
]

interface Part extends Pick<
  ComponentSpec,
  'name' | 'title' | 'alsoCalled' | 'ports' | 'databases' | 'foreignDatabases' | 'replicas'
> {
  readonly profile: string
  readonly secondNode?: string
}

const two = (reason: string) => ({max: 2, reason})

const ANALYTICS_DATABASES: Readonly<Record<'worker' | 'dashboard', readonly DatabaseUse[]>> = {
  worker: [datasource('permissionsdb', 'WSO2_PERMISSIONS_DB'), datasource('statisticsdb', 'APIM_ANALYTICS_DB')],
  dashboard: [
    datasource('apimgtdb', 'AM_DB', 'read'),
    datasource('statisticsdb', 'APIM_ANALYTICS_DB'),
    datasource('permissionsdb', 'WSO2_PERMISSIONS_DB'),
    datasource('dashboarddb', 'WSO2_DASHBOARD_DB'),
    datasource('businessrulesdb', 'BUSINESS_RULES_DB'),
  ],
}

const APIM_PARTS: readonly Part[] = [
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

const ANALYTICS_PORTS = {
  worker: [
    {port: 9444, protocol: 'https', purpose: 'business rules'},
    {port: 9091, protocol: 'http', purpose: 'management'},
    {port: 7612, protocol: 'tcp', purpose: 'analytics events'},
    {port: 7712, protocol: 'tls', purpose: 'authentication of analytics events'},
    {port: 9612, protocol: 'tcp', purpose: 'analytics events, binary'},
    {port: 9712, protocol: 'tls', purpose: 'authentication of analytics events, binary'},
    {port: 7444, protocol: 'https', purpose: 'store queries'},
    {port: 7071, protocol: 'http', purpose: 'store queries'},
  ],
  dashboard: [
    {port: 9643, protocol: 'https', purpose: 'dashboard', open: true, paths: PATHS.dashboard},
    {port: 9092, protocol: 'http', purpose: 'management'},
  ],
} as const satisfies Record<string, readonly PortSpec[]>

const volumeFile = (template: string, home: string, file: string, format: ConfigFile['format']): ConfigFile => ({
  template,
  target: `${CONFIG_VOLUME}/${file}`,
  readAt: `${home}/${file}`,
  format,
})

/** The seven components of a 3.x release. Facts: docker-apim, kubernetes-apim pattern 3, product-apim profileSetup.sh. */
export function components3x(line: Line3x): readonly ComponentSpec[] {
  const common = {
    ...(line.platform !== undefined && {platform: line.platform}),
    health: line.health,
    logFormat: LOG4J,
    readyWithinSeconds: line.readyWithinSeconds,
    memoryMb: line.memoryMb,
    stopGraceSeconds: line.stopGraceSeconds,
  }
  const provides = (component: string) => ({provides: line.services[component] ?? {}})
  const apim = APIM_PARTS.map(({profile, ...part}): ComponentSpec => ({
    ...common,
    ...part,
    ...provides(part.name),
    image: line.images.apim,
    ...(line.profileByCommand ? {command: [`-Dprofile=${profile}`]} : {profile}),
    serverRole: line.serverRoles?.[part.name] ?? profile,
    databases: line.databases?.[part.name] ?? part.databases,
    home: line.home,
    movable: true,
    localDatabases: line.localDatabases.apim,
    config: [
      volumeFile(
        `components/${part.name}/${line.line}/deployment.toml`,
        line.home,
        'repository/conf/deployment.toml',
        'toml',
      ),
    ],
    configMount: CONFIG_VOLUME,
    securityFolder: `${CONFIG_VOLUME}/repository/resources/security`,
    gates: line.gates[part.name] ?? [],
    probes: line.probes(part.name, part.ports),
    ...line.extras?.(part.name),
  }))
  const analytics = (['worker', 'dashboard'] as const).map((kind): ComponentSpec => {
    const name = `analytics-${kind}`
    const profile = line.profiles[kind]
    const ports = line.ports?.[name] ?? ANALYTICS_PORTS[kind]
    return {
      ...common,
      name,
      title: kind === 'worker' ? 'Analytics Worker' : 'Analytics Dashboard',
      alsoCalled: [kind],
      analytics: true,
      image: line.images[kind],
      ...(profile !== undefined && {profile}),
      home: line.analyticsHome,
      ports,
      ...provides(name),
      databases: line.databases?.[name] ?? ANALYTICS_DATABASES[kind],
      localDatabases: line.localDatabases[kind],
      config: [
        volumeFile(
          `components/${name}/${line.line}/deployment.yaml`,
          line.analyticsHome,
          `conf/${kind}/deployment.yaml`,
          'yaml',
        ),
      ],
      configMount: CONFIG_VOLUME,
      securityFolder: `${CONFIG_VOLUME}/resources/security`,
      gates: line.gates[name] ?? [],
      probes: line.probes(name, ports),
      replicas: {max: 1, reason: 'the analytics of a lab run on one node each'},
      ...line.extras?.(name),
    }
  })
  return [...apim, ...analytics]
}
