import type {HttpAnswer, HttpRequest, HttpTarget} from './exchange.js'
import type {MachineLoad} from './load.js'
import type {Access, Greeting, LinkProbe} from './release.js'
import type {Probe} from './probe.js'
import type {VolumeAnswer, VolumeTask} from './volume-tasks.js'

/** What is said to the helper container on its standard input, a JSON document a line. Never an argument: it may carry a password. */
export type HelperRequest =
  | {readonly kind: 'watch'; readonly node: string; readonly probes: readonly Probe[]; readonly login?: DatabaseLogin}
  | ({readonly kind: 'probe-link'; readonly id: number} & LinkTarget)
  | {readonly kind: 'probe-login'; readonly id: number; readonly database: string; readonly login: DatabaseLogin}
  /** Reads; the result's detail is the rows. */
  | {
      readonly kind: 'query'
      readonly id: number
      readonly database: string
      readonly login: DatabaseLogin
      readonly query: string
    }
  | ({readonly kind: 'exchange'; readonly id: number} & HelperExchange)
  /** Serves HTTP and WebSocket on a free port from now on; the result's detail is the port. */
  | {readonly kind: 'backend'; readonly id: number}
  /** Ids of the faults that this network has; the result's detail has them with spaces between. */
  | {readonly kind: 'marks'; readonly id: number}
  | {readonly kind: 'volumes'; readonly id: number; readonly task: VolumeTask}
  /** How busy the engine's machine is. */
  | {readonly kind: 'load'}

export interface HelperExchange {
  readonly target: HttpTarget
  readonly request: HttpRequest
  /** Says the body over a WebSocket instead; the answer is status 101 and the first message. */
  readonly webSocket?: boolean
}

export interface DatabaseLogin {
  /** The helper's client that logs in. */
  readonly protocol: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface LinkTarget {
  readonly host: string
  /** A name that several nodes share, `host` among them: what clients really use. */
  readonly alias?: string
  readonly port: number
  /** Name that the server's certificate must have. */
  readonly serverName: string
  readonly probe: LinkProbe
  /** PEM; without it the certificate is not verified. */
  readonly authority?: string
  readonly path?: string
  /** Host header, where it is not the server's name. */
  readonly hostHeader?: string
  /** Asks for a WebSocket, as its clients do. */
  readonly upgrade?: boolean
  /** How the release's own protocol begins on this port. */
  readonly greeting?: Greeting
}

/** What the helper answers on its standard output. */
export type HelperReport =
  | {
      readonly kind: 'state'
      readonly node: string
      readonly ready: boolean
      readonly probe: string
      readonly detail: string
    }
  /** `access`: what an account that gets in may do; `nameless`: no name server answered; `hopeless`: asked again, it would say the same. */
  | {
      readonly kind: 'result'
      readonly id: number
      readonly ok: boolean
      readonly detail: string
      readonly access?: Access
      readonly nameless?: boolean
      readonly hopeless?: boolean
    }
  | {readonly kind: 'answer'; readonly id: number; readonly answer: HttpAnswer}
  | {readonly kind: 'volumes'; readonly id: number; readonly answer: VolumeAnswer}
  | ({readonly kind: 'load'} & MachineLoad)
  | {readonly kind: 'fault'; readonly detail: string}

/** How often a node is asked while it starts. */
export const POLL_MS = 200
