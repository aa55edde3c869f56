import {RULES_3_2} from '../../config/rules-3x.js'
import type {Release} from '../release.js'
import {components3x} from './components-3x.js'
import {DATABASES_3X} from './databases-3x.js'
import {LINKS_3_2} from './links-3.2.js'
import {
  CARBON_DATABASE,
  greetingsOn,
  healthProbe,
  HOME,
  KEY_STORE,
  miniImage,
  ON_SCHEMA,
  SERVERS_REASON,
  TIMES,
} from './mini-parts.js'
import {REST_3_2, services3x} from './rest-3x.js'
import {MYSQL} from './servers/mysql.js'
import {state3x} from './state-3x.js'
import {STORED_URLS} from './stored-urls.js'
import {walk3x} from './walk-3x.js'

const HEALTH_PORTS: Readonly<Record<string, number>> = {'analytics-worker': 9091, 'analytics-dashboard': 9092}

/** The built-in release: 3.2.0's components, files, ports and paths, in TypeScript. */
export function mini(version: string): Release {
  const image = miniImage(version)
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
      probes: component => [healthProbe(HEALTH_PORTS[component] ?? 9763)],
      health: TIMES.health,
      readyWithinSeconds: TIMES.readyWithinSeconds,
      gates: Object.fromEntries(
        ['publisher', 'devportal', 'key-manager', 'traffic-manager', 'analytics-worker', 'analytics-dashboard'].map(
          name => [name, [ON_SCHEMA]],
        ),
      ),
      localDatabases: {
        apim: CARBON_DATABASE,
        worker: ['wso2/dashboard/database/metrics.jsonl'],
        dashboard: ['wso2/dashboard/database/metrics.jsonl'],
      },
      profiles: {worker: 'worker', dashboard: 'dashboard'},
      extras: component => state3x(component, HOME),
      memoryMb: TIMES.memoryMb,
      stopGraceSeconds: TIMES.stopGraceSeconds,
    }),
    distributions: [],
    databases: DATABASES_3X,
    storedUrls: STORED_URLS,
    servers: [MYSQL],
    serversReason: SERVERS_REASON,
    links: LINKS_3_2,
    keyStore: KEY_STORE,
    config: RULES_3_2,
    walk: walk3x(30, REST_3_2.forms),
    greetings: greetingsOn(5672, 9611, 7612),
  }
}
