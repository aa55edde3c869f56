import {change, isDuplicate, row, type Queryable} from '../databases/sql.js'
import {badRequest} from '../http/fault.js'
import type {RevocationNotice} from '../hub/events.js'
import {tenantOf} from '../users/users.js'

/** Keeps a revocation until its token expires, unless it is there. Throws a Fault 400 for an unknown tenant. */
export async function storeRevocation(
  apim: Queryable,
  shared: Queryable,
  notice: Omit<RevocationNotice, 'consumerKey' | 'user'>,
): Promise<void> {
  const {eventId, revokedToken, tokenType, expiryTime, tenantDomain} = notice
  const tenant = await tenantOf(shared, tenantDomain)
  if (!tenant) throw badRequest('tenantDomain: there is no such tenant')
  const known = 'SELECT 1 FROM AM_REVOKED_JWT WHERE SIGNATURE = ? AND TOKEN_TYPE = ?'
  if (await row(apim, known, [revokedToken, tokenType])) return
  const sql =
    'INSERT INTO AM_REVOKED_JWT (UUID, SIGNATURE, EXPIRY_TIMESTAMP, TENANT_ID, TOKEN_TYPE) VALUES (?, ?, ?, ?, ?)'
  try {
    await change(apim, sql, [eventId, revokedToken, expiryTime, tenant.id, tokenType])
  } catch (error) {
    // The same event, taken by two nodes at once.
    if (!isDuplicate(error)) throw error
  }
}
