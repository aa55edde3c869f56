import type {Account} from '../../../http/credentials.js'
import type {Principal} from '../../../oauth/guard.js'
import {grantingRoles} from '../../../oauth/tenant-conf.js'
import {authenticate, rolesOf} from '../../../users/users.js'
import type {Portal} from '../portal.js'

/** Who is logged in to the page. */
export interface PortalUser {
  readonly principal: Principal
  /** By consumer key: secrets of keys that were made in this session. They are stored nowhere else. */
  readonly secrets: Map<string, string>
}

/** Who may use the portal has it. */
const SCOPE = 'apim:subscribe'

/** The user of an account, or undefined where it is wrong or has no role for the portal. */
export async function signIn({shared}: Portal, account: Account): Promise<PortalUser | undefined> {
  const user = await authenticate(shared, account)
  if (!user) return undefined
  const [roles, all] = await Promise.all([rolesOf(shared, user), grantingRoles(shared, user.id)])
  if (!roles.some(it => all.get(SCOPE)?.includes(it))) return undefined
  const {name, id, domain} = user
  return {principal: {name, tenant: {id, domain}, consumerKey: '', scopes: []}, secrets: new Map()}
}
