import {randomUUID} from 'node:crypto'
import type {NodeContext} from '../component.js'
import {accountAt, hasEventHub, hubAccount} from '../config/accounts.js'
import type {KeptLink} from '../links/keep-link.js'
import {eventPublisher, receiversOf} from './publisher.js'
import {subscribeTopics} from './topics.js'
import type {HubClient} from '../hub/hub-client.js'
import {HUB_STREAM, type HubEvent, type Topic} from '../hub/events.js'

/** A link on which events are told to another event hub. */
export const isCopy = ({link}: Pick<KeptLink, 'link'>): boolean => link.key.includes('.event_duplicate_url')

/** Sends to the event hubs of the configuration, over 9611. Throws StartFailure without an account for them. */
export function makeHubClient({config, links, node, log}: NodeContext): HubClient {
  const receivers = receiversOf(links, 'throttling-events')
  const isOn = hasEventHub(config.settings)
  const account = isOn ? hubAccount(config.settings) : accountAt(config.settings, 'apim.throttling')
  // The product's own words.
  if (!isOn) log('INFO', 'APIManagerComponent', 'Wso2Event Publisher not enabled.')
  const events = eventPublisher(receivers, account, node, log)
  // Portals listen to no topic, but the port drops who does not log in.
  const topics = links.filter(it => it.link.service === 'event-hub' && !isCopy(it))
  subscribeTopics(topics, [], account, {message: () => undefined, connected: () => undefined}, log)
  const send = (topic: Topic, payload: HubEvent['payload']) => {
    const event: HubEvent = {topic, id: randomUUID(), payload}
    if (isOn || topic === 'throttleData') events.publish(HUB_STREAM, event)
  }
  return {
    notify: (eventType, tenantDomain, event) =>
      send('notification', {eventType, timestamp: Date.now(), tenantDomain, event}),
    revoked: event => send('tokenRevocation', event),
    throttleData: event => send('throttleData', event),
    keyManager: event => send('keyManager', event),
  }
}
