import {createHash} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {sameSecret, type Account} from '../../http/credentials.js'
import {isAway} from '../../http/fault.js'
import {authenticate} from '../../users/users.js'
import {isAdministrator} from './administrator.js'

/** Milliseconds for which a login that was right is not looked up again. */
const FRESH = 30_000
/** Logins that are remembered: as digests, never as passwords. */
const REMEMBERED = 1_000

const digestOf = ({username, password}: Account): string =>
  createHash('sha256').update(`${username}\n${password}`).digest('base64')

/**
 * Checks the accounts of peers on the event and topic ports against shareddb: administrators only. With the database away, those that were right before and
 * this node's own super administrator are let in, so that gateways reconnect and calls go on being counted.
 */
export const checkAccounts = (shared: Pool, superAdmin: Account): ((account: Account) => Promise<boolean>) => {
  /** By digest: when it was found right. */
  const known = new Map<string, number>()
  const isSuperAdmin = ({username, password}: Account) =>
    username === superAdmin.username && sameSecret(password, superAdmin.password)

  return async account => {
    const digest = digestOf(account)
    const seen = known.get(digest)
    if (seen !== undefined && Date.now() - seen < FRESH) return true
    try {
      const user = await authenticate(shared, account)
      const right = user !== undefined && (await isAdministrator(shared, user))
      known.delete(digest)
      if (right) known.set(digest, Date.now())
      const [oldest] = known.keys()
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
      return right
    } catch (error) {
      if (isAway(error) && (seen !== undefined || isSuperAdmin(account))) return true
      throw error
    }
  }
}
