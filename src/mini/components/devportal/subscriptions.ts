import {z} from 'zod'
import type {Api} from '../../apis/api.js'
import {findApiId} from '../../apis/api-rows.js'
import {findApi} from '../../apis/api-store.js'
import {change, row, transaction} from '../../databases/sql.js'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {alreadyExists, badRequest, Fault, missing, notFound} from '../../http/fault.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {apiInfo, isOpenTo} from './api-view.js'
import {applicationInfo, lockApplication, ownApplication, type Application} from './application-store.js'
import {askedTenant, BASE, SCOPES, type Portal, type PortalData} from './portal.js'
import {
  apisOf,
  findSubscription,
  insertSubscription,
  subscriptionsOf,
  subscriptionsTo,
  type Subscription,
} from './subscription-store.js'
import {subscriberOf} from './subscribers.js'
import {visibleApi} from './visible-apis.js'

const body = z.object({
  apiId: z.string().min(1),
  applicationId: z.string().min(1),
  throttlingPolicy: z.string().min(1).max(50),
  requestedThrottlingPolicy: z.string().max(50).nullish(),
  status: z.string().nullish(),
})

/** Subscription of store-api.yaml, carbon-apimgt v6.7.206. */
const view = ({uuid, policy, pendingPolicy, status}: Subscription, api: Api | undefined, application: Application) => ({
  subscriptionId: uuid,
  applicationId: application.uuid,
  apiId: api?.id ?? null,
  apiInfo: api ? apiInfo(api) : null,
  applicationInfo: applicationInfo(application),
  throttlingPolicy: policy,
  requestedThrottlingPolicy: pendingPolicy ?? policy,
  status,
  redirectionParams: null,
})

/** RestAPIStoreUtils.checkSubscriptionAllowed. Throws a Fault 403. */
function checkPolicy(api: Api, policy: string) {
  if (api.policies.includes(policy)) return
  throw new Fault(
    403,
    `Tier ${policy} is not allowed for API ${api.name}-${api.version}. Only ${api.policies.join(', ')} Tiers are allowed.`,
  )
}

/** RestAPIStoreUtils.checkSubscriptionAllowed: who of other tenants may subscribe is the API's to say. Throws a Fault 403. */
async function checkTenant({shared}: PortalData, api: Api, {tenant}: Principal) {
  if (isOpenTo(api, tenant.domain)) return
  if (!(await findApi(shared, tenant.id, api.id)))
    throw new Fault(403, `Subscription is not allowed for ${tenant.domain}`)
}

/** APIConsumerImpl.addSubscription: in other states nobody subscribes any more. Throws a Fault 404. */
function checkState({lifeCycleStatus}: Api) {
  if (lifeCycleStatus === 'PUBLISHED' || lifeCycleStatus === 'PROTOTYPED') return
  throw notFound(`Subscriptions not allowed on APIs/API Products in the state: ${lifeCycleStatus}`)
}

/** Subscribes an application to an API. Throws a Fault 403, 404 or, where it does so already, 409. */
export async function subscribe(
  portal: PortalData,
  principal: Principal,
  application: Application,
  api: Api,
  policy: string,
): Promise<Subscription> {
  await checkTenant(portal, api, principal)
  checkState(api)
  checkPolicy(api, policy)
  const apiId = await findApiId(portal.apim, api)
  if (apiId === undefined) throw missing('API', api.id)
  const {id, uuid} = await transaction(portal.apim, async on => {
    // The table has no key against two calls at once.
    await lockApplication(on, application)
    const there = 'SELECT SUBSCRIPTION_ID AS id FROM AM_SUBSCRIPTION WHERE API_ID = ? AND APPLICATION_ID = ?'
    if (await row(on, there, [apiId, application.id])) {
      throw alreadyExists(
        `Specified subscription already exists for API ${api.id}, for application ${application.uuid}`,
        900336,
      )
    }
    const by = nameOf(principal)
    return insertSubscription(on, {apiId, applicationId: application.id, policy, status: 'UNBLOCKED', by})
  })
  const event = {subscriptionId: id, subscriptionUUID: uuid, apiId, applicationId: application.id, policyId: policy}
  portal.hub.notify('SUBSCRIPTIONS_CREATE', principal.tenant.domain, event)
  const made = await findSubscription(portal, uuid)
  if (!made) throw missing('Subscription', uuid)
  return made
}

/** Gives a subscription another policy. Throws a Fault 403 where the API has it not, 404 where it is gone. */
export async function changePolicy(
  portal: PortalData,
  principal: Principal,
  application: Application,
  subscription: Subscription,
  policy: string,
): Promise<Subscription> {
  const api = (await apisOf(portal, [subscription])).get(subscription)
  if (!api) throw missing('API', subscription.apiName)
  checkPolicy(api, policy)
  const sql =
    'UPDATE AM_SUBSCRIPTION SET TIER_ID = ?, TIER_ID_PENDING = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE SUBSCRIPTION_ID = ?'
  await change(portal.apim, sql, [policy, policy, nameOf(principal).slice(0, 100), subscription.id])
  const {id: subscriptionId, apiId} = subscription
  const event = {subscriptionId, apiId, applicationId: application.id, policyId: policy}
  portal.hub.notify('SUBSCRIPTIONS_UPDATE', principal.tenant.domain, event)
  return {...subscription, policy, pendingPolicy: policy}
}

