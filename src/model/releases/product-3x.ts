import type {ConfigRules} from '../../config/rules.js'
import {USER_HOME, type DistributionSpec} from '../distribution.js'
import {CARBON_MAIN_CLASS, JDK_TOOLS} from './jvm.js'
import type {Gate, JvmSpec, LinkSpec, PortSpec, Release} from '../release.js'
import {DATABASE} from '../roles.js'
import {components3x, type Extras3x, type Line3x} from './components-3x.js'
import {DATABASES_3X} from './databases-3x.js'
import {MANAGEMENT_HTTP} from './parts-3x.js'
import {distributions3x} from './distributions-3x.js'
import {services3x, type Rest3x} from './rest-3x.js'
import {MYSQL} from './servers/mysql.js'
import {state3x} from './state-3x.js'
import {STORED_URLS} from './stored-urls.js'
import {walk3x} from './walk-3x.js'

/** What tells one of WSO2's own 3.x releases from another. */
export interface Product3x extends Pick<
  Line3x,
  'line' | 'images' | 'gates' | 'profileByCommand' | 'serverRoles' | 'databases' | 'ports'
> {
  readonly name: string
  readonly released?: string
  readonly unconfirmed: string
  /** Version in the name of the analytics' home; the API Manager's is the release's name. */
  readonly analytics: string
  readonly links: readonly LinkSpec[]
  readonly rest: Rest3x
  readonly config: ConfigRules
  readonly productTlsWarning?: string
  /** The images have no JDBC driver: it is placed below the artifact volume, which they copy over their home. */
  readonly needsDriver: boolean
  readonly debugAddress: JvmSpec['debugAddress']
  /** Absent: MySQL alone. */
  readonly servers?: Release['servers']
  /** Major versions of Java that wso2server.sh accepts. */
  readonly java: DistributionSpec['java']
}

/** What the images copy over their home at start, after the configuration volume (docker-apim, all 3.x branches). */
const ARTIFACT_VOLUME = `${USER_HOME}/wso2-artifact-volume`

/** What is said of a release that we have never run on WSO2's own images. */
export const NEVER_RUN = "rendered from WSO2's own files; never run by us on WSO2's images"

/** Gates that all 3.x releases have. Retry limits: carbon-apimgt v6.5.349 to v6.7.206. */
export const onSchema: Gate = {on: DATABASE, reason: 'it reads its tables at start'}
export const onAdminUser: Gate = {
  on: 'key-manager',
  reason: 'the first node on an empty shareddb creates the admin user; two at once race',
}
export const onPublisher: Gate = {on: 'publisher', reason: 'it registers its client there at start'}

/** WSO2's analytics have no /services/Version: their ports are what their own charts ask (kubernetes-apim 3.2.x pattern 3). */
const ANALYTICS_PROBE_PORTS: Readonly<Record<string, readonly number[]>> = {
  'analytics-worker': [9444, 7712, 7444],
  'analytics-dashboard': [9643],
}

// Traffic of web sockets is not what a gateway is asked for first.
const tcpPorts = (component: string, ports: readonly PortSpec[]) =>
  ANALYTICS_PROBE_PORTS[component] ??
  ports.map(({port}) => port).filter(port => ![MANAGEMENT_HTTP, 9099, 8099].includes(port))

const ANALYTICS_SCRIPTS: Readonly<Record<string, string>> = {
  'analytics-worker': 'worker.sh',
  'analytics-dashboard': 'dashboard.sh',
}

const driverIn = (folder: string, needed: boolean): Extras3x =>
  needed ? {driverFolder: folder} : {spareDriverFolder: folder}

