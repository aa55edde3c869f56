import type {Call} from '../../../http/call.js'
import {badRequest} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {needApi, needApiId} from '../api-service.js'
import {type Publishing} from '../publishing.js'
import {nameOf} from '../../../oauth/guard.js'
import {
  needSubscription,
  setSubscriptionStatus,
  subscriptionsOf,
  subscriptionsSeen,
  type Subscription,
} from '../subscription-store.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** SubscriptionDTO. */
const toDto = (it: Subscription) => ({
  subscriptionId: it.uuid,
  applicationInfo: {
    applicationId: it.applicationUuid,
    name: it.application,
    subscriber: it.subscriber,
    description: null,
    subscriptionCount: null,
  },
  throttlingPolicy: it.policy,
  subscriptionStatus: it.status,
})

const BLOCK_STATES = ['BLOCKED', 'PROD_ONLY_BLOCKED']

/** Who is subscribed to an API, and blocking it. */
export function subscriptionRoutes(publishing: Publishing): readonly Route[] {
  const {apim, guard, hub} = publishing

  const list = async (call: Call) => {
    const id = call.query.get('apiId') ?? ''
    const principal = await guard.principal(call, MAY.seeSubscriptions)
    const page = pageOf(call)
    if (id === '') {
      const all = await subscriptionsSeen(publishing, principal)
      return json(paged(all.map(toDto), page, '/subscriptions'))
    }
    const {api} = await needApi(publishing, principal, id)
    const all = await subscriptionsOf(apim, await needApiId(publishing, api))
    return json(paged(all.map(toDto), page, '/subscriptions', `&apiId=${encodeURIComponent(id)}`))
  }

  const setStatus = async (call: Call, statusOf: (call: Call) => string) => {
    const principal = await guard.principal(call, MAY.block)
    const id = call.query.get('subscriptionId') ?? ''
    if (id === '') throw badRequest('subscriptionId: is missing')
    const status = statusOf(call)
    const found = await needSubscription(publishing, principal, id)
    await setSubscriptionStatus(apim, found.id, status, nameOf(principal))
    hub.notify('SUBSCRIPTIONS_UPDATE', principal.tenant.domain, {
      subscriptionId: found.id,
      subscriptionUUID: found.uuid,
      apiId: found.apiId,
      applicationId: found.applicationId,
      policyId: found.policy,
      state: status,
    })
    return json(toDto({...found, status}))
  }

  return [
    route.get(`${PUBLISHER}/subscriptions`, list),
    route.post(`${PUBLISHER}/subscriptions/block-subscription`, call =>
      setStatus(call, ({query}) => {
        const state = query.get('blockState') ?? ''
        if (!BLOCK_STATES.includes(state)) throw badRequest(`blockState: is none of ${BLOCK_STATES.join(', ')}`)
        return state
      }),
    ),
    route.post(`${PUBLISHER}/subscriptions/unblock-subscription`, call => setStatus(call, () => 'UNBLOCKED')),
  ]
}
