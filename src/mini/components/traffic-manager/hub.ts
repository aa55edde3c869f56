import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {onRefusal} from '../../events/refusal.js'
import {newIds, topicServer} from '../../events/topics.js'
import type {Account} from '../../http/credentials.js'
import {TOPICS, type HubEvent, type Topic} from '../../hub/events.js'
import type {KeptLink} from '../../links/keep-link.js'
import type {Log} from '../../log.js'
import {makeTally} from '../../tally.js'
import type {Channel, Serve} from '../../wire.js'

const HUB_EVENT: z.ZodType<HubEvent> = z.object({
  topic: z.enum(TOPICS),
  id: z.string().min(1).max(200),
  payload: z.record(z.string(), z.unknown()),
})

/** Messages that wait for another traffic manager; above it the oldest are dropped: gateways fetch revocations when they connect. */
const OUTBOX_LIMIT = 10_000

/** The event hub: what a node says is said to all who subscribed to its topic, here and at the other traffic managers. */
export interface Hub {
  readonly serve: Serve
  /** Broadcasts an event of a node once, however often it comes. Throws Error for what is no HubEvent. */
  accept(event: unknown): void
  /** Broadcasts something of this node's own to its own subscribers. */
  say(topic: Topic, payload: object): void
  /** Broadcasts something that no other traffic manager gets, here and there. */
  sayEverywhere(topic: Topic, payload: object): void
}

/** Sends to another traffic manager's topics port, each message until it is acknowledged. */
function sender(link: KeptLink, account: Account, log: Log): (event: HubEvent) => void {
  const outbox = new Map<string, HubEvent>()
  let channel: Channel | undefined
  const {server, address} = link.link
  const tally = makeTally(log, 'EventHub', {
    begun: `messages for ${server} at ${address} are dropped: too many wait for it`,
    ended: count => `${count} messages for ${server} at ${address} were dropped`,
  })
  link.reportBacklog(() => ({waiting: outbox.size, dropped: tally.total()}))
  // Publishing needs a login, and a subscription is one: to no topic, since each traffic manager hears its senders itself.
  const ask = (to: Channel) => to.send({type: 'subscribe', topics: [], ...account})
  const refused = onRefusal(link, log, 'EventHub')
  link.use({
    up: ask,
    message: (message, from) => {
      if (message.type === 'subscribed') {
        channel = from
        for (const event of outbox.values()) from.send({type: 'publish', ...event})
      } else if (message.type === 'ack') outbox.delete(String(message.id))
      else if (message.type === 'refused') refused(() => ask(from))
    },
    down: () => (channel = undefined),
  })
  return event => {
    outbox.set(event.id, event)
    const [oldest] = outbox.keys()
    if (outbox.size > OUTBOX_LIMIT && oldest !== undefined) {
      outbox.delete(oldest)
      tally.add()
    }
    channel?.send({type: 'publish', ...event})
  }
}

interface HubOptions {
  readonly authenticate: (account: Account) => Promise<boolean>
  /** Links to the topics ports of the other traffic managers. */
  readonly others: readonly KeptLink[]
  readonly account: Account
  /** Hears everything that is broadcast, once. */
  readonly heard: (event: HubEvent) => void
  readonly log: Log
}

export function makeHub({authenticate, others, account, heard, log}: HubOptions): Hub {
  const isNew = newIds()
  const accept = (given: unknown) => {
    const {success, data: event} = HUB_EVENT.safeParse(given)
    if (!success) throw new Error('no message of the event hub')
    if (!isNew(event.id)) return
    topics.broadcast(event)
    heard(event)
  }
  const topics = topicServer(authenticate, accept, log)
  const senders = others.map(link => sender(link, account, log))
  const say = (topic: Topic, payload: object) => accept({topic, id: randomUUID(), payload})
  return {
    serve: topics.serve,
    accept,
    say,
    sayEverywhere: (topic, payload) => {
      const event: HubEvent = {topic, id: randomUUID(), payload}
      accept(event)
      for (const send of senders) send(event)
    },
  }
}
