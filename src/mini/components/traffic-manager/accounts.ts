import {createHash} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {cacheOf} from '../../cache.js'
import {sameSecret, type Account} from '../../http/credentials.js'
import {isAway} from '../../http/fault.js'
import {authenticate, findUser, SUPER_TENANT} from '../../users/users.js'
import {isAdministrator} from '../../oauth/administrator.js'

/** How long a login that was right is not looked up again. */
const FRESH_MS = 30_000
/** Logins that are remembered: as digests, never as passwords. */
const REMEMBERED = 1_000

const digestOf = ({username, password}: Account): string =>
  createHash('sha256').update(`${username}\n${password}`).digest('base64')

/**
 * Checks the accounts of peers on the event and topic ports against shareddb: administrators of
 * the super tenant only, since what goes over them is about all tenants. With the database away, those that were right before and
 * this node's own super administrator are let in, so that gateways reconnect and calls go on being counted. So is the super administrator
 * where no user has that name yet: in a fresh lab peers log in before the account is made, in a control plane the node itself.
 */
export function checkAccounts(shared: Pool, superAdmin: Account): (account: Account) => Promise<boolean> {
  /** Digests of those that were found right. */
  const known = cacheOf<true>(REMEMBERED, {ttl: FRESH_MS, noDeleteOnStaleGet: true})
  const isSuperAdmin = ({username, password}: Account) =>
    username === superAdmin.username && sameSecret(password, superAdmin.password)

  return async account => {
    const digest = digestOf(account)
    if (known.get(digest)) return true
    try {
      const user = await authenticate(shared, account)
      if (!user && isSuperAdmin(account)) return !(await findUser(shared, account.username))
      const right = user?.domain === SUPER_TENANT.domain && (await isAdministrator(shared, user))
      if (right) known.set(digest, true)
      else known.delete(digest)
      return right
    } catch (error) {
      if (isAway(error) && (known.get(digest, {allowStale: true}) || isSuperAdmin(account))) return true
      throw error
    }
  }
}
