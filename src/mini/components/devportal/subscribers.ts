import {randomUUID} from 'node:crypto'
import {change, isDuplicate, row, transaction} from '../../databases/sql.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {type Portal} from './portal.js'

const find = async ({apim}: Portal, name: string, tenantId: number) => {
  const sql = 'SELECT SUBSCRIBER_ID AS id FROM AM_SUBSCRIBER WHERE USER_ID = ? AND TENANT_ID = ?'
  return (await row<{id: number}>(apim, sql, [name, tenantId]))?.id
}

/** APIConstants.DEFAULT_APPLICATION_NAME and UNLIMITED_TIER of carbon-apimgt v6.7.206. */
const DEFAULT_APPLICATION = {name: 'DefaultApplication', policy: 'Unlimited'}

/**
 * SUBSCRIBER_ID of a user. At first use the row is made, and DefaultApplication with it, in one transaction: who deletes that one later
 * does not get it again.
 */
export const subscriberOf = async (portal: Portal, principal: Principal): Promise<number> => {
  const {tenant} = principal
  const name = nameOf(principal)
  const known = await find(portal, name, tenant.id)
  if (known !== undefined) return known
  try {
    const made = await transaction(portal.apim, async on => {
      const subscriber = await change(
        on,
        'INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, EMAIL_ADDRESS, DATE_SUBSCRIBED, CREATED_BY) VALUES (?, ?, ?, NOW(), ?)',
        [name, tenant.id, '', name.slice(0, 100)],
      )
      const uuid = randomUUID()
      const application = await change(
        on,
        'INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, APPLICATION_TIER, DESCRIPTION, APPLICATION_STATUS, CREATED_BY, CREATED_TIME, ' +
          "UPDATED_BY, UUID, TOKEN_TYPE, GROUP_ID) VALUES (?, ?, ?, NULL, 'APPROVED', ?, NOW(), ?, ?, 'JWT', '')",
        [
          DEFAULT_APPLICATION.name,
          subscriber.id,
          DEFAULT_APPLICATION.policy,
          name.slice(0, 100),
          name.slice(0, 100),
          uuid,
        ],
      )
      return {
        id: subscriber.id,
        event: {applicationId: application.id, uuid, applicationName: DEFAULT_APPLICATION.name},
      }
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
