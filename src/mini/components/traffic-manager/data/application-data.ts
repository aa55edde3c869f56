import {rows} from '../../../databases/sql.js'
import type {ApplicationData, KeyMappingData, SubscriptionData} from '../../../hub/data.js'
import {domainsOf} from '../../../users/users.js'
import {where, type Sources} from './sources.js'

/** Applications of one tenant's subscribers, or of all. */
export async function readApplications(
  {apim, shared}: Sources,
  tenantId?: number,
  appId?: number,
): Promise<readonly ApplicationData[]> {
  const {text, values} = where({'s.TENANT_ID = ?': tenantId, 'a.APPLICATION_ID = ?': appId})
  const sql =
    "SELECT a.APPLICATION_ID AS id, COALESCE(a.UUID, '') AS uuid, COALESCE(a.NAME, '') AS name, s.SUBSCRIBER_ID AS subId, s.USER_ID AS subName, " +
    "COALESCE(a.APPLICATION_TIER, 'Unlimited') AS policy, COALESCE(a.TOKEN_TYPE, 'JWT') AS tokenType, s.TENANT_ID AS tenantId " +
    `FROM AM_APPLICATION a JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID${text} ORDER BY a.APPLICATION_ID`
  type ApplicationRow = Omit<ApplicationData, 'tenantDomain'> & {tenantId: number}
  const found = await rows<ApplicationRow>(apim, sql, values)
  const domains = await domainsOf(shared)
  return found.flatMap(({tenantId: owner, ...it}) => {
    const tenantDomain = domains.get(owner)
    return tenantDomain === undefined ? [] : [{...it, tenantDomain}]
  })
}

const OF_TENANT =
  'JOIN AM_APPLICATION a ON a.APPLICATION_ID = m.APPLICATION_ID JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID'

/** Consumer keys of applications. Where a row has the UUID of its key manager, as later updates of 3.2.0 write it, its name is given. */
export async function readKeyMappings(
  {apim}: Sources,
  tenantId?: number,
  consumerKey?: string,
): Promise<readonly KeyMappingData[]> {
  const {text, values} = where({
    's.TENANT_ID = ?': tenantId,
    'm.CONSUMER_KEY = ?': consumerKey,
    // A request for keys that waits for its approval has none yet.
    'm.CONSUMER_KEY IS NOT NULL AND m.CONSUMER_KEY <> ?': '',
  })
  const sql =
    'SELECT m.APPLICATION_ID AS applicationId, m.CONSUMER_KEY AS consumerKey, m.KEY_TYPE AS keyType, COALESCE(k.NAME, m.KEY_MANAGER) AS keyManager ' +
    `FROM AM_APPLICATION_KEY_MAPPING m ${OF_TENANT} LEFT JOIN AM_KEY_MANAGER k ON k.UUID = m.KEY_MANAGER${text} ` +
    'ORDER BY m.APPLICATION_ID, m.KEY_TYPE, m.KEY_MANAGER'
  return rows<KeyMappingData>(apim, sql, values)
}

/** Subscriptions of one tenant's applications, or of all. */
export async function readSubscriptions(
  {apim}: Sources,
  tenantId?: number,
  apiId?: number,
  appId?: number,
): Promise<readonly SubscriptionData[]> {
  const {text, values} = where({
    's.TENANT_ID = ?': tenantId,
    'm.API_ID = ?': apiId,
    'm.APPLICATION_ID = ?': appId,
    'm.SUBS_CREATE_STATE = ?': 'SUBSCRIBE',
  })
  const sql =
    "SELECT m.SUBSCRIPTION_ID AS subscriptionId, COALESCE(m.UUID, '') AS subscriptionUUID, m.API_ID AS apiId, m.APPLICATION_ID AS appId, " +
    `COALESCE(m.TIER_ID, 'Unlimited') AS policyId, m.SUB_STATUS AS subscriptionState FROM AM_SUBSCRIPTION m ${OF_TENANT}${text} ORDER BY m.SUBSCRIPTION_ID`
  return rows<SubscriptionData>(apim, sql, values)
}
