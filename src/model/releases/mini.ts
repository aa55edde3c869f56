import {RULES_3_2} from '../../config/rules-3x.js'
import type {Gate, Release} from '../release.js'
import {DATABASE} from '../roles.js'
import {components3x, DATABASES_3X, STORED_URLS_3X} from './components-3x.js'
import {LINKS_3_2} from './links-3.2.js'
import {REST_3_2, services3x} from './rest-3x.js'
import {MYSQL} from './servers/mysql.js'
import {state3x} from './state-3x.js'
import {walk3x} from './walk-3x.js'

/** Name of the image that is built here. */
const MINI_IMAGE = 'apim-lab/mini'

const onSchema: readonly Gate[] = [
  {on: DATABASE, until: 'schema', reason: 'it waits for its databases, but ends if they have no tables'},
]

const HEALTH_PORTS: Readonly<Record<string, number>> = {'analytics-worker': 9091, 'analytics-dashboard': 9092}

/** mini speaks newline-delimited JSON where the product has its data bridge and AMQP. */
const GREETING = {say: '', expect: '{"protocol":"apim-lab-mini/1"'} as const

const HOME = '/home/wso2carbon/wso2am-3.2.0'

/** The built-in release: 3.2.0's components, files, ports and paths, in TypeScript. */
export function mini(version: string): Release {
  const image = `${MINI_IMAGE}:${version}`
  return {
    name: 'mini',
    title: 'Built-in: small components that read the same configuration',
    builtIn: true,
    components: components3x({
      line: '3.2',
      home: HOME,
      analyticsHome: '/home/wso2carbon/wso2am-analytics-3.2.0',
      services: services3x(REST_3_2),
      images: {apim: image, worker: image, dashboard: image},
      probes: component => [
        {kind: 'http', port: HEALTH_PORTS[component] ?? 9763, path: '/health', status: 200, tellsLosses: true},
      ],
      health: {intervalSeconds: 30, startIntervalSeconds: 1, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 60},
      readyWithinSeconds: 30,
      gates: Object.fromEntries(
        ['publisher', 'devportal', 'key-manager', 'traffic-manager', 'analytics-worker', 'analytics-dashboard'].map(
          name => [name, onSchema],
        ),
      ),
      localDatabases: {
        apim: ['repository/database/WSO2CARBON_DB.jsonl'],
        worker: ['wso2/dashboard/database/metrics.jsonl'],
        dashboard: ['wso2/dashboard/database/metrics.jsonl'],
      },
      profiles: {worker: 'worker', dashboard: 'dashboard'},
      extras: component => state3x(component, HOME),
      memoryMb: 192,
      stopGraceSeconds: 10,
    }),
    distributions: [],
    databases: DATABASES_3X,
    storedUrls: STORED_URLS_3X,
    servers: [MYSQL],
    serversReason: "its components speak MySQL's SQL",
    links: LINKS_3_2,
    keyStore: {type: 'PEM', file: 'wso2carbon.pem', trustFile: 'client-truststore.pem'},
    config: RULES_3_2,
    walk: walk3x(30, REST_3_2.forms),
    greetings: Object.fromEntries([5672, 9611, 7612].map(port => [port, GREETING])),
  }
}
