import {change, isDuplicate, row, transaction} from '../../databases/sql.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {UNLIMITED_TIER} from '../../hub/data.js'
import {insertApplication} from './application-store.js'
import {type PortalData} from './portal.js'

async function find({apim}: PortalData, name: string, tenantId: number) {
  const sql = 'SELECT SUBSCRIBER_ID AS id FROM AM_SUBSCRIBER WHERE USER_ID = ? AND TENANT_ID = ?'
  return (await row<{id: number}>(apim, sql, [name, tenantId]))?.id
}

/** APIConstants.DEFAULT_APPLICATION_NAME and UNLIMITED_TIER of carbon-apimgt v6.7.206. */
const DEFAULT_APPLICATION = {
  name: 'DefaultApplication',
  policy: UNLIMITED_TIER,
  description: null,
  tokenType: 'JWT',
} as const

/**
 * SUBSCRIBER_ID of a user. At first use the row is made, and DefaultApplication with it, in one transaction: who deletes that one later
 * does not get it again.
 */
export async function subscriberOf(portal: PortalData, principal: Principal): Promise<number> {
  const {tenant} = principal
  const name = nameOf(principal)
  const known = await find(portal, name, tenant.id)
  if (known !== undefined) return known
  try {
    const made = await transaction(portal.apim, async on => {
      const subscriber = await change(
        on,
        'INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, EMAIL_ADDRESS, DATE_SUBSCRIBED, CREATED_BY, CREATED_TIME, UPDATED_TIME) ' +
          'VALUES (?, ?, ?, NOW(), ?, NOW(), NOW())',
        [name, tenant.id, '', name.slice(0, 100)],
      )
      const {id, uuid} = await insertApplication(on, subscriber.id, name.slice(0, 100), DEFAULT_APPLICATION)
      return {id: subscriber.id, event: {applicationId: id, uuid, applicationName: DEFAULT_APPLICATION.name}}
    })
    portal.hub.notify('APPLICATION_CREATE', tenant.domain, made.event)
    return made.id
  } catch (error) {
    if (!isDuplicate(error)) throw error
    // Another call or node was first.
    const other = await find(portal, name, tenant.id)
    if (other === undefined) throw error
    return other
  }
}
