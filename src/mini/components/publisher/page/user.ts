import type {Account} from '../../../http/credentials.js'
import type {Principal} from '../../../oauth/guard.js'
import {REST_SCOPES} from '../../../oauth/rest-scopes.js'
import {authenticate, rolesOf} from '../../../users/users.js'
import type {Publishing} from '../publishing.js'

/** Who may see the publisher's page. */
const ROLES = ['admin', 'Internal/publisher', 'Internal/creator']

/** The user of an account with what the user's roles allow, or undefined where it is wrong or has no role for the page. */
export async function signIn({shared}: Pick<Publishing, 'shared'>, account: Account): Promise<Principal | undefined> {
  const user = await authenticate(shared, account)
  const roles = user ? await rolesOf(shared, user) : []
  if (!user || !roles.some(it => ROLES.includes(it))) return undefined
  const scopes = [...REST_SCOPES].filter(([, of]) => of.some(it => roles.includes(it))).map(([scope]) => scope)
  const {name, id, domain} = user
  return {name, tenant: {id, domain}, consumerKey: '', scopes}
}
