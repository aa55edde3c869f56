import {createSecureContext} from 'node:tls'
import type {LinkKind} from '../../../src/mini/config/address.js'
import {eventPublisher, type EventPublisher} from '../../../src/mini/events/publisher.js'
import type {Account} from '../../../src/mini/http/credentials.js'
import {keepLink, type KeptLink} from '../../../src/mini/links/keep-link.js'
import {CA_PEM} from './pki.js'

export interface EventSender extends EventPublisher {
  readonly log: readonly string[]
  close(): void
}

/** A node that sends events to a server of `service` on two ports of loopback. */
export const eventSender = (
  service: string,
  ports: {readonly events: number; readonly login: number},
  account: Account,
  name = 'gateway-1',
): EventSender => {
  const lines: string[] = []
  const log = (level: string, source: string, text: string) => void lines.push(`${level} ${source} ${text}`)
  const options = {
    trust: createSecureContext({ca: CA_PEM}),
    timeout: 2_000,
    checkEvery: 200,
    pace: {pingEvery: 200, silence: 2_000},
  }
  const link = (kind: LinkKind, port: number, named: string): KeptLink =>
    keepLink(
      {
        server: 'analytics-worker',
        purpose: 'test',
        kind,
        service: named,
        host: 'localhost',
        port,
        address: `localhost:${port}`,
        file: 'f',
        key: 'k',
        required: true,
      },
      options,
      log,
      () => undefined,
    )
  const [events, login] = [link('tcp', ports.events, service), link('tls', ports.login, `${service}-auth`)]
  const publisher = eventPublisher([{inTurn: false, receivers: [{events, login}]}], account, name, log)
  const close = () => {
    events.close()
    login.close()
  }
  return {...publisher, log: lines, close}
}
