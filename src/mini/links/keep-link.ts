import type {Link} from '../config/links.js'
import {reasonOf} from '../failure.js'
import type {Log} from '../log.js'
import {backoff, pause} from '../retry.js'
import {dialGreeting} from './dial-greeting.js'
import {dialHttps} from './dial-https.js'
import type {DialOptions, OnMessage} from './dial.js'
import type {Channel} from '../wire.js'

interface LinkStatus {
  readonly state: 'connected' | 'connecting'
  readonly detail: string
  /** When this state began. */
  readonly since: Date
  /** Whether it was connected at least once since the start. */
  readonly everConnected: boolean
}

/** What uses a link's connection; told of it at once if it is up already. */
interface LinkUser {
  readonly up: (channel: Channel) => void
  readonly message: OnMessage
  readonly down?: () => void
}

/** Messages of a link: those that wait for the server now, and those that were given up since the start. */
export interface Backlog {
  readonly waiting: number
  readonly dropped: number
}

export interface KeptLink {
  readonly link: Link
  status(): LinkStatus
  /** Hears of each connection: the server may have been made anew, also so quickly that the link stayed up. */
  onConnection(listener: () => void): void
  use(user: LinkUser): void
  /** Where messages can be sent now. */
  channel(): Channel | undefined
  /** Says who knows how many messages wait for the server or were given up. */
  reportBacklog(of: () => Backlog): void
  /** Undefined for a link on which nothing waits. */
  backlog(): Backlog | undefined
  close(): void
}

/** Connects a link and keeps it connected for ever, telling changes to the log. */
export function keepLink(link: Link, options: DialOptions, log: Log, onChange: () => void): KeptLink {
  const stop = new AbortController()
  let status: LinkStatus = {
    state: 'connecting',
    detail: 'not tried yet',
    since: new Date(),
    everConnected: false,
  }
  const change = (state: LinkStatus['state'], detail: string) => {
    const since = state === status.state ? status.since : new Date()
    status = {...status, state, detail, since, everConnected: status.everConnected || state === 'connected'}
    onChange()
  }
  const listeners: (() => void)[] = []
  const tell = () => {
    for (const it of listeners) it()
  }
  const name = `${link.server} at ${link.address} (${link.key})`
  const other = link.kind === 'tcp' ? options.protocols?.get(link.port) : undefined
  const dial = link.kind === 'https' ? dialHttps : (other?.dial ?? dialGreeting)

  let user: LinkUser | undefined
  let channel: Channel | undefined
  let backlog: (() => Backlog) | undefined

  const run = async () => {
    let failures = 0
    while (!stop.signal.aborted) {
      try {
        const onMessage: OnMessage = (message, from) => user?.message(message, from)
        const connection = await dial(link, options, stop.signal, onMessage, tell)
        failures = 0
        log('INFO', 'Link', `connected to ${name}`)
        change('connected', connection.detail)
        channel = connection.channel
        if (channel) user?.up(channel)
        tell()
        const reason = await connection.closed
        channel = undefined
        user?.down?.()
        if (stop.signal.aborted) return
        change('connecting', reason)
        log('WARN', 'Link', `lost ${name}: ${reason}`)
        failures = 1
      } catch (error) {
        failures++
        change('connecting', reasonOf(error))
        // Once, not at every try: a peer may be away for hours.
        if (failures === 5 && !stop.signal.aborted) {
          log('WARN', 'Link', `can't connect to ${name}: ${reasonOf(error)}; retrying`)
        }
      }
      await pause(backoff(failures), stop.signal)
    }
  }
  void run()
  const use = (given: LinkUser) => {
    user = given
    if (channel) given.up(channel)
  }
  return {
    link,
    status: () => status,
    onConnection: listener => {
      listeners.push(listener)
      if (status.state === 'connected') listener()
    },
    use,
    channel: () => channel,
    reportBacklog: of => (backlog = of),
    backlog: () => backlog?.(),
    close: () => stop.abort(),
  }
}
