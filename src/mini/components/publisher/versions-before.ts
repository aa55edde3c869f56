import type {Api} from '../../apis/api.js'
import {findApiId} from '../../apis/api-rows.js'
import {listApis} from '../../apis/api-store.js'
import type {Queryable} from '../../databases/sql.js'
import {insertSubscription} from '../devportal/subscription-store.js'
import type {Publishing} from './publishing.js'
import {subscriptionsOf} from './subscription-store.js'

/** What publishing a new version does to the versions before it: the check list of the product's life cycle. */
export interface CheckList {
  readonly deprecateOld: boolean
  readonly resubscribe: boolean
}

/** The items of the check list, as APIConstants of carbon-apimgt v6.7.206 names them. */
export const CHECK_ITEMS = {
  deprecateOld: 'Deprecate old versions after publishing the API',
  resubscribe: 'Requires re-subscription when publishing the API',
} as const satisfies Record<keyof CheckList, string>

/** Subscriptions move on, and old versions stay as they are. */
export const NOTHING_CHECKED: CheckList = {deprecateOld: false, resubscribe: false}

/** The older versions of an API, the newest of them first; numbers in a version count as numbers. */
export async function versionsBefore({shared}: Publishing, tenantId: number, api: Api): Promise<readonly Api[]> {
  const older = (a: string, b: string) => a.localeCompare(b, 'en', {numeric: true})
  return (await listApis(shared, tenantId))
    .map(it => it.api)
    .filter(it => it.name === api.name && it.provider === api.provider && older(it.version, api.version) < 0)
    .sort((a, b) => older(b.version, a.version))
}

/** A subscription that was made. */
export interface Carried {
  readonly subscriptionId: number
  readonly subscriptionUUID: string
  readonly applicationId: number
  readonly policyId: string
}

/**
 * Subscribes to a version who is subscribed to one before it, with the policy and status of the newest; who waits for an approval is left
 * out (makeAPIKeysForwardCompatible of APIProviderImpl.java and ApiMgtDAO.java, carbon-apimgt v6.7.206). Within a transaction.
 */
export async function carrySubscriptions(
  on: Queryable,
  publishing: Publishing,
  tenantId: number,
  {api, apiId}: {readonly api: Api; readonly apiId: number},
): Promise<readonly Carried[]> {
  const taken = new Set((await subscriptionsOf(on, apiId)).map(it => it.applicationId))
  const made: Carried[] = []
  for (const before of await versionsBefore(publishing, tenantId, api)) {
    const id = before.lifeCycleStatus === 'RETIRED' ? undefined : await findApiId(on, before)
    for (const it of id === undefined ? [] : await subscriptionsOf(on, id)) {
      if (it.status === 'ON_HOLD' || taken.has(it.applicationId)) continue
      taken.add(it.applicationId)
      const {applicationId, policy, status} = it
      const row = await insertSubscription(on, {apiId, applicationId, policy, status, by: api.provider})
      made.push({subscriptionId: row.id, subscriptionUUID: row.uuid, applicationId, policyId: policy})
    }
  }
  return made
}
