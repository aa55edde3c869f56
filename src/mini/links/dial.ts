import type {SecureContext} from 'node:tls'
import type {Link} from '../config/links.js'
import type {Channel, Message, Pace} from '../wire.js'

export interface DialOptions {
  /** The CA certificates that peers are verified with: one context for all, or every attempt would parse them. */
  readonly trust: SecureContext | undefined
  /** Milliseconds for one attempt. */
  readonly timeout: number
  /** Milliseconds between two checks of an HTTPS peer. */
  readonly checkEvery: number
  readonly pace: Pace
  /** The port on which peers speak AMQP instead of mini's own protocol; none without it. */
  readonly amqpPort?: number | undefined
}

/** A link that is up. */
export interface Connection {
  readonly detail: string
  /** Where messages can be sent: links that speak mini's wire protocol. */
  readonly channel?: Channel
  /** Resolves, with the reason, when it is down. Never rejects. */
  readonly closed: Promise<string>
}

/** Makes one attempt; throws Error with what went wrong. An aborted signal ends attempt and connection. */
export type Dial = (link: Link, options: DialOptions, signal: AbortSignal, onMessage: OnMessage) => Promise<Connection>

/** May throw to end the connection. */
export type OnMessage = (message: Message, channel: Channel) => void
