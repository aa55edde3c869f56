import type {Pool} from 'mysql2/promise'
import type {Component, NodeContext} from '../../component.js'
import {accountAt, superAdmin} from '../../config/accounts.js'
import {isCopy} from '../../events/hub.js'
import {eventReceiver} from '../../events/receiver.js'
import {HUB_STREAM, THROTTLE_STREAM} from '../../hub/events.js'
import {checkAccounts} from './accounts.js'
import {makeHub, type Hub} from './hub.js'
import type {Plan} from './plans.js'
import {keepPolicies, type Policies} from './policies.js'
import {makeThrottling} from './throttling.js'

/** POLICY_CREATE, POLICY_UPDATE, POLICY_DELETE. */
export const isAboutPolicies = (topic: string, payload: unknown): boolean =>
  topic === 'notification' && String((payload as {eventType?: unknown} | null)?.eventType).startsWith('POLICY_')

interface BrokerOptions {
  readonly shared: Pool
  /** Of the table with the account for other brokers. */
  readonly table: 'apim.throttling' | 'apim.event_hub'
  /** All policies that calls are counted by. */
  readonly policies: () => Promise<readonly Plan[]>
}

export interface Broker extends Required<Pick<Component, 'services' | 'waitingFor'>> {
  readonly hub: Hub
  readonly policies: Policies
  close(): void
}

/** What counts calls and broadcasts events: a broker (5672) and its receivers (9611, 9711). */
export function makeBroker(context: NodeContext, {shared, table, policies: read}: BrokerOptions): Broker {
  const {home, log, links, config} = context
  const authenticate = checkAccounts(shared, superAdmin(config.settings))

  const hub = makeHub({
    authenticate,
    others: links.filter(isCopy),
    account: accountAt(config.settings, table),
    heard: ({topic, payload}) => {
      if (isAboutPolicies(topic, payload)) policies.refresh()
    },
    log,
  })
  const throttling = makeThrottling(decision => hub.say('throttleData', decision))
  const policies = keepPolicies({
    home,
    read,
    log,
    onChange: (known, custom) => {
      throttling.setPolicies(known, custom)
      context.changed()
    },
  })

  const takers: Readonly<Record<string, (event: unknown) => void>> = {
    [THROTTLE_STREAM]: throttling.count,
    [HUB_STREAM]: hub.accept,
  }
  const receiver = eventReceiver({
    authenticate,
    log,
    accept: events => {
      let refused = 0
      for (const {stream, event} of events) {
        try {
          const take = takers[stream]
          if (!take) throw new Error('no such stream')
          take(event)
        } catch {
          // Sent again it would be as wrong: it counts as taken.
          refused++
        }
      }
      if (refused > 0) log('WARN', 'DataBridge', `left out ${refused} events that fit no stream`)
      return Promise.resolve()
    },
  })
  return {
    hub,
    policies,
    services: {
      'event-hub': hub.serve,
      'throttling-events': receiver.events,
      'throttling-events-auth': receiver.login,
    },
    waitingFor: () => (policies.ready() ? [] : ['throttling policies']),
    close: () => {
      policies.close()
      throttling.close()
    },
  }
}
