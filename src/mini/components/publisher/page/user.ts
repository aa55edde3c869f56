import type {Account} from '../../../http/credentials.js'
import type {Principal} from '../../../oauth/guard.js'
import {grantingRoles} from '../../../oauth/tenant-conf.js'
import {authenticate, rolesOf} from '../../../users/users.js'
import type {Publishing} from '../publishing.js'
import {MAY} from '../rest/scopes-of-operations.js'

/** Who may see the publisher's page has one of these. */
const SCOPES: readonly string[] = [...MAY.create, ...MAY.publish]

/** The user of an account with what the user's roles allow, or undefined where it is wrong or has no role for the page. */
export async function signIn({shared}: Pick<Publishing, 'shared'>, account: Account): Promise<Principal | undefined> {
  const user = await authenticate(shared, account)
  const roles = user ? await rolesOf(shared, user) : []
  if (!user) return undefined
  const all = await grantingRoles(shared, user.id)
  const scopes = [...all].filter(([, of]) => of.some(it => roles.includes(it))).map(([scope]) => scope)
  if (!scopes.some(it => SCOPES.includes(it))) return undefined
  const {name, id, domain} = user
  return {name, tenant: {id, domain}, consumerKey: '', scopes}
}
