import {needed, type MakeComponent} from '../../component.js'
import {eventReceiver} from '../../events/receiver.js'
import {reasonOf} from '../../failure.js'
import {every} from '../../retry.js'
import {acceptInto} from './accept.js'
import {purge} from './count.js'
import {ruleRoutes} from './rules.js'
import {storeQueryRoutes} from './store-query.js'
import {isUser, onlyUsers, readUsers} from './users.js'

/** The time between two removals of what is too old: @purge of the Siddhi files. */
const PURGE_EVERY_MS = 60 * 60_000

/** The analytics worker of the built-in release: takes events, counts them, raises alerts, answers queries. */
export const makeAnalyticsWorker: MakeComponent = context => {
  const {config, log} = context
  const statistics = needed(context, 'APIM_ANALYTICS_DB')
  const users = readUsers(config.settings)
  const authenticate = onlyUsers(users)
  const receiver = eventReceiver({
    authenticate: account => Promise.resolve(isUser(users, account)),
    accept: acceptInto(statistics, log),
    log,
  })
  const purged = () => purge(statistics)
  const close = every(PURGE_EVERY_MS, purged, error =>
    log('WARN', 'Analytics', `old statistics stay: ${reasonOf(error)}`),
  )
  return {
    services: {
      'analytics-events': receiver.events,
      'analytics-events-auth': receiver.login,
      'analytics-events-binary': receiver.events,
      'analytics-events-binary-auth': receiver.login,
    },
    apis: [{base: '/business-rules', name: 'business rules'}],
    routes: {
      management: ruleRoutes(statistics, authenticate),
      'store-query': storeQueryRoutes(statistics, authenticate),
    },
    close,
  }
}
