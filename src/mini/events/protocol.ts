/**
 * Operations of mini's wire protocol (wire.ts), beside greeting and ping.
 *
 * Authentication port (9711, 7712, TLS): client `login` -> server `session` or `refused`.
 * Events port (9611, 7612): client `attach` with that session -> server `attached` or `refused`; then `event`s, each answered by `ack`
 * when it is safe with the server. A client sends again what was not acknowledged; the server leaves out what it has had.
 * A sender is a node and its start: its ids are counted anew after each start.
 * Topics port (5672): client `subscribe` -> server `subscribed` or `refused`, then `message`s; `publish` -> `ack`
 * with the message's id.
 */
export interface TopicMessage {
  readonly topic: string
  /** Made once, where the message comes from: it may arrive by two ways. */
  readonly id: string
  readonly payload: unknown
}
