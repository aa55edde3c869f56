import {createSecureContext} from 'node:tls'
import type {Link} from '../../../src/mini/config/links.js'
import {eventPublisher, receiversOf, type EventPublisher} from '../../../src/mini/events/publisher.js'
import {subscribeTopics} from '../../../src/mini/events/topics.js'
import {HUB_STREAM, TOPICS, type Topic} from '../../../src/mini/hub/events.js'
import {keepLink} from '../../../src/mini/links/keep-link.js'
import {CA_PEM} from './pki.js'

/** A node's side of the event hub, as a gateway and a publisher have it, in the test. */
export interface HubClient {
  readonly publisher: EventPublisher
  /** Everything that came on the topics, in order. */
  readonly messages: {readonly topic: string; readonly payload: Record<string, unknown>}[]
  /** How often a subscription was taken. */
  subscribed(): number
  /** Lines that its links logged. */
  readonly log: string[]
  /** Sends what a publisher or a portal wants broadcast. */
  say(topic: Topic, payload: object, id: string): void
  of(topic: Topic): Record<string, unknown>[]
  close(): void
}

export interface TrafficManagerPorts {
  readonly topics: number
  readonly events: number
  readonly login: number
}

const PACE = {pingEvery: 200, silence: 2_000}

/** Connects to one or more traffic managers. */
export const hubClient = (
  servers: readonly TrafficManagerPorts[],
  account = {username: 'admin', password: 'admin'},
  name = 'test-1',
): HubClient => {
  const lines: string[] = []
  const trust = createSecureContext({ca: CA_PEM})
  const links = servers.flatMap(({topics, events, login}) => {
    const link = (kind: Link['kind'], service: string, port: number): Link => ({
      server: 'traffic-manager',
      purpose: 'test',
      kind,
      service,
      host: 'localhost',
      port,
      address: `localhost:${port}`,
      file: 'test',
      key: service,
      required: true,
    })
    return [
      link('tcp', 'event-hub', topics),
      link('tcp', 'throttling-events', events),
      link('tls', 'throttling-events-auth', login),
    ]
  })
  const options = {timeout: 2_000, checkEvery: 200, trust, pace: PACE}
  const log = (level: string, source: string, text: string) => void lines.push(`${level} ${source} ${text}`)
  const kept = links.map(it => keepLink(it, options, log, () => undefined))
  const messages: HubClient['messages'] = []
  let subscribed = 0
  const hubs = kept.filter(it => it.link.service === 'event-hub')
  const listener = {
    message: (topic: string, payload: unknown) =>
      void messages.push({topic, payload: payload as Record<string, unknown>}),
    connected: () => void subscribed++,
  }
  subscribeTopics(hubs, TOPICS, account, listener, log)
  const publisher = eventPublisher(receiversOf(kept, 'throttling-events'), account, name, log)
  return {
    publisher,
    messages,
    subscribed: () => subscribed,
    log: lines,
    say: (topic, payload, id) => publisher.publish(HUB_STREAM, {topic, payload, id}),
    of: topic => messages.filter(it => it.topic === topic).map(it => it.payload),
    close: () => {
      for (const it of kept) it.close()
    },
  }
}
