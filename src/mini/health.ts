import type {KeptDatabase} from './databases/keep-database.js'
import type {KeptLink} from './links/keep-link.js'
import type {LocalStore} from './local-store.js'
import type {ComponentName} from './profiles.js'
import type {Listener} from './server/listeners.js'

export interface NodeParts {
  readonly component: ComponentName
  readonly node: string
  readonly startedAt: Date
  /** Ports of the table that are not open yet. */
  readonly unopened: () => readonly number[]
  readonly listeners: readonly Listener[]
  readonly databases: readonly KeptDatabase[]
  readonly links: readonly KeptLink[]
  readonly localDatabases: readonly LocalStore[]
  /** What the component itself waits for. */
  readonly waitsFor: () => readonly string[]
}

const wasThere = ({status}: KeptLink) => status().everConnected

/** Whether one gets the events of the other: of a group one is enough. */
const standsIn = ({link: one}: KeptLink, {link: other}: KeptLink) =>
  other.group !== undefined && one.service === other.service && one.group?.number === other.group.number

const waitingFor = ({unopened, databases, links, waitsFor}: NodeParts): readonly string[] => [
  ...unopened().map(port => `listener ${port}`),
  ...databases
    .filter(it => it.status().state !== 'connected')
    .map(({database}) => `database ${database.name} on ${database.host}:${database.port}`),
  // A required link that was there once and is lost shows in links, but does not make the node unready.
  ...links
    .filter(it => it.link.required && !wasThere(it) && !links.some(other => standsIn(other, it) && wasThere(other)))
    .map(({link}) => `link to ${link.server} at ${link.address} (${link.key})`),
  ...waitsFor(),
]

/** The node's state at this moment, as GET /health tells it: addresses and states, never a secret. */
export function healthOf(parts: NodeParts) {
  const waiting = waitingFor(parts)
  return {
    component: parts.component,
    node: parts.node,
    release: 'mini' as const,
    ready: waiting.length === 0,
    waitingFor: waiting,
    startedAt: parts.startedAt.toISOString(),
    listeners: parts.listeners.map(({port, table}) => ({port, protocol: table.protocol, purpose: table.purpose})),
    databases: parts.databases.map(({database: {name, host, port, user, key}, status}) => {
      const {state, detail} = status()
      return {name, host, port, user, key, state, detail}
    }),
    links: parts.links.map(({link: {server, host, port, purpose, file, key, address, required}, status, backlog}) => {
      const {state, detail, since} = status()
      const where = {server, host, port, purpose, file, key, address, required}
      return {...where, state, detail, since: since.toISOString(), ...backlog()}
    }),
    localDatabases: parts.localDatabases.map(({name, file}) => ({name, file})),
  }
}

export type Health = ReturnType<typeof healthOf>
