import {browserHost} from '../model/names.js'
import {placeOf, type ServiceName} from '../model/services.js'
import {databasePlace, type Node, type Topology} from '../model/topology.js'
import type {Secrets} from './secrets.js'
import {KEY_ALIAS, keyStorePassword} from './tls.js'

export interface Peer {
  readonly name: string
  /** 1 for the first node of its component. */
  readonly index: number
}

export interface DatabaseView {
  readonly name: string
  /** What the product calls its server. */
  readonly type: string
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly driver: string
  /** Parameters joined by a plain `&`; `url_xml` by `&amp;`, for values that the product copies into XML as they are. */
  readonly url: string
  readonly url_xml: string
}

/** What a browser uses for a component, through the load balancer; by the product's port names. */
export interface BrowserView {
  readonly host: string
  readonly https_port: number
  readonly https: string
}

/** Everything that a component's configuration template may say. Complete and flat: templates run in strict mode. */
export interface ComponentView {
  readonly lab: string
  readonly release: string
  readonly node: {
    readonly name: string
    readonly component: string
    readonly role: string
    readonly index: number
    /** 0: nothing is said of it. */
    readonly offset: number
  }
  /** What the release tells templates that it shares with others. */
  readonly forms: Readonly<Record<string, string | boolean>>
  readonly admin: {readonly username: string; readonly password: string}
  readonly key_store: {
    readonly type: string
    readonly file: string
    readonly trust_file: string
    readonly password: string
    readonly alias: string
  }
  readonly encryption_key: string
  /** The database server, as people call it. */
  readonly database_server: string
  /** By database name; only those that this node uses. */
  readonly databases: Readonly<Record<string, DatabaseView>>
  /** Every node of each component of the lab, by component; empty for one that is left out. */
  readonly nodes: Readonly<Record<string, readonly Peer[]>>
  /** The other nodes of this node's own component. */
  readonly siblings: readonly Peer[]
  /** By component: what browsers use. */
  readonly browser: Readonly<Record<string, BrowserView>>
  /** By component: what its ports are moved by; see the helper `portOf`. */
  readonly offsets: Readonly<Record<string, number>>
  /** Gateway ports with the lab's offset, as browsers use them. */
  readonly gateway_ports: Readonly<Record<'https' | 'http' | 'ws' | 'wss' | 'websub' | 'websub_tls', number>>
  readonly analytics: boolean
  readonly multi_tenancy: boolean
  /** By database: whether this node uses it. */
  readonly uses_database: Readonly<Record<string, boolean>>
}

export const ADMIN = {username: 'admin', password: 'admin'} as const

function databaseView(database: string, node: Node, {server}: Topology, secrets: Secrets): DatabaseView {
  const {type, jdbc} = server
  const place = databasePlace({server})
  const base = `jdbc:${jdbc.schemes[0]}://${place.host}:${place.port}/${database}`
  const url = (separator: string) =>
    jdbc.parameters.length === 0 ? base : `${base}?${jdbc.parameters.join(separator)}`
  return {
    name: database,
    type,
    ...place,
    username: node.component,
    password: secrets.accounts[node.component] ?? '',
    driver: jdbc.driver,
    url: url('&'),
    url_xml: url('&amp;'),
  }
}

function browserView(component: string, topology: Topology): BrowserView {
  const host = browserHost(component, topology.settings)
  const open = topology.openPorts.find(port => port.component === component && port.spec.protocol === 'https')
  const port = open?.port ?? 0
  // As the product and browsers write it.
  return {host, https_port: port, https: `https://${host}${port === HTTPS ? '' : `:${port}`}`}
}

const HTTPS = 443

/** The port that users call for a service; what it would be where no node of the lab has it, 0 where no component could. */
function opened(service: ServiceName, topology: Topology): number {
  const open = placeOf(service, topology)?.open
  if (open) return open.port
  const spec = topology.release.components.flatMap(({provides}) => provides?.[service] ?? [])[0]
  return spec ? spec.port + topology.settings.portOffset : 0
}

/** What a node's configuration templates are given. */
export function componentView(node: Node, topology: Topology, secrets: Secrets): ComponentView {
  const {settings, release} = topology
  const components = release.components.map(({name}) => name)
  const peers = (component: string): readonly Peer[] =>
    topology.nodes.filter(peer => peer.component === component).map(({name, index}) => ({name, index}))
  const offsetOf = (component: string) => settings.components[component]?.offset ?? 0
  const byComponent = <T>(value: (component: string) => T) =>
    Object.fromEntries(components.map(component => [component, value(component)]))
  return {
    lab: settings.lab,
    release: release.name,
    node: {
      name: node.name,
      component: node.component,
      role: node.spec.serverRole ?? '',
      index: node.index,
      offset: offsetOf(node.component),
    },
    forms: node.spec.forms ?? {},
    admin: ADMIN,
    key_store: {
      type: release.keyStore.type,
      file: release.keyStore.file,
      trust_file: release.keyStore.trustFile,
      password: keyStorePassword(topology, secrets),
      alias: KEY_ALIAS,
    },
    encryption_key: secrets.encryptionKey,
    database_server: topology.server.title,
    databases: Object.fromEntries(
      node.databases.map(({database}) => [database, databaseView(database, node, topology, secrets)]),
    ),
    nodes: byComponent(peers),
    siblings: peers(node.component).filter(({name}) => name !== node.name),
    offsets: byComponent(offsetOf),
    browser: byComponent(component => browserView(component, topology)),
    gateway_ports: {
      https: opened('gateway-https', topology),
      http: opened('gateway-http', topology),
      ws: opened('gateway-ws', topology),
      wss: opened('gateway-wss', topology),
      websub: opened('gateway-websub', topology),
      websub_tls: opened('gateway-websub-tls', topology),
    },
    analytics: settings.analytics,
    multi_tenancy: settings.multiTenancy,
    uses_database: Object.fromEntries(
      release.databases.map(({name}) => [name, node.databases.some(({database}) => database === name)]),
    ),
  }
}