/** A subscription of a user's own application. Throws a Fault 403 or 404. */
export async function ownSubscription(portal: Portal, principal: Principal, uuid: string) {
  const subscription = await findSubscription(portal, uuid)
  if (!subscription) throw missing('Subscription', uuid)
  return {principal, subscription, application: await ownApplication(portal, principal, subscription.applicationUuid)}
}

/** Ends a subscription. */
export async function unsubscribe(portal: Portal, principal: Principal, of: Application, {id, apiId}: Subscription) {
  await change(portal.apim, 'DELETE FROM AM_SUBSCRIPTION WHERE SUBSCRIPTION_ID = ?', [id])
  const event = {subscriptionId: id, apiId, applicationId: of.id}
  portal.hub.notify('SUBSCRIPTIONS_DELETE', principal.tenant.domain, event)
}

/** Routes about the subscriptions of a user's own applications. */
export function subscriptionRoutes(portal: Portal): readonly Route[] {
  const caller = (call: Call) => portal.guard.principal(call, SCOPES.subscriptions)
  const one = async (call: Call) => ownSubscription(portal, await caller(call), call.param('subscriptionId'))
  const shown = async (subscription: Subscription, application: Application) =>
    view(subscription, (await apisOf(portal, [subscription])).get(subscription), application)

  const wanted = async (call: Call, principal: Principal) => {
    const [apiId, applicationId] = [call.query.get('apiId'), call.query.get('applicationId')]
    if (applicationId) return subscriptionsOf(portal, await ownApplication(portal, principal, applicationId))
    if (!apiId) throw badRequest('Either applicationId or apiId should be available')
    const api = await visibleApi(portal, await askedTenant(portal, call, principal), apiId, principal)
    const id = await findApiId(portal.apim, api)
    return id === undefined ? [] : subscriptionsTo(portal, id, await subscriberOf(portal, principal))
  }
  const list = async (call: Call) => {
    const principal = await caller(call)
    const found = await wanted(call, principal)
    const apis = await apisOf(portal, found)
    const applications = new Map<string, Application>()
    for (const uuid of new Set(found.map(it => it.applicationUuid)))
      applications.set(uuid, await ownApplication(portal, principal, uuid))
    const views = found.flatMap(it => {
      const application = applications.get(it.applicationUuid)
      return application ? [view(it, apis.get(it), application)] : []
    })
    return json(paged(views, pageOf(call), '/subscriptions', '&groupId='))
  }
  const create = async (call: Call) => {
    const principal = await caller(call)
    const {apiId, applicationId, throttlingPolicy} = await bodyOf(call, body)
    const application = await ownApplication(portal, principal, applicationId)
    const api = await visibleApi(portal, await askedTenant(portal, call, principal), apiId, principal)
    const made = await subscribe(portal, principal, application, api, throttlingPolicy)
    return {...json(view(made, api, application), 201), headers: {location: `${BASE}/subscriptions/${made.uuid}`}}
  }
  /** SubscriptionsApiServiceImpl of carbon-apimgt v6.7.206: the first that can't be made is the answer, those before it stay. */
  const createAll = async (call: Call) => {
    const principal = await caller(call)
    const tenant = await askedTenant(portal, call, principal)
    const made: unknown[] = []
    for (const {apiId, applicationId, throttlingPolicy} of await bodyOf(call, z.array(body).max(100))) {
      const application = await ownApplication(portal, principal, applicationId)
      const api = await visibleApi(portal, tenant, apiId, principal)
      made.push(view(await subscribe(portal, principal, application, api, throttlingPolicy), api, application))
    }
    return json(made)
  }
  const update = async (call: Call) => {
    const {principal, subscription, application} = await one(call)
    const {throttlingPolicy, requestedThrottlingPolicy, status} = await bodyOf(call, body)
    if (status === 'BLOCKED' || status === 'ON_HOLD' || status === 'REJECTED') {
      throw badRequest('Cannot update subscriptions with provided status')
    }
    // The product looks at what is requested alone; who changes only the other field means that.
    const asked = [requestedThrottlingPolicy, throttlingPolicy].find(it => it && it !== subscription.policy)
    const policy = asked ?? subscription.policy
    return json(await shown(await changePolicy(portal, principal, application, subscription, policy), application))
  }
  const get = async (call: Call) => {
    const {subscription, application} = await one(call)
    return json(await shown(subscription, application))
  }
  const remove = async (call: Call) => {
    const {principal, subscription, application} = await one(call)
    await unsubscribe(portal, principal, application, subscription)
    return {status: 200}
  }
  return [
    route.get(`${BASE}/subscriptions`, list),
    route.post(`${BASE}/subscriptions`, create),
    route.post(`${BASE}/subscriptions/multiple`, createAll),
    route.get(`${BASE}/subscriptions/:subscriptionId`, get),
    route.put(`${BASE}/subscriptions/:subscriptionId`, update),
    route.delete(`${BASE}/subscriptions/:subscriptionId`, remove),
  ]
}
