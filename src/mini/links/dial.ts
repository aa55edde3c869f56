import type {Server} from 'node:net'
import type {SecureContext} from 'node:tls'
import type {Link} from '../config/links.js'
import type {Log} from '../log.js'
import type {Channel, Message, Pace} from '../wire.js'

export interface DialOptions {
  /** The CA certificates that peers are verified with: one context for all, or every attempt would parse them. */
  readonly trust: SecureContext | undefined
  /** Milliseconds for one attempt. */
  readonly timeout: number
  /** Milliseconds between two checks of an HTTPS peer. */
  readonly checkEvery: number
  readonly pace: Pace
  readonly protocols?: Protocols | undefined
}

/** What is spoken on ports between nodes instead of mini's own protocol, by port: both sides of it. */
export type Protocols = ReadonlyMap<number, {readonly dial: Dial; readonly server: (log: Log) => Server}>

/** A link that is up. */
export interface Connection {
  readonly detail: string
  /** Where messages can be sent: links that speak mini's wire protocol. */
  readonly channel?: Channel
  /** Resolves, with the reason, when it is down. Never rejects. */
  readonly closed: Promise<string>
}

/**
 * Makes one attempt; throws Error with what went wrong. An aborted signal ends attempt and connection. `onRenewed` hears of each
 * connection that took the place of one that ended, while the link stayed up.
 */
export type Dial = (
  link: Link,
  options: DialOptions,
  signal: AbortSignal,
  onMessage: OnMessage,
  onRenewed: () => void,
) => Promise<Connection>

/** May throw to end the connection. */
export type OnMessage = (message: Message, channel: Channel) => void
