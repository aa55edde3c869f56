import {createServer} from 'node:net'
import {startNode, type NodeOptions, type RunningNode} from '../../../src/mini/node.js'
import {PORTS} from '../../../src/mini/ports.js'
import {ROLES, ROLES_4, type ComponentName, type Face} from '../../../src/mini/profiles.js'
import {ask, methodOf, type Asked, type AskOptions} from '../../support/ask.js'
import {checkOfficial} from '../facts/official.js'
import {clusterConfigs4} from './configs-4.js'
import * as configs from './configs.js'
import {makeHome, type Home} from './home.js'
import type {Databases} from './mysql-server.js'
import {CA_PEM} from './pki.js'
import {makerOf} from './maker-of.js'
import {until} from './until.js'

/** Seven components as a lab would wire them, in this process, on free ports of loopback, with a real MySQL. */
export interface Cluster {
  /** Starts a node, `gateway-2` say, or starts it again with what it kept on disk. */
  start(name: string, options?: Partial<NodeOptions>): Promise<RunningNode>
  /** Starts all nodes and waits until they are ready. */
  startAll(): Promise<void>
  stop(name: string): Promise<void>
  /** Waits until every started node is ready. */
  ready(): Promise<void>
  node(name: string): RunningNode
  home(name: string): Home
  /** Lines that a node has logged. */
  log(name: string): readonly string[]
  /** The free port on loopback that stands for a node's port of the table. */
  port(name: string, table: number): number
  ask(name: string, table: number, path: string, request?: AskOptions): Promise<Asked>
  close(): Promise<void>
}

/** One exchange over HTTP or HTTPS with a port on loopback. */
export const askPort = (port: number, tls: boolean, path: string, options?: AskOptions): Promise<Asked> =>
  ask(tls, {host: 'localhost', port, path, family: 4, agent: false, ...(tls && {ca: CA_PEM})}, options)

/** Below the ephemeral range of Linux (32768), where any connection may take a port before a node does. */
const PORT_RANGE = {from: 14_000, to: 32_000}
let nextPort = PORT_RANGE.from + Math.floor(Math.random() * (PORT_RANGE.to - PORT_RANGE.from))