/** The entrypoint hands no signal on; the scripts' own `stop` is what WSO2's charts run before a pod ends. */
function extrasOf({name, analytics, needsDriver, debugAddress}: Product3x, component: string): Extras3x {
  const script = ANALYTICS_SCRIPTS[component]
  if (script !== undefined)
    return {
      ...state3x(component, ''),
      stopCommand: ['sh', `${USER_HOME}/wso2am-analytics-${analytics}/bin/${script}`, 'stop'],
      ...driverIn('lib', needsDriver),
      // analytics-apim v3.0.0 to v3.2.0: product/distribution/carbon-home/conf/{worker,dashboard}/log4j2.xml.
      logConfig: {
        path: `${USER_HOME}/wso2am-analytics-${analytics}/conf/${script.replace('.sh', '')}/log4j2.xml`,
        format: 'xml',
      },
      // carbon.sh has -Xmx1024m before $JAVA_OPTS (analytics-apim v3.0.0 to v3.2.0); less is our own choice: a lab has to fit in 10 GB.
      jvm: {
        variable: 'JAVA_OPTS',
        heapMb: 768,
        smallHeapMb: 368,
        debugAddress,
        // analytics-apim v3.0.0 to v3.2.0, carbon.sh.
        mainClass: 'org.wso2.carbon.launcher.Main',
        tools: JDK_TOOLS,
      },
      memoryMb: 1216,
    }
  const home = `${USER_HOME}/wso2am-${name}`
  return {
    ...state3x(component, home),
    stopCommand: ['sh', `${home}/bin/wso2server.sh`, 'stop'],
    ...driverIn('repository/components/dropins', needsDriver),
    // The highest number wins: carbon-kernel, patches are applied in the order of their names.
    partFolders: {
      patches: `${ARTIFACT_VOLUME}/repository/components/patches/patch9999`,
      dropins: `${ARTIFACT_VOLUME}/repository/components/dropins`,
    },
    // docs-apim 3.0.0 to 3.2.0, configuring logging.
    logConfig: {path: `${home}/repository/conf/log4j2.properties`, format: 'properties'},
    // kubernetes-apim 3.2.x runs every profile on 512 MB; less is our own choice: a small lab has to fit in 8 GB.
    jvm: {
      variable: 'JVM_MEM_OPTS',
      heapMb: 512,
      smallHeapMb: 312,
      debugAddress,
      mainClass: CARBON_MAIN_CLASS,
      tools: JDK_TOOLS,
    },
    correlationLog: `${home}/repository/logs/correlation.log`,
    memoryMb: 1328,
  }
}

/** One of WSO2's own 3.x releases, on WSO2's own images. */
export function product3x(product: Product3x): Release {
  const {name, released, unconfirmed, analytics, links, rest, config, productTlsWarning} = product
  return {
    name,
    title: `WSO2 API Manager ${name}`,
    builtIn: false,
    pullMb: 2500,
    ...(released !== undefined && {released}),
    unconfirmed,
    components: components3x({
      ...product,
      services: services3x(rest),
      home: `${USER_HOME}/wso2am-${name}`,
      analyticsHome: `${USER_HOME}/wso2am-analytics-${analytics}`,
      // docker-apim's READMEs: the published images are for amd64 only.
      platform: 'linux/amd64',
      // /services/Version: docs-apim 3.2.0, basic health checks.
      probes: (component, ports) => [
        ...(component in ANALYTICS_PROBE_PORTS
          ? []
          : [{kind: 'http', port: MANAGEMENT_HTTP, path: '/services/Version', status: 200} as const]),
        ...tcpPorts(component, ports).map(port => ({kind: 'tcp', port}) as const),
      ],
      health: {intervalSeconds: 30, startIntervalSeconds: 5, timeoutSeconds: 10, retries: 3, startPeriodSeconds: 300},
      readyWithinSeconds: 300,
      localDatabases: {
        apim: ['repository/database/WSO2CARBON_DB.mv.db'],
        worker: ['wso2/worker/database/GEO_LOCATION_DATA.mv.db'],
        dashboard: ['wso2/dashboard/database/metrics.mv.db'],
      },
      profiles: {},
      extras: component => extrasOf(product, component),
      memoryMb: 1328,
      stopGraceSeconds: 60,
    }),
    distributions: distributions3x(product),
    databases: DATABASES_3X,
    storedUrls: STORED_URLS,
    servers: product.servers ?? [MYSQL],
    serversReason: 'its configuration is rendered for no other',
    links,
    // Both analytics' carbon.sh fix this password, after $JAVA_OPTS.
    keyStore: {type: 'JKS', file: 'wso2carbon.jks', trustFile: 'client-truststore.jks', password: 'wso2carbon'},
    config,
    ...(productTlsWarning !== undefined && {productTlsWarning}),
    // An assumption: nobody has measured it on WSO2's images.
    walk: walk3x(90, rest.forms),
    // AMQP 0-9-1: the protocol header is answered by a method frame on channel 0.
    greetings: {5672: {say: 'AMQP\0\0\u0009\u0001', expect: '\u0001\0\0'}},
  }
}
