import {needed, type MakeComponent} from '../../component.js'
import {StartFailure} from '../../failure.js'
import {makeGuard} from '../../oauth/guard.js'
import {notifyRoute, policyRoute} from './admin-routes.js'
import {makeBroker} from './broker.js'
import {INTERNAL_DATA} from './data/base.js'
import {dataRoutes} from './data/routes.js'
import {makeFetchingTrafficManager} from './fetching.js'
import {keyManagers} from './key-managers.js'
import {databasePolicies} from './policies.js'
import {keepRevocationsClean} from './revocations.js'

/** 3.2.0's, which is the event hub too. */
const makeTellingTrafficManager: MakeComponent = context => {
  const {log, links, peers} = context
  const apim = needed(context, 'WSO2AM_DB')
  const shared = needed(context, 'WSO2SHARED_DB')
  const keyManager = links.find(({link}) => link.server === 'key-manager')?.link
  if (!keyManager) throw new StartFailure('the traffic manager needs a key manager')
  const {hub, policies, services, waitingFor, close} = makeBroker(context, {
    shared,
    table: 'apim.throttling',
    policies: databasePolicies(apim, shared),
  })
  const stopCleaning = keepRevocationsClean(apim, log)
  const guard = makeGuard(apim, shared)
  return {
    routes: {
      management: [
        ...dataRoutes({apim, shared}, guard, keyManagers(apim, keyManager, peers)),
        policyRoute({shared, guard, policies, log}),
        notifyRoute({apim, shared, guard, hub, log}),
      ],
    },
    apis: [INTERNAL_DATA],
    services,
    waitingFor,
    close: () => {
      stopCleaning()
      close()
    },
  }
}

/** The traffic-manager of the built-in release: counts calls; in 3.2 it carries the event hub, and tells nodes what the databases have. */
export const makeTrafficManager: MakeComponent = context =>
  context.face === '4' ? makeFetchingTrafficManager(context) : makeTellingTrafficManager(context)
