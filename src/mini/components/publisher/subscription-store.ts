import {change, row, rows, type Queryable} from '../../databases/sql.js'

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
  readonly tenantId: number
  readonly provider: string
  readonly apiName: string
  readonly version: string
}

const SELECT =
  'SELECT s.SUBSCRIPTION_ID AS id, s.UUID AS uuid, s.API_ID AS apiId, a.APPLICATION_ID AS applicationId, a.UUID AS applicationUuid, ' +
  'a.NAME AS application, u.USER_ID AS subscriber, s.TIER_ID AS policy, s.SUB_STATUS AS status, u.TENANT_ID AS tenantId, ' +
  'i.API_PROVIDER AS provider, i.API_NAME AS apiName, i.API_VERSION AS version FROM AM_SUBSCRIPTION s ' +
  'JOIN AM_APPLICATION a ON a.APPLICATION_ID = s.APPLICATION_ID JOIN AM_SUBSCRIBER u ON u.SUBSCRIBER_ID = a.SUBSCRIBER_ID ' +
  'JOIN AM_API i ON i.API_ID = s.API_ID'

/** Subscriptions of one API, the oldest first. */
export const subscriptionsOf = (apim: Queryable, apiId: number): Promise<readonly Subscription[]> =>
  rows<Subscription>(apim, `${SELECT} WHERE s.API_ID = ? ORDER BY s.SUBSCRIPTION_ID`, [apiId])

/** Subscriptions of a tenant's applications, the oldest first. */
export const subscriptionsIn = (apim: Queryable, tenantId: number): Promise<readonly Subscription[]> =>
  rows<Subscription>(apim, `${SELECT} WHERE u.TENANT_ID = ? ORDER BY s.SUBSCRIPTION_ID`, [tenantId])

/** The subscription of a UUID, or undefined. */
export const findSubscription = (apim: Queryable, uuid: string): Promise<Subscription | undefined> =>
  row<Subscription>(apim, `${SELECT} WHERE s.UUID = ?`, [uuid])

export async function setSubscriptionStatus(apim: Queryable, id: number, status: string, user: string): Promise<void> {
  const sql =
    'UPDATE AM_SUBSCRIPTION SET SUB_STATUS = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE SUBSCRIPTION_ID = ?'
  await change(apim, sql, [status, user.slice(0, 100), id])
}
