import {needed, type MakeComponent} from '../../component.js'
import {accountAt, superAdmin} from '../../config/accounts.js'
import {eventReceiver} from '../../events/receiver.js'
import {StartFailure} from '../../failure.js'
import {THROTTLE_STREAM, HUB_STREAM, type HubEvent} from '../../hub/events.js'
import {makeGuard} from '../../oauth/guard.js'
import {checkAccounts} from './accounts.js'
import {adminRoutes} from './admin-routes.js'
import {dataRoutes} from './data/routes.js'
import {makeHub} from './hub.js'
import {keyManagers} from './key-managers.js'
import {keepPolicies} from './policies.js'
import {keepRevocationsClean} from './revocations.js'
import {makeThrottling} from './throttling.js'

/** POLICY_CREATE, POLICY_UPDATE, POLICY_DELETE. */
const isAboutPolicies = ({topic, payload}: HubEvent): boolean =>
  topic === 'notification' && String((payload as {eventType?: unknown}).eventType).startsWith('POLICY_')

/** The traffic-manager of the built-in release: counts calls, carries the event hub, and tells nodes what the databases have. */
export const makeTrafficManager: MakeComponent = context => {
  const {home, log, links, peers, config} = context
  const apim = needed(context, 'WSO2AM_DB')
  const shared = needed(context, 'WSO2SHARED_DB')
  const keyManager = links.find(({link}) => link.server === 'key-manager')?.link
  if (!keyManager) throw new StartFailure('the traffic manager needs a key manager')
  const authenticate = checkAccounts(shared, superAdmin(config.settings))

  const hub = makeHub({
    authenticate,
    others: links.filter(({link}) => link.service === 'event-hub'),
    account: accountAt(config.settings, 'apim.throttling'),
    heard: event => {
      if (isAboutPolicies(event)) policies.refresh()
    },
    log,
  })
  const throttling = makeThrottling(decision => hub.say('throttleData', decision))
  const policies = keepPolicies({
    home,
    apim,
    shared,
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

  const stopCleaning = keepRevocationsClean(apim, log)
  const guard = makeGuard(apim, shared)
  return {
    routes: {
      management: [
        ...dataRoutes({apim, shared}, guard, keyManagers(apim, keyManager, peers)),
        ...adminRoutes({apim, shared, guard, policies, hub, log}),
      ],
    },
    apis: [{base: '/internal/data/v1', name: 'internal data'}],
    services: {
      'event-hub': hub.serve,
      'throttling-events': receiver.events,
      'throttling-events-auth': receiver.login,
    },
    waitingFor: () => (policies.ready() ? [] : ['throttling policies']),
    close: () => {
      stopCleaning()
      policies.close()
      throttling.close()
    },
  }
}
