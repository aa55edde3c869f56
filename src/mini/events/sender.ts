import type {Account} from '../http/credentials.js'
import type {Backlog, KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'
import {makeTally} from '../tally.js'
import {MAX_LINE, type Channel, type Message} from '../wire.js'
import {makeOutbox} from './outbox.js'
import {onRefusal} from './refusal.js'
import type {Spool} from './spool.js'

/** Characters of events that may wait in memory for their acknowledgement: more would cost the memory that calls need. */
const OUTBOX_LIMIT = 4 * 1024 * 1024
/** Events that may be on their way at once. */
const WINDOW = 1_000
/** Characters beside the event in its line. */
const FRAME = 100
/** Bytes of a character in UTF-8, at most. */
const WIDEST = 3

/** Whether a receiver would take the line of an event. Bytes are counted for long ones alone: there is an event for each call. */
const fitsLine = (text: string) =>
  text.length * WIDEST <= MAX_LINE - FRAME || Buffer.byteLength(text) <= MAX_LINE - FRAME

/** The two links of one receiver: events, and the login for them. */
export interface Receiver {
  readonly events: KeptLink
  readonly login: KeptLink
}

/** Sends events to one receiver, in order, each until it is acknowledged. What finds no room to wait is dropped, and counted. */
export interface Sender {
  send(text: string): void
  backlog(): Backlog
  /** Whether the receiver takes events now. */
  isUp(): boolean
  /** Takes back what waits for the receiver: it is the caller's then. */
  takeBack(): readonly string[]
}

export interface SenderOptions {
  /** Characters. */
  readonly limit?: number
  /** Milliseconds without a loss after which it is over. */
  readonly quiet?: number
  /** Where events wait that have no room in memory; without it they are dropped. */
  readonly spool?: Spool | undefined
  /** Called when `isUp` has changed. */
  readonly changed?: () => void
}

/** Keeps a receiver's events until it has them; `sender` is the node and its start. */
export function startSender(
  {events, login}: Receiver,
  account: Account,
  sender: string,
  log: Log,
  {limit = OUTBOX_LIMIT, quiet, spool, changed = () => undefined}: SenderOptions = {},
): Sender {
  const {server, address} = events.link
  const outbox = makeOutbox()
  /** The highest id that went out on this connection. */
  let sent = 0
  /** Undefined while a login is on its way. */
  let session: string | undefined
  let channel: Channel | undefined
  /** The session that this connection was attached with, or is about to be: a second attach would send everything twice. */
  let asked: string | undefined
  let attached = false
  const tally = makeTally(
    log,
    'DataBridge',
    {
      begun: `events for ${server} at ${address} are dropped: too many wait for it`,
      ended: count => `${count} events for ${server} at ${address} were dropped`,
    },
    quiet,
  )

  /** Sends what is next, as far as the window goes: a peer that was away must not be flooded. */
  const pump = () => {
    if (!channel || !attached) return
    const oldest = outbox.first()
    const end = Math.min(outbox.next(), oldest + WINDOW)
    for (sent = Math.max(sent, oldest - 1); sent + 1 < end; sent++) {
      channel.sendText(`{"type":"event","id":${sent + 1},${outbox.at(sent + 1)}`)
    }
  }
  const attach = () => {
    if (!channel || session === undefined || asked !== undefined) return
    asked = session
    channel.send({type: 'attach', session, sender})
  }
  const logIn = (to: Channel | undefined) => {
    session = undefined
    to?.send({type: 'login', ...account})
  }
  const forget = (upTo: number) => {
    outbox.forget(upTo)
    while (spool && spool.size > 0 && outbox.characters() < limit / 2) {
      const before = spool.size
      const texts = spool.take()
      for (const text of texts) outbox.add(text)
      // Fewer than there were where a file can't be read any more.
      tally.add(before - spool.size - texts.length)
    }
  }

  const refused = onRefusal(login, log, 'DataBridge')
  login.use({
    up: logIn,
    message: (message: Message, from: Channel) => {
      if (message.type === 'refused') refused(() => logIn(from))
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
        sent = 0
        pump()
        changed()
      } else if (message.type === 'refused') {
        // The server has started anew and knows nothing of this session.
        const known = session === asked
        asked = undefined
        if (known) logIn(login.channel())
        else attach()
      }
    },
    down: () => {
      channel = undefined
      asked = undefined
      attached = false
      changed()
    },
  })

  const send = (text: string) => {
    const spooled = (spool?.size ?? 0) > 0
    // One that no server would take would be sent for ever.
    if (!fitsLine(text)) return tally.add()
    if (!spooled && outbox.characters() < limit) outbox.add(text)
    else if (!spool?.put(text)) return tally.add()
    pump()
  }
  const backlog = () => ({waiting: outbox.size() + (spool?.size ?? 0), dropped: tally.total()})
  const takeBack = () => {
    const texts = outbox.takeAll()
    while (spool && spool.size > 0) {
      const before = spool.size
      const more = spool.take()
      for (const it of more) texts.push(it)
      tally.add(before - spool.size - more.length)
    }
    return texts
  }
  events.reportBacklog(backlog)
  return {send, backlog, isUp: () => attached, takeBack}
}
