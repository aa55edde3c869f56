import type {PortSpec, Release} from '../release.js'
import {MYSQL} from '../topology.js'
import {components3x, DATABASES_3X, MANAGEMENT_HTTP} from './components-3x.js'
import {LINKS_3_2} from './links-3.2.js'

const schema = {on: MYSQL, reason: 'it reads its tables at start'}
const keyManager = {
  on: 'key-manager',
  reason: 'the first node on an empty shareddb creates the admin user; two at once race',
}
const trafficManager = {
  on: 'traffic-manager',
  reason: 'it serves the key manager configuration that this node gives up on after 15 tries',
}

/** WSO2's analytics have no /services/Version: their ports are what their own charts ask (kubernetes-apim 3.2.x pattern 3). */
const ANALYTICS_PROBE_PORTS: Readonly<Record<string, readonly number[]>> = {
  'analytics-worker': [9444, 7712, 7444],
  'analytics-dashboard': [9643],
}

const tcpPorts = (component: string, ports: readonly PortSpec[]) =>
  ANALYTICS_PROBE_PORTS[component] ??
  ports.map(({port}) => port).filter(port => ![MANAGEMENT_HTTP, 9099, 8099].includes(port))

/** WSO2 API Manager 3.2.0, on WSO2's own images. */
export function release320(): Release {
  return {
    name: '3.2.0',
    title: 'WSO2 API Manager 3.2.0',
    builtIn: false,
    pullMb: 2500,
    unconfirmed: "rendered from WSO2's own files; never run by us on WSO2's images",
    components: components3x({
      line: '3.2',
      home: '/home/wso2carbon/wso2am-3.2.0',
      analyticsHome: '/home/wso2carbon/wso2am-analytics-3.2.0',
      // Tags and architecture: kubernetes-apim 3.2.x _helpers.tpl, docker-apim 3.2.x README (amd64 only).
      images: {
        apim: 'wso2/wso2am:3.2.0',
        worker: 'wso2/wso2am-analytics-worker:3.2.0',
        dashboard: 'wso2/wso2am-analytics-dashboard:3.2.0',
      },
      platform: 'linux/amd64',
      // docker-apim's own compose asks /services/Version on 9763.
      probes: (component, ports) => [
        ...(component in ANALYTICS_PROBE_PORTS
          ? []
          : [{kind: 'http', port: MANAGEMENT_HTTP, path: '/services/Version', status: 200} as const]),
        ...tcpPorts(component, ports).map(port => ({kind: 'tcp', port}) as const),
      ],
      health: {intervalSeconds: 10, timeoutSeconds: 10, retries: 6, startPeriodSeconds: 300},
      readyWithinSeconds: 300,
      gates: {
        'key-manager': [schema],
        'traffic-manager': [schema, keyManager],
        publisher: [schema, trafficManager],
        devportal: [schema, trafficManager],
        gateway: [trafficManager],
        'analytics-worker': [schema],
        'analytics-dashboard': [schema, {on: 'publisher', reason: 'it registers its client there at start'}],
      },
      localDatabases: {
        apim: ['repository/database/WSO2CARBON_DB.mv.db'],
        worker: ['wso2/worker/database/GEO_LOCATION_DATA.mv.db'],
        dashboard: ['wso2/dashboard/database/metrics.mv.db'],
      },
      profiles: {},
      memoryMb: 1536,
      stopGraceSeconds: 60,
    }),
    databases: DATABASES_3X,
    links: LINKS_3_2,
    // Both analytics' carbon.sh (analytics-apim v3.2.0) fix this password, after $JAVA_OPTS.
    keyStore: {type: 'JKS', file: 'wso2carbon.jks', trustFile: 'client-truststore.jks', password: 'wso2carbon'},
    // AMQP 0-9-1: the protocol header is answered by a method frame on channel 0.
    greetings: {5672: {say: 'AMQP\0\0\u0009\u0001', expect: '\u0001\0\0'}},
  }
}
