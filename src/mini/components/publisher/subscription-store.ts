import {apiKey} from '../../apis/api-rows.js'
import {listApis} from '../../apis/api-store.js'
import {change, row, rows, type Queryable} from '../../databases/sql.js'
import {missing} from '../../http/fault.js'
import type {Principal} from '../../oauth/guard.js'
import {seenBy} from './access-control.js'
import type {Publishing} from './publishing.js'

/** A subscription of an API, as its publisher sees it. */
export interface Subscription {
  readonly id: number
  readonly uuid: string
  readonly apiId: number
  readonly applicationId: number
  readonly applicationUuid: string
  readonly application: string
  readonly subscriber: string
  readonly policy: string
  readonly status: string
  readonly provider: string
  readonly apiName: string
  readonly version: string
}

const SELECT =
  'SELECT s.SUBSCRIPTION_ID AS id, s.UUID AS uuid, s.API_ID AS apiId, a.APPLICATION_ID AS applicationId, a.UUID AS applicationUuid, ' +
  'a.NAME AS application, u.USER_ID AS subscriber, s.TIER_ID AS policy, s.SUB_STATUS AS status, ' +
  'i.API_PROVIDER AS provider, i.API_NAME AS apiName, i.API_VERSION AS version FROM AM_SUBSCRIPTION s ' +
  'JOIN AM_APPLICATION a ON a.APPLICATION_ID = s.APPLICATION_ID JOIN AM_SUBSCRIBER u ON u.SUBSCRIBER_ID = a.SUBSCRIBER_ID ' +
  'JOIN AM_API i ON i.API_ID = s.API_ID'

/** Subscriptions of one API, the oldest first. */
export const subscriptionsOf = (apim: Queryable, apiId: number): Promise<readonly Subscription[]> =>
  rows<Subscription>(apim, `${SELECT} WHERE s.API_ID = ? ORDER BY s.SUBSCRIPTION_ID`, [apiId])

/** Says which subscriptions are of APIs that a caller sees: whose applications subscribe does not matter. */
async function seenWith({shared}: Pick<Publishing, 'shared'>, caller: Principal) {
  const seen = await seenBy({shared}, caller, await listApis(shared, caller.tenant.id))
  const keys = new Set(seen.map(({api}) => apiKey(api)))
  return ({provider, apiName: name, version}: Subscription) => keys.has(apiKey({provider, name, version}))
}

/** Subscriptions of all APIs that a caller sees, the oldest first. */
export async function subscriptionsSeen(publishing: Publishing, caller: Principal): Promise<readonly Subscription[]> {
  const all = await rows<Subscription>(publishing.apim, `${SELECT} ORDER BY s.SUBSCRIPTION_ID`)
  return all.filter(await seenWith(publishing, caller))
}

/** The subscription of a UUID, of an API that the caller sees. Throws a Fault 404. */
export async function needSubscription(publishing: Publishing, caller: Principal, uuid: string): Promise<Subscription> {
  const found = await row<Subscription>(publishing.apim, `${SELECT} WHERE s.UUID = ?`, [uuid])
  if (!found || !(await seenWith(publishing, caller))(found)) throw missing('subscription', uuid)
  return found
}

export async function setSubscriptionStatus(apim: Queryable, id: number, status: string, user: string): Promise<void> {
  const sql =
    'UPDATE AM_SUBSCRIPTION SET SUB_STATUS = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE SUBSCRIPTION_ID = ?'
  await change(apim, sql, [status, user.slice(0, 100), id])
}
