/**
 * Operations of mini's wire protocol (wire.ts), beside greeting and ping.
 *
 * Authentication port (9711, 7712, TLS): client `login` -> server `session` or `refused`.
 * Events port (9611, 7612): client `attach` with that session -> server `attached` or `refused`; then `event`s, each answered by `ack`
 * when it is safe with the server. A client sends again what was not acknowledged; the server leaves out what it has had.
 * Topics port (5672): client `subscribe` -> server `subscribed` or `refused`, then `message`s; `publish` -> `ack`
 * with the message's id.
 */
export interface Login {
  readonly type: 'login'
  readonly username: string
  readonly password: string
}

export interface Session {
  readonly type: 'session'
  readonly session: string
}

export interface Refused {
  readonly type: 'refused'
  readonly reason: string
}

export interface Attach {
  readonly type: 'attach'
  readonly session: string
  /** Node and start of the sender: its ids are counted anew after each start. */
  readonly sender: string
}

export interface Attached {
  readonly type: 'attached'
  /** The highest id that the server has had of this sender. */
  readonly had: number
}

export interface Event {
  readonly type: 'event'
  readonly id: number
  readonly stream: string
  readonly event: unknown
}

/** Everything up to this id is safe with the server. */
export interface Ack {
  readonly type: 'ack'
  readonly id: number
}

export interface Subscribe {
  readonly type: 'subscribe'
  readonly topics: readonly string[]
  readonly username: string
  readonly password: string
}

export interface Subscribed {
  readonly type: 'subscribed'
}

export interface TopicMessage {
  readonly type: 'message'
  readonly topic: string
  /** Made once, where the message comes from: it may arrive by two ways. */
  readonly id: string
  readonly payload: unknown
}

export interface Publish extends Omit<TopicMessage, 'type'> {
  readonly type: 'publish'
}
