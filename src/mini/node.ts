import {createSecureContext} from 'node:tls'
import type {Component, MakeComponent} from './component.js'
import {readNodeConfig} from './config/node-config.js'
import {keepDatabase, type DatabaseTimes, type KeptDatabase} from './databases/keep-database.js'
import type {StartFailure} from './failure.js'
import {healthOf, type Health, type NodeParts} from './health.js'
import type {DialOptions, Protocols} from './links/dial.js'
import {keepLink, type KeptLink} from './links/keep-link.js'
import {makePeers} from './links/peers.js'
import {openLocalStore} from './local-store.js'
import type {Log} from './log.js'
import {PORTS} from './ports.js'
import type {Role} from './profiles.js'
import {listen, type Listener} from './server/listeners.js'
import {setEmailNames} from './users/users.js'
import {PACE, type Pace} from './wire.js'

export interface NodeOptions {
  readonly role: Role
  /** What the role's component is made by. */
  readonly makerOf: (component: Role['component']) => MakeComponent | Promise<MakeComponent>
  /** The product home. */
  readonly home: string
  /** The container's host name. */
  readonly node: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  /** When the program started, for the log. */
  readonly startedAt: Date
  readonly host?: string
  readonly portFor?: (port: number) => number
  readonly pace?: Pace
  readonly protocols?: Protocols
  readonly links?: Partial<Omit<DialOptions, 'trust' | 'pace'>>
  readonly databases?: Partial<DatabaseTimes>
}

export interface RunningNode {
  health(): Health
  /** The bound port of a port of the table. */
  port(table: number): number
  /** Rejects with a StartFailure if a database turns out to be wrong; else never settles. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

/** A connection that ends tells by itself; checks are for a peer that hangs, or is cut off. Each wakes two nodes. */
const LINK_TIMES = {timeout: 5_000, checkEvery: 30_000}
const DATABASE_TIMES = {connectTimeout: 5_000, checkEvery: 30_000}

/** Starts a node: reads its configuration, opens its ports, connects databases and peers. Throws StartFailure. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const {role, home, node, log, startedAt, pace = PACE} = options
  const config = await readNodeConfig(role, home, options.env)
  if (config.emailNames !== undefined) setEmailNames(config.emailNames)
  const stores = config.localDatabases.map(openLocalStore)
  stores[0]?.append({type: 'start', node, profile: role.profileName, time: startedAt.toISOString()})

  const ports = PORTS[role.profile].map(port => ({...port, port: port.port + config.offset}))
  const listeners: Listener[] = []
  let component: Component | undefined
  const databases: KeptDatabase[] = []
  const links: KeptLink[] = []
  const parts: NodeParts = {
    component: role.component,
    node,
    startedAt,
    unopened: () => ports.filter(it => !listeners.some(({table}) => table === it)).map(it => it.port),
    listeners,
    databases,
    links,
    localDatabases: stores,
    waitsFor: () => component?.waitingFor?.() ?? [],
  }
  const health = () => healthOf(parts)

  let wasReady = false
  const onChange = () => {
    if (wasReady || !health().ready) return
    wasReady = true
    const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(2)
    log('INFO', 'StartupFinalizerServiceComponent', `WSO2 Carbon started in ${seconds} sec`)
  }
  let fail: (failure: StartFailure) => void = () => undefined
  const failed = new Promise<never>((_, reject) => (fail = reject))
  // Whoever waits for it hears of it; nobody has to.
  failed.catch(() => undefined)

  const trust = config.trust && createSecureContext({ca: config.trust})
  const peers = makePeers(trust)
  const close = async () => {
    for (const it of listeners) it.close()
    for (const it of links) it.close()
    await component?.close?.()
    peers.close()
    await Promise.all(databases.map(it => it.close()))
  }

  const times = {...DATABASE_TIMES, ...options.databases}
  for (const it of config.databases) databases.push(keepDatabase(it, times, {log, onChange, onHopeless: fail}))
  const dial = {...LINK_TIMES, protocols: options.protocols, ...options.links, trust, pace}
  for (const it of config.links) links.push(keepLink(it, dial, log, onChange))

  const common = {
    host: options.host ?? '0.0.0.0',
    node,
    component: role.component,
    log,
    keyStore: config.keyStore,
    pace,
    protocols: options.protocols,
    view: {version: role.version, health},
    portFor: options.portFor ?? (port => port),
  }
  const pools = new Map(databases.map(({database, pool}) => [database.role, pool]))
  const database = (name: string) => pools.get(name)
  try {
    const make = await options.makerOf(role.component)
    component = make({node, face: role.face, home, log, config, database, links, peers, changed: onChange})
    const listenerOptions = {...common, serves: component}
    await Promise.all(ports.map(async port => listeners.push(await listen(port, listenerOptions))))
  } catch (error) {
    await close()
    throw error
  }
  listeners.sort((a, b) => ports.indexOf(a.table) - ports.indexOf(b.table))
  log('INFO', 'Listeners', `listening on ${listeners.map(({port, table}) => `${port}/${table.protocol}`).join(', ')}`)
  onChange()
  const port = (table: number) => listeners.find(it => it.table.port === table + config.offset)?.port ?? 0
  return {health, port, failed, close}
}
