import {RULES_4_4} from '../../config/rules-4x.js'
import type {ComponentSpec, Release} from '../release.js'
import {components4x, DATABASES_4X, type Name4x, type Own4x} from './components-4x.js'
import {LINKS_4X} from './links-4x.js'
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
import {FORMS_4X} from './product-4x.js'
import {REST_4_2, services4x} from './rest-4x.js'
import {MYSQL} from './servers/mysql.js'
import {STORED_URLS} from './stored-urls.js'
import {walk4x} from './walk-4x.js'

/** Where a component has what it fetches anew at each start. */
const FETCHED: Readonly<Partial<Record<string, NonNullable<ComponentSpec['remade']>[number]>>> = {
  gateway: {
    path: 'repository/deployment/server/synapse-configs',
    reason: 'APIs that are deployed are fetched from the control plane at each start',
  },
  'traffic-manager': {
    path: 'repository/deployment/server/executionplans',
    reason: 'policies are fetched from the control plane at each start',
  },
}

/** Only images of the product have these. */
const OF_JVM: readonly string[] = [
  'driverFolder',
  'partFolders',
  'logConfig',
  'jvm',
  'correlationLog',
] satisfies readonly (keyof ComponentSpec)[]

/** A component of 4.4.0 without what its image and its JVM need. */
function built(spec: ComponentSpec): ComponentSpec {
  const shared = Object.fromEntries(Object.entries(spec).filter(([key]) => !OF_JVM.includes(key))) as typeof spec
  const fetched = FETCHED[spec.name]
  return {
    ...shared,
    localDatabases: CARBON_DATABASE,
    remade: [
      {path: 'repository/database', reason: 'the embedded database is of this node alone'},
      ...(fetched ? [fetched] : []),
    ],
    gates: [ON_SCHEMA],
    probes: [healthProbe(9763)],
    ...TIMES,
  }
}

/** The built-in release as 4.4.0 is: its components, files, ports and paths, in TypeScript. */
export function mini4(version: string): Release {
  const role = (profile: string, serverRole = profile): Own4x => ({
    image: miniImage(version),
    home: HOME,
    profile,
    serverRole,
  })
  const components: Readonly<Record<Name4x, Own4x>> = {
    'key-manager': role('api-key-manager-node', 'control-plane'),
    'control-plane': role('control-plane'),
    'traffic-manager': role('traffic-manager'),
    gateway: role('gateway-worker'),
  }
  const line = {components, services: services4x(REST_4_2), forms: FORMS_4X, debugAddress: '*:'} as const
  return {
    name: 'mini-4',
    title: 'Built-in: the same components as API Manager 4.x has them',
    builtIn: true,
    components: components4x(line).map(spec => ({...built(spec), environment: {MINI_FACE: '4'}})),
    distributions: [],
    databases: DATABASES_4X,
    storedUrls: STORED_URLS,
    servers: [MYSQL],
    serversReason: SERVERS_REASON,
    links: LINKS_4X,
    keyStore: KEY_STORE,
    config: RULES_4_4,
    walk: walk4x(30, REST_4_2.forms),
    analyticsInstead: 'the other built-in release, mini, has analytics of its own',
    greetings: greetingsOn(5672, 9611),
  }
}
