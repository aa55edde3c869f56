import {randomUUID} from 'node:crypto'
import type {Api} from '../../apis/api.js'
import {apiKey} from '../../apis/api-rows.js'
import {listApis} from '../../apis/api-store.js'
import {change, rows, type Queryable, type Value} from '../../databases/sql.js'
import {type Application} from './application-store.js'
import type {PortalData} from './portal.js'

export interface Subscription {
  /** SUBSCRIPTION_ID. */
  readonly id: number
  readonly uuid: string
  readonly policy: string
  readonly pendingPolicy: string | null
  readonly status: string
  /** API_ID. */
  readonly apiId: number
  readonly apiName: string
  readonly apiVersion: string
  readonly apiProvider: string
  readonly applicationUuid: string
}

const SELECT =
  'SELECT p.SUBSCRIPTION_ID AS id, p.UUID AS uuid, p.TIER_ID AS policy, p.TIER_ID_PENDING AS pendingPolicy, p.SUB_STATUS AS status, ' +
  'p.API_ID AS apiId, i.API_NAME AS apiName, i.API_VERSION AS apiVersion, i.API_PROVIDER AS apiProvider, a.UUID AS applicationUuid ' +
  'FROM AM_SUBSCRIPTION p JOIN AM_API i ON i.API_ID = p.API_ID JOIN AM_APPLICATION a ON a.APPLICATION_ID = p.APPLICATION_ID'

const select = (apim: Queryable, where: string, values: readonly Value[]) =>
  rows<Subscription>(apim, `${SELECT} WHERE ${where} ORDER BY p.SUBSCRIPTION_ID`, values)

export const subscriptionsOf = ({apim}: PortalData, {id}: Application): Promise<readonly Subscription[]> =>
  select(apim, 'p.APPLICATION_ID = ?', [id])

/** The subscriptions to an API of all applications of a subscriber. */
export const subscriptionsTo = (
  {apim}: PortalData,
  apiId: number,
  subscriber: number,
): Promise<readonly Subscription[]> => select(apim, 'p.API_ID = ? AND a.SUBSCRIBER_ID = ?', [apiId, subscriber])

export const findSubscription = async ({apim}: PortalData, uuid: string): Promise<Subscription | undefined> =>
  (await select(apim, 'p.UUID = ?', [uuid]))[0]

/** A subscription to be. */
interface NewSubscription {
  /** API_ID. */
  readonly apiId: number
  /** APPLICATION_ID. */
  readonly applicationId: number
  readonly policy: string
  readonly status: string
  /** Who makes it. */
  readonly by: string
}

/** Adds a subscription, and gives its SUBSCRIPTION_ID and UUID. Within a transaction: the table has no key against two. */
export async function insertSubscription(
  on: Queryable,
  {apiId, applicationId, policy, status, by}: NewSubscription,
): Promise<{readonly id: number; readonly uuid: string}> {
  const uuid = randomUUID()
  const sql =
    'INSERT INTO AM_SUBSCRIPTION (TIER_ID, TIER_ID_PENDING, API_ID, APPLICATION_ID, SUB_STATUS, SUBS_CREATE_STATE, CREATED_BY, CREATED_TIME, UPDATED_TIME, UUID) ' +
    "VALUES (?, ?, ?, ?, ?, 'SUBSCRIBE', ?, NOW(), NOW(), ?)"
  const {id} = await change(on, sql, [policy, policy, apiId, applicationId, status, by.slice(0, 100), uuid])
  return {id, uuid}
}

/** The documents of subscriptions' APIs: rows of apimgtdb and documents have no id in common. */
export async function apisOf(
  {shared}: PortalData,
  subscriptions: readonly Subscription[],
): Promise<ReadonlyMap<Subscription, Api>> {
  if (subscriptions.length === 0) return new Map()
  const apis = new Map((await listApis(shared)).map(({api}) => [apiKey(api), api]))
  const found = subscriptions.map(
    it => [it, apis.get(apiKey({provider: it.apiProvider, name: it.apiName, version: it.apiVersion}))] as const,
  )
  return new Map(found.filter((it): it is [Subscription, Api] => it[1] !== undefined))
}

/** The APIs that an application subscribes to. */
export const subscribersApis = async (portal: PortalData, application: Application): Promise<readonly Api[]> => [
  ...(await apisOf(portal, await subscriptionsOf(portal, application))).values(),
]
