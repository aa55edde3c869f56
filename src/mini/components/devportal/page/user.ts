import type {Account} from '../../../http/credentials.js'
import type {Principal} from '../../../oauth/guard.js'
import {authenticate, rolesOf} from '../../../users/users.js'
import type {Portal} from '../portal.js'

/** Who is logged in to the page. */
export interface PortalUser {
  readonly principal: Principal
  /** By consumer key: secrets of keys that were made in this session. They are stored nowhere else. */
  readonly secrets: Map<string, string>
}

/** Roles that may use the portal: RESTAPIScopes of tenant-conf.json give them apim:subscribe, carbon-apimgt v6.7.206. */
const ROLES = ['admin', 'Internal/subscriber']

/** The user of an account, or undefined where it is wrong or has no role for the portal. */
export async function signIn({shared}: Portal, account: Account): Promise<PortalUser | undefined> {
  const user = await authenticate(shared, account)
  if (!user || !(await rolesOf(shared, user)).some(it => ROLES.includes(it))) return undefined
  const {name, id, domain} = user
  return {principal: {name, tenant: {id, domain}, consumerKey: '', scopes: []}, secrets: new Map()}
}
