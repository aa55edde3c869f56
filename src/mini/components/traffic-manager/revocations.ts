import {change, rows, type Queryable} from '../../databases/sql.js'
import {reasonOf} from '../../failure.js'
import type {RevokedData} from '../../hub/data.js'
import type {Log} from '../../log.js'
import {every} from '../../retry.js'
import {where} from './data/sources.js'

/** What is revoked and would still be valid: of one tenant's tokens, or of all. */
export async function readRevocations(apim: Queryable, tenantId?: number): Promise<readonly RevokedData[]> {
  const {text, values} = where({'EXPIRY_TIMESTAMP > ?': Date.now(), 'TENANT_ID = ?': tenantId})
  const sql =
    'SELECT SIGNATURE AS revokedToken, TOKEN_TYPE AS tokenType, MAX(EXPIRY_TIMESTAMP) AS expiryTime FROM AM_REVOKED_JWT' +
    `${text} GROUP BY SIGNATURE, TOKEN_TYPE`
  return rows<RevokedData>(apim, sql, values)
}

/** The time between two cleanings. */
const CLEAN_EVERY_MS = 60_000

/** Removes revocations of tokens that have expired, now and every minute, until it is stopped. */
export function keepRevocationsClean(apim: Queryable, log: Log): () => void {
  const clean = () => change(apim, 'DELETE FROM AM_REVOKED_JWT WHERE EXPIRY_TIMESTAMP < ?', [Date.now()])
  // A database that is not there yet at the start has its turn a minute later.
  clean().catch(() => undefined)
  return every(CLEAN_EVERY_MS, clean, error =>
    log('WARN', 'EventHub', `expired revocations stay for a minute: ${reasonOf(error)}`),
  )
}
