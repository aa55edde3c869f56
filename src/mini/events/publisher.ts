import {randomUUID} from 'node:crypto'
import type {Account} from '../http/credentials.js'
import type {KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'
import type {Channel, Message} from '../wire.js'
import {onRefusal} from './refusal.js'

/** Events that wait for their acknowledgement; above it the oldest are lost, and the log says so. */
const OUTBOX_LIMIT = 100_000
/** Events that may be on their way at once. */
const WINDOW = 1_000

/** The two links of one receiver: events, and the login for them. */
interface Receiver {
  readonly events: KeptLink
  readonly login: KeptLink
}

/** Sends events to every receiver, in order, each until it is acknowledged. */
export interface EventPublisher {
  publish(stream: string, event: unknown): void
  /** How many events wait, at the receiver that has most of them waiting. */
  waiting(): number
}

/** Pairs events links with their login links: the product's url_groups list both in the same order. */
export const receiversOf = (links: readonly KeptLink[], service: string): readonly Receiver[] => {
  const of = (name: string) => links.filter(({link}) => link.service === name)
  const logins = of(`${service}-auth`)
  return of(service).flatMap((events, i) => {
    const login = logins[i]
    return login ? [{events, login}] : []
  })
}

interface Sender {
  send(stream: string, event: unknown): void
  waiting(): number
}

const startSender = ({events, login}: Receiver, account: Account, sender: string, log: Log): Sender => {
  const outbox = new Map<number, {readonly stream: string; readonly event: unknown}>()
  let next = 1
  /** The highest id that went out on this connection. */
  let sent = 0
  let session: string | undefined
  let channel: Channel | undefined
  let attached = false
  let lost = 0

  /** Sends what is next, as far as the window goes: a peer that was away must not be flooded. */
  const pump = () => {
    if (!channel || !attached) return
    const [oldest] = outbox.keys()
    if (oldest === undefined) return
    for (sent = Math.max(sent, oldest - 1); sent + 1 < next && sent + 1 < oldest + WINDOW; sent++) {
      const it = outbox.get(sent + 1)
      if (it) channel.send({type: 'event', id: sent + 1, ...it})
    }
  }
  const attach = () => {
    if (channel && session !== undefined) channel.send({type: 'attach', session, sender})
  }
  const forget = (upTo: number) => {
    for (const id of outbox.keys()) {
      if (id > upTo) break
      outbox.delete(id)
    }
  }

  const refused = onRefusal(login, log, 'DataBridge')
  login.use({
    up: to => to.send({type: 'login', ...account}),
    message: (message: Message, from: Channel) => {
      if (message.type === 'refused') refused(() => from.send({type: 'login', ...account}))
      if (message.type !== 'session') return
      session = String(message.session)
      attach()
    },
  })
  events.use({
    up: to => {
      channel = to
      attach()
    },
    message: (message: Message) => {
      if (message.type === 'ack') {
        forget(Number(message.id))
        pump()
      } else if (message.type === 'attached') {
        attached = true
        forget(Number(message.had))
        if (lost > 0) log('WARN', 'DataBridge', `${lost} events for ${events.link.address} were lost: too many waited`)
        lost = 0
        sent = 0
        pump()
      } else if (message.type === 'refused') {
        // The server has started anew and knows nothing of this session.
        session = undefined
        login.channel()?.send({type: 'login', ...account})
      }
    },
    down: () => {
      channel = undefined
      attached = false
    },
  })

  const send = (stream: string, event: unknown) => {
    outbox.set(next++, {stream, event})
    if (outbox.size > OUTBOX_LIMIT) {
      const [oldest] = outbox.keys()
      if (oldest !== undefined) outbox.delete(oldest)
      lost++
    }
    pump()
  }
  return {send, waiting: () => outbox.size}
}

/** Makes the publisher of a node for a set of receivers; without receivers it sends nowhere. */
export const eventPublisher = (
  receivers: readonly Receiver[],
  account: Account,
  node: string,
  log: Log,
): EventPublisher => {
  const name = `${node}/${randomUUID()}`
  const senders = receivers.map(receiver => startSender(receiver, account, name, log))
  return {
    publish: (stream, event) => {
      for (const it of senders) it.send(stream, event)
    },
    waiting: () => Math.max(0, ...senders.map(it => it.waiting())),
  }
}