const isFree = (port: number) =>
  new Promise<boolean>(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

const freePort = async (): Promise<number> => {
  for (;;) {
    nextPort = nextPort >= PORT_RANGE.to ? PORT_RANGE.from : nextPort + 1
    if (await isFree(nextPort)) return nextPort
  }
}

const componentOf = (name: string) => name.replace(/-\d+$/, '') as ComponentName
const ROLES_OF = {'3.2': ROLES, '4': ROLES_4}
const roleIn = (face: Face) => (name: string) => {
  const role = ROLES_OF[face].find(it => it.component === componentOf(name))
  if (!role) throw new Error(`no component ${name}`)
  return role
}

export interface ClusterOptions {
  readonly databases: Databases
  /** Names of the nodes; every component once without it. */
  readonly nodes?: readonly string[]
  /** 3.2 without it. */
  readonly face?: Face
  readonly multiTenancy?: boolean
  readonly analytics?: boolean
  /** Milliseconds in which a client of a wire port has to log in. */
  readonly login?: number
  /** What a test has otherwise in a node's configuration. */
  readonly edited?: (name: string, config: string) => string
}

const ALL = ROLES.map(({component}) => `${component}-1`)

/** Prepares a cluster; its nodes are started one by one, or all with `startAll`. */
export const makeCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const {databases, nodes = ALL, face = '3.2', multiTenancy = false, analytics = true} = options
  const {login, edited = (_, it) => it} = options
  const roleOf = roleIn(face)
  const ports = new Map<string, number>()
  for (const name of nodes) {
    for (const {port} of PORTS[roleOf(name).profile]) ports.set(`${name}:${port}`, await freePort())
  }
  const port = (name: string, table: number) => ports.get(`${name}:${table}`) ?? 1
  const at = (name: string, table: number) => `localhost:${port(name, table)}`
  const of = (component: ComponentName) => nodes.filter(name => componentOf(name) === component)
  const wiring = {at, of, databases, multiTenancy, analytics}
  const configOf = face === '4' ? clusterConfigs4(wiring) : clusterConfigs(wiring)

  const homes = new Map<string, Home>()
  const running = new Map<string, RunningNode>()
  const logs = new Map<string, string[]>()
  const starts: Partial<NodeOptions> = {
    host: '127.0.0.1',
    pace: {pingEvery: 200, silence: 2_000, ...(login !== undefined && {login})},
    links: {timeout: 2_000, checkEvery: 200},
    databases: {connectTimeout: 2_000, checkEvery: 200},
  }
  const node = (name: string) => {
    const it = running.get(name)
    if (!it) throw new Error(`${name} does not run`)
    return it
  }
  const stop = async (name: string) => {
    await running.get(name)?.close()
    running.delete(name)
  }
  const start: Cluster['start'] = async (name, more = {}) => {
    const role = roleOf(name)
    const home = homes.get(name) ?? makeHome(role, edited(name, configOf(name)))
    homes.set(name, home)
    const lines = logs.get(name) ?? []
    logs.set(name, lines)
    const started = await startNode({
      makerOf,
      role,
      home: home.path,
      node: name,
      env: {},
      startedAt: new Date(),
      log: (level, source, message) => lines.push(`${level} ${source} ${message}`),
      portFor: table => port(name, table),
      ...starts,
      ...more,
    })
    running.set(name, started)
    return started
  }
  const ready = async () => {
    for (const [name, it] of running) {
      await until(`${name} to be ready: ${it.health().waitingFor.join(', ')}`, () => it.health().ready, 20_000)
    }
  }
  return {
    start,
    startAll: async () => {
      for (const name of nodes) await start(name)
      await ready()
    },
    stop,
    ready,
    node,
    home: name => homes.get(name) ?? makeHome(roleOf(name), ''),
    log: name => logs.get(name) ?? [],
    port,
    ask: async (name, table, path, request = {}) => {
      const {protocol} = PORTS[roleOf(name).profile].find(it => it.port === table) ?? {protocol: 'https'}
      const answer = await askPort(port(name, table), protocol === 'https' || protocol === 'wss', path, request)
      if (table === 9443) checkOfficial(methodOf(request), path, answer)
      return answer
    },
    close: async () => {
      for (const name of [...running.keys()]) await stop(name)
      for (const home of homes.values()) home.remove()
    },
  }
}

export interface Wiring {
  readonly at: (name: string, table: number) => string
  readonly of: (component: ComponentName) => readonly string[]
  readonly databases: Databases
  readonly multiTenancy: boolean
  readonly analytics: boolean
}

const list = (items: readonly string[]) => `[${items.map(it => JSON.stringify(it)).join(', ')}]`

