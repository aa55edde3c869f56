import type {Pool} from 'mysql2/promise'
import {change, marks, rows} from '../../databases/sql.js'
import {reasonOf} from '../../failure.js'
import {every} from '../../retry.js'
import {removeCodes} from '../../oauth/authorization-code.js'
import type {Log} from '../../log.js'

const EVERY_MS = 600_000
/** As long as the tokens of most codes live. */
const CODES_KEPT_MS = 24 * 3600 * 1000
/** Rows of one statement: nobody waits long for its locks. */
const AT_ONCE = 500

// A refresh token outlives its access token, but not a revocation or its exchange for a new one.
const EXPIRED =
  'SELECT TOKEN_ID AS id FROM IDN_OAUTH2_ACCESS_TOKEN WHERE UNIX_TIMESTAMP(TIME_CREATED) * 1000 + VALIDITY_PERIOD < ? AND ' +
  "(TOKEN_STATE <> 'ACTIVE' OR REFRESH_TOKEN_HASH IS NULL OR " +
  'UNIX_TIMESTAMP(REFRESH_TOKEN_TIME_CREATED) * 1000 + REFRESH_TOKEN_VALIDITY_PERIOD < ?) LIMIT ?'

/** Removes tokens and codes that nobody can use any more, and the list of those revoked among them. Times in ms since 1970. */
export async function removeExpired(apim: Pool, now = Date.now()): Promise<number> {
  let removed = 0
  for (;;) {
    const ids = (await rows<{id: string}>(apim, EXPIRED, [now, now, AT_ONCE])).map(({id}) => id)
    if (ids.length === 0) break
    await change(apim, `DELETE FROM IDN_OAUTH2_ACCESS_TOKEN_SCOPE WHERE TOKEN_ID IN (${marks(ids)})`, ids)
    await change(apim, `DELETE FROM IDN_OAUTH2_ACCESS_TOKEN WHERE TOKEN_ID IN (${marks(ids)})`, ids)
    removed += ids.length
  }
  await removeCodes(apim, now - CODES_KEPT_MS)
  await change(apim, 'DELETE FROM AM_REVOKED_JWT WHERE EXPIRY_TIMESTAMP < ?', [now])
  return removed
}

/** Keeps the tables of tokens from growing for ever, until it is stopped. */
export const keepTokensFew = (apim: Pool, log: Log): (() => void) =>
  every(
    EVERY_MS,
    async () => {
      const removed = await removeExpired(apim)
      if (removed > 0) log('INFO', 'TokenCleanup', `removed ${removed} expired tokens`)
    },
    error => log('WARN', 'TokenCleanup', `can't remove expired tokens: ${reasonOf(error)}; trying again later`),
  )
