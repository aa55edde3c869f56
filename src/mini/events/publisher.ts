import {randomUUID} from 'node:crypto'
import {basename} from 'node:path'
import type {Account} from '../http/credentials.js'
import {StartFailure} from '../failure.js'
import type {KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'
import {startSender, type Receiver, type Sender, type SenderOptions} from './sender.js'
import type {Spool} from './spool.js'

/** Receivers of which one gets each event: in turn, or the first that lives. */
export interface ReceiverGroup {
  readonly inTurn: boolean
  readonly receivers: readonly Receiver[]
}

/** A stream, and fields that many of its events have: text that is made once for all of them. */
export type SharedFields = string & {readonly shared: unique symbol}

/** `fields`: at least one. */
export const shareFields = (stream: string, fields: object): SharedFields =>
  `${JSON.stringify({stream, event: fields}).slice(1, -2)},` as SharedFields

/** Sends events to every group. */
export interface EventPublisher {
  publish(stream: string, event: unknown): void
  /** Sends an event that has fields of its own beside the shared ones. */
  publishWith(shared: SharedFields, own: object): void
  /** How many events wait, at the receiver that has most of them waiting. */
  waiting(): number
}

export interface PublisherOptions extends Omit<SenderOptions, 'spool' | 'changed'> {
  /** By the receiver's number. */
  readonly spool?: (receiver: number) => Spool
}

/**
 * The groups of a service: events links with their login links, which a url_group lists in the same order. Throws StartFailure for a
 * group with another number of logins than of receivers, with which the product publishes nothing.
 */
export function receiversOf(links: readonly KeptLink[], service: string): readonly ReceiverGroup[] {
  const of = (name: string) => links.filter(({link}) => link.service === name)
  const [events, logins] = [of(service), of(`${service}-auth`)]
  const grouped = events.filter(({link}) => link.group)
  // Without a group each address is one of its own.
  if (grouped.length === 0) return pairs(events, logins).map(it => ({inTurn: false, receivers: [it]}))
  return [...new Set(grouped.map(({link}) => link.group?.number))].map(number => {
    const inGroup = ({link}: KeptLink) => link.group?.number === number
    const [own, its] = [grouped.filter(inGroup), logins.filter(inGroup)]
    return {inTurn: own[0]?.link.group?.inTurn ?? false, receivers: pairs(own, its)}
  })
}

function pairs(events: readonly KeptLink[], logins: readonly KeptLink[]): readonly Receiver[] {
  if (logins.length === events.length) return events.map((it, i) => ({events: it, login: logins[i]!}))
  const {file = '', key = ''} = events[0]?.link ?? {}
  const counts = `${events.length} addresses for events and ${logins.length} to log in at`
  throw new StartFailure(`${basename(file)}: key ${key}: ${counts}; each receiver needs both, in the same order`)
}

/**
 * Sends each event to one of several receivers. What waits for one that is away goes to one that is there, as the product's data agent
 * has it (DataEndpointGroup of carbon-analytics-common v5.2.26): an event whose acknowledgement was lost may come twice.
 */
function groupOf(inTurn: boolean, start: (changed: () => void) => readonly Sender[]): (text: string) => void {
  let turn = 0
  const next = (): Sender | undefined => {
    const {length} = senders
    const first = inTurn ? turn++ % length : 0
    for (let i = 0; i < length; i++) {
      const it = senders[(first + i) % length]!
      if (it.isUp()) return it
    }
    return senders[first]
  }
  const handOver = () => {
    if (!senders.some(it => it.isUp())) return
    for (const it of senders) {
      if (it.isUp() || it.backlog().waiting === 0) continue
      for (const text of it.takeBack()) next()?.send(text)
    }
  }
  const senders = start(handOver)
  return text => next()?.send(text)
}

/** Makes the publisher of a node for groups of receivers; without any it sends nowhere. */
export function eventPublisher(
  groups: readonly ReceiverGroup[],
  account: Account,
  node: string,
  log: Log,
  {spool, ...outbox}: PublisherOptions = {},
): EventPublisher {
  const name = `${node}/${randomUUID()}`
  const senders: Sender[] = []
  const targets = groups.map(({inTurn, receivers}) =>
    groupOf(inTurn, changed => {
      const own = receivers.map((it, i) =>
        startSender(it, account, name, log, {...outbox, spool: spool?.(senders.length + i), changed}),
      )
      senders.push(...own)
      return own
    }),
  )
  const send = (text: string) => {
    for (const it of targets) it(text)
  }
  return {
    publish: (stream, event) => {
      if (targets.length > 0) send(JSON.stringify({stream, event}).slice(1))
    },
    publishWith: (shared, own) => {
      if (targets.length > 0) send(`${shared}${JSON.stringify(own).slice(1)}}`)
    },
    waiting: () => Math.max(0, ...senders.map(it => it.backlog().waiting)),
  }
}
