import type {
  BlockEvent,
  KeyManagerEvent,
  KeyTemplateEvent,
  Notification,
  NotificationType,
  RevocationEvent,
} from './events.js'

/** The event hub, as portals use it: what is said is kept until every event hub has it. */
export interface HubClient {
  notify(eventType: NotificationType, tenantDomain: string, event: Notification['event']): void
  /** Gateways refuse the token from now on. */
  revoked(event: RevocationEvent): void
  throttleData(event: BlockEvent | KeyTemplateEvent): void
  /** Gateways fetch the key managers again. */
  keyManager(event: KeyManagerEvent): void
}
