import {randomUUID} from 'node:crypto'
import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {eventPublisher, receiversOf} from '../../events/publisher.js'
import {HUB_STREAM, type HubEvent, type Notification, type NotificationType} from '../../hub/events.js'

/** Tells the event hub what changed. */
export interface Hub {
  notify(eventType: NotificationType, tenantDomain: string, event: Notification['event']): void
}

/** The hub of a node: every traffic manager of its configuration. Throws StartFailure without an account for them. */
export const makeHub = ({config: {settings}, links, node, log}: NodeContext): Hub => {
  const account = accountAt(settings, 'apim.throttling')
  const publisher = eventPublisher(receiversOf(links, 'throttling-events'), account, node, log)
  return {
    notify: (eventType, tenantDomain, event) => {
      const payload: Notification = {eventType, timestamp: Date.now(), tenantDomain, event}
      publisher.publish(HUB_STREAM, {topic: 'notification', id: randomUUID(), payload} satisfies HubEvent)
    },
  }
}
