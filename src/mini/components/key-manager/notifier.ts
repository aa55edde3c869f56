import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import type {Settings} from '../../config/settings.js'
import {namesOf, type KeyPath} from '../../config/keys.js'
import {reasonOf} from '../../failure.js'
import type {Account} from '../../http/credentials.js'
import {CORRELATION_HEADER} from '../../http/call.js'
import type {RevocationNotice} from '../../hub/events.js'
import {backoff, pause} from '../../retry.js'

const SOURCE = 'TokenRevocation'
/** Notices that wait for a traffic manager; AM_REVOKED_JWT has them all, so whoever starts later reads them there. */
const AT_MOST = 10_000

const LISTENERS = ['event_listener']
const NEED = {why: 'the traffic manager is told of revoked tokens with it', example: 'a text'}
const PREFIX = 'header.'

interface Endpoint {
  readonly account: Account
  readonly headers: Readonly<Record<string, string>>
}

/** Account and headers of the listener `token_revocation`. */
function readEndpoint(settings: Settings): Endpoint {
  const index = Array.from({length: settings.count(LISTENERS, NEED)}, (_, i) => i).find(
    i => settings.value([...LISTENERS, i, 'id']) === 'token_revocation',
  )
  const properties: KeyPath = [...LISTENERS, index ?? 0, 'properties']
  const names = namesOf(settings.value(properties)).filter(name => name.startsWith(PREFIX))
  return {
    account: accountAt(settings, properties),
    headers: Object.fromEntries(
      names.map(name => [name.slice(PREFIX.length), settings.text([...properties, name], NEED)]),
    ),
  }
}

/** Tells the traffic manager of revoked tokens, one after the other, each until it is answered. */
export function makeNotifier({config, links, peers, log}: NodeContext) {
  const link = links.map(it => it.link).find(it => it.key.endsWith('notification_endpoint'))
  const endpoint = readEndpoint(config.settings)
  const stop = new AbortController()
  const waiting: {readonly notice: RevocationNotice; readonly correlationId: string}[] = []
  let sending = false

  /** Whether that was the last try. */
  const send = async ({notice, correlationId}: (typeof waiting)[number], failures: number): Promise<boolean> => {
    const tell = (level: 'INFO' | 'WARN' | 'ERROR', text: string) =>
      log(level, SOURCE, `revocation ${notice.eventId}: ${text} ${CORRELATION_HEADER}=${correlationId}`)
    if (!link || notice.expiryTime <= Date.now()) return true
    try {
      const path = new URL(link.address).pathname
      const {status} = await peers.ask(link, {method: 'POST', path, ...endpoint, json: notice, correlationId})
      if (status < 300) {
        tell('INFO', 'told the traffic manager')
        return true
      }
      if (status === 400) {
        tell('ERROR', 'the traffic manager refuses it')
        return true
      }
      if (failures === 1) tell('WARN', `the traffic manager answers ${status}; retrying`)
    } catch (error) {
      if (failures === 1) tell('WARN', `can't tell the traffic manager: ${reasonOf(error)}; retrying`)
    }
    return false
  }

  const run = async () => {
    sending = true
    for (let failures = 1; waiting[0] && !stop.signal.aborted;) {
      if (await send(waiting[0], failures)) {
        waiting.shift()
        failures = 1
      } else await pause(backoff(failures++), stop.signal)
    }
    sending = false
  }

  return {
    tell: (notice: RevocationNotice, correlationId: string) => {
      if (waiting.length >= AT_MOST) {
        log(
          'WARN',
          SOURCE,
          `too many wait: ${notice.eventId} is only in the database ${CORRELATION_HEADER}=${correlationId}`,
        )
        return
      }
      waiting.push({notice, correlationId})
      if (!sending) void run()
    },
    close: () => stop.abort(),
  }
}
