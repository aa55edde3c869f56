import type {
  BlockEvent,
  KeyManagerEvent,
  KeyTemplateEvent,
  Notification,
  PolicyType,
  RevocationEvent,
  ThrottleDecision,
} from '../../hub/events.js'
import type {Blocks} from './blocks.js'
import {LISTS_OF, LISTS_OF_POLICY, type FetchedName} from './lists.js'
import type {Revoked} from './revoked.js'
import type {Throttle} from './throttle.js'

interface FeedParts {
  readonly throttle: Throttle
  readonly blocks: Blocks
  readonly revoked: Revoked
  readonly want: (names: readonly FetchedName[]) => void
  /** Something is other now that a restart should know. */
  readonly changed: () => void
}

type Payload = Readonly<Record<string, unknown>>

function listsOf({eventType, event}: Notification): readonly FetchedName[] {
  if (eventType in LISTS_OF) return LISTS_OF[eventType as keyof typeof LISTS_OF]
  return LISTS_OF_POLICY[event?.policyType as PolicyType] ?? Object.values(LISTS_OF_POLICY).flat()
}

/** Applies what the event hub says; what it does not know it leaves alone. */
export function makeFeed({throttle, blocks, revoked, want, changed}: FeedParts) {
  const throttleData = (payload: Payload) => {
    if ('throttleKey' in payload) return throttle.decide(payload as unknown as ThrottleDecision)
    if ('keyTemplateValue' in payload) throttle.template(payload as unknown as KeyTemplateEvent)
    else if ('blockingCondition' in payload) blocks.apply(payload as unknown as BlockEvent)
    changed()
  }
  const topics: Readonly<Record<string, (payload: Payload) => void>> = {
    throttleData,
    tokenRevocation: payload => {
      revoked.add(payload as unknown as RevocationEvent)
      changed()
    },
    notification: payload => want(listsOf(payload as unknown as Notification)),
    keyManager: payload => {
      if ((payload as unknown as KeyManagerEvent).event_type === 'key_manager_configuration') want(['keymanagers'])
    },
  }
  return (topic: string, payload: unknown): void => {
    if (typeof payload === 'object' && payload !== null) topics[topic]?.(payload as Payload)
  }
}