/** The configuration of each node, with the keys that a lab would render. */
const clusterConfigs = ({at, of, databases, multiTenancy, analytics}: Wiring) => {
  const {names, port, user: username, password} = databases
  const mysql = () => `localhost:${port}`
  const database = (table: string, name: string) => configs.database(table, name, mysql, {username, password})
  const both = database('apim_db', names.apimgtdb) + database('shared_db', names.shareddb)
  const common = (role: string) => configs.common(role, 'localhost')
  const [km = 'key-manager-1'] = of('key-manager')
  const [worker = 'analytics-worker-1'] = of('analytics-worker')
  const [publisher = 'publisher-1'] = of('publisher')
  const [devportal = 'devportal-1'] = of('devportal')
  const tms = of('traffic-manager')
  const [tm = 'traffic-manager-1', ...moreTms] = tms
  const account = 'username = "$ref{super_admin.username}"\npassword = "$ref{super_admin.password}"\n'
  const on = (name: string) => (table: number) => at(name, table)
  const keyManager = configs.keyManager(on(km)) + account
  const topics = list(tms.map(it => `tcp://${at(it, 5672)}`))
  const throttling =
    configs.throttling([on(tm), ...moreTms.map(on)], account) +
    `[apim.event_hub]\nenable = true\nservice_url = "https://${at(tm, 9443)}/services/"\nevent_listening_endpoints = ${topics}\n` +
    tms
      .map(
        it =>
          `[[apim.event_hub.publish.url_group]]\nurls = ["tcp://${at(it, 9611)}"]\nauth_urls = ["ssl://${at(it, 9711)}"]\n`,
      )
      .join('')
  const statistics = analytics ? configs.analytics(on(worker), account) : ''
  const environments = of('gateway')
    .map(
      (it, i) => `[[apim.gateway.environment]]
name = "${i === 0 ? 'Production and Sandbox' : it}"
type = "hybrid"
service_url = "https://${at(it, 9443)}/services/"
username = "admin"
password = "admin"
ws_endpoint = "ws://${at(it, 9099)}"
wss_endpoint = "wss://${at(it, 8099)}"
http_endpoint = "http://${at(it, 8280)}"
https_endpoint = "https://${at(it, 8243)}"
`,
    )
    .join('')
  const others = (name: string) => tms.filter(it => it !== name).map(it => `tcp://${at(it, 5672)}`)
  const yaml = (offset: number, sources: readonly [string, string][]) => `${configs.analyticsCommon(offset)}
auth.configs:
  type: local
  userManager:
    adminRole: admin
    userStore:
      users:
        - user:
            username: admin
            password: YWRtaW4=
            roles: 1
  properties:
    kmDcrUrl: https://${at(publisher, 9443)}/client-registration/v0.17/register
    kmTokenUrl: https://${at(publisher, 9443)}/oauth2
    publisherUrl: https://${at(publisher, 9443)}
    devPortalUrl: https://${at(devportal, 9443)}
    kmUsername: admin
    kmPassword: admin
    adminUsername: admin
    adminPassword: admin
wso2.business.rules.manager:
  deployment_configs:
    -
      ${at(worker, 9444)}:
        - stock-data-analysis
wso2.datasources:
  dataSources:
${sources.map(([name, database]) => configs.datasource(name, database, mysql, {username, password})).join('')}`

  const texts: Readonly<Partial<Record<ComponentName, (name: string) => string>>> = {
    publisher: () => common('api-publisher') + both + keyManager + throttling + statistics + environments,
    devportal: () =>
      common('api-devportal') +
      both +
      keyManager +
      throttling +
      statistics +
      environments +
      `[apim.oauth_config]\nrevoke_endpoint = "https://${at(km, 9443)}/oauth2/revoke"\n`,
    'key-manager': () =>
      common('api-key-manager') +
      both +
      `[[event_listener]]\nid = "token_revocation"\n[event_listener.properties]\n` +
      `notification_endpoint = "https://${at(tm, 9443)}/internal/data/v1/notify"\nusername = "\${admin.username}"\n` +
      `password = "\${admin.password}"\n'header.X-WSO2-KEY-MANAGER' = "default"\n`,
    gateway: () =>
      common('gateway-worker') +
      keyManager +
      throttling +
      statistics +
      (multiTenancy ? database('shared_db', names.shareddb) : configs.localShared),
    'traffic-manager': name =>
      common('traffic-manager') +
      both +
      keyManager +
      (others(name).length > 0 ? `[apim.throttling]\nevent_duplicate_url = ${list(others(name))}\n` : ''),
    'analytics-worker': () =>
      yaml(1, [
        ['WSO2_PERMISSIONS_DB', names.permissions],
        ['APIM_ANALYTICS_DB', names.statistics],
      ]),
    'analytics-dashboard': () =>
      yaml(3, [
        ['WSO2_DASHBOARD_DB', names.dashboard],
        ['BUSINESS_RULES_DB', names.rules],
        ['WSO2_PERMISSIONS_DB', names.permissions],
        ['APIM_ANALYTICS_DB', names.statistics],
        ['AM_DB', names.apimgtdb],
      ]),
  }
  return (name: string) => texts[componentOf(name)]?.(name) ?? ''
}
