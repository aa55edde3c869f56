import type {Link} from '../config/links.js'
import {reasonOf} from '../failure.js'
import type {Log} from '../log.js'
import {dialAmqp} from './amqp.js'
import {backoff, pause} from './backoff.js'
import {dialGreeting} from './dial-greeting.js'
import {dialHttps} from './dial-https.js'
import type {DialOptions} from './dial.js'

export interface LinkStatus {
  readonly state: 'connected' | 'connecting'
  readonly detail: string
  /** When this state began. */
  readonly since: Date
  /** Whether it was connected at least once since the start. */
  readonly everConnected: boolean
}

export interface KeptLink {
  readonly link: Link
  status(): LinkStatus
  close(): void
}

/** Connects a link and keeps it connected for ever, telling changes to the log. */
export const keepLink = (link: Link, options: DialOptions, log: Log, onChange: () => void): KeptLink => {
  const stop = new AbortController()
  let status: LinkStatus = {
    state: 'connecting',
    detail: 'not tried yet',
    since: new Date(),
    everConnected: false,
  }
  const change = (state: LinkStatus['state'], detail: string) => {
    const since = state === status.state ? status.since : new Date()
    status = {state, detail, since, everConnected: status.everConnected || state === 'connected'}
    onChange()
  }
  const name = `${link.server} at ${link.address} (${link.key})`
  const amqp = link.kind === 'tcp' && link.port === options.amqpPort
  const dial = link.kind === 'https' ? dialHttps : amqp ? dialAmqp : dialGreeting

  const run = async () => {
    let failures = 0
    while (!stop.signal.aborted) {
      try {
        const connection = await dial(link, options, stop.signal)
        failures = 0
        log('INFO', 'Link', `connected to ${name}`)
        change('connected', connection.detail)
        const reason = await connection.closed
        if (stop.signal.aborted) return
        change('connecting', reason)
        log('WARN', 'Link', `lost ${name}: ${reason}`)
        failures = 1
      } catch (error) {
        failures++
        change('connecting', reasonOf(error))
        // Once, not at every try: a peer may be away for hours.
        if (failures === 5 && !stop.signal.aborted) {
          log('WARN', 'Link', `can't connect to ${name}: ${reasonOf(error)}; trying on`)
        }
      }
      await pause(backoff(failures), stop.signal)
    }
  }
  void run()
  return {link, status: () => status, close: () => stop.abort()}
}
