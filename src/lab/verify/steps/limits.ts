import {makeCaller} from '../applications.js'
import {StepFailure} from '../call.js'
import {RESOURCES, withPolicyOn} from '../payloads.js'
import {makePolicy} from '../policies.js'
import {callApi} from '../requests.js'
import type {Walk} from '../walk.js'
import {changeApi} from './api.js'
import {onEveryRoute} from './calls.js'

const REQUESTS_PER_MINUTE = 3

/** An alert is raised for more than ten: analytics-apim v3.2.0 apim_alert_frequent_tier_limit_hitting_0.siddhi. */
const REFUSED_CALLS = 12

/** Puts an advanced policy on a resource and exceeds it. */
export async function limit(walk: Walk): Promise<string> {
  const name = `${walk.names.mark}Resource`
  await makePolicy(walk, 'advanced', name, REQUESTS_PER_MINUTE)
  await changeApi(walk, api => withPolicyOn(RESOURCES.limited, name, api))
  const expected = `HTTP 429 after ${REQUESTS_PER_MINUTE} calls a minute of ${RESOURCES.limited}`
  const routes = await onEveryRoute(walk, route =>
    walk.until(
      expected,
      () => callApi(walk, route.to('gateway-https'), RESOURCES.limited, walk.get('appToken')),
      ({status}) => status === 429,
    ),
  )
  walk.set('limitedAt', Date.now())
  return `429 after ${REQUESTS_PER_MINUTE} calls, ${routes}`
}

/** Calls again when the policy's window is over. */
export async function limitOver(walk: Walk): Promise<string> {
  const {windowMs, propagationMs, slowPollMs} = walk.options.timeouts
  const routes = await onEveryRoute(walk, route =>
    walk.until(
      `HTTP 200 after the window of the policy on ${RESOURCES.limited}`,
      () => callApi(walk, route.to('gateway-https'), RESOURCES.limited, walk.get('appToken')),
      ({status}) => status === 200,
      {propagationMs: windowMs + propagationMs, pollMs: slowPollMs},
    ),
  )
  return `200 ${Math.round((Date.now() - walk.get('limitedAt')) / 1000)} s after the 429, ${routes}`
}

/** Exceeds an application's policy so often that analytics raise an alert. */
export async function appLimit(walk: Walk): Promise<string> {
  const {timeouts} = walk.options
  const policy = `${walk.names.mark}Application`
  await makePolicy(walk, 'application', policy, REQUESTS_PER_MINUTE)
  const {token} = await makeCaller(walk, {name: `${walk.names.mark}Limited`, tokenType: 'JWT', policy})
  const gateway = walk.to('gateway-https')
  const deadline = Date.now() + timeouts.propagationMs + timeouts.windowMs
  for (let refused = 0; refused < REFUSED_CALLS;) {
    const call = await walk.until(
      `HTTP 429 after ${REQUESTS_PER_MINUTE} calls a minute of the application`,
      () => callApi(walk, gateway, RESOURCES.open, token),
      ({status}) => status === 429,
    )
    refused++
    if (Date.now() > deadline) throw new StepFailure(`${REFUSED_CALLS} refused calls, got ${refused}`, call)
  }
  return `429 for ${REFUSED_CALLS} calls, through ${gateway.route}`
}
