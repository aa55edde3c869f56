import type {Api} from '../../apis/api.js'
import {badRequest} from '../../http/fault.js'
import type {Principal} from '../../oauth/guard.js'
import {ADMIN_ROLE, hasRole} from '../../users/roles.js'
import {findUserIn, rolesOf} from '../../users/users.js'
import type {Publishing} from './publishing.js'

type Caller = Pick<Principal, 'name' | 'tenant'>

/** In lower case. */
async function rolesFor({shared}: Pick<Publishing, 'shared'>, {name, tenant}: Caller): Promise<ReadonlySet<string>> {
  const user = await findUserIn(shared, tenant, name)
  return new Set(user ? (await rolesOf(shared, user)).map(it => it.toLowerCase()) : [])
}

/**
 * Those of a tenant's APIs that a user of it may see in the publisher: of those with access control, the ones that name a role of the
 * user's; administrators all (AbstractAPIManager.checkAccessControlPermission of carbon-apimgt v6.7.206).
 */
export async function seenBy<T extends {readonly api: Api}>(
  publishing: Pick<Publishing, 'shared'>,
  caller: Caller,
  stored: readonly T[],
): Promise<readonly T[]> {
  if (stored.every(({api}) => api.accessControl === 'NONE')) return stored
  const roles = await rolesFor(publishing, caller)
  const sees = ({accessControl, accessControlRoles}: Api) =>
    accessControl === 'NONE' || roles.has(ADMIN_ROLE) || accessControlRoles.some(it => roles.has(it.toLowerCase()))
  return stored.filter(({api}) => sees(api))
}

/** RestApiPublisherUtils.validateUserRoles of carbon-apimgt v6.7.206: roles must exist, one be the caller's. Throws a Fault 400. */
export async function checkAccessControl(publishing: Publishing, principal: Principal, names: readonly string[]) {
  if (names.length === 0) return
  for (const it of names) {
    if (await hasRole(publishing.shared, principal.tenant.id, it)) continue
    throw badRequest('Invalid user roles found in accessControlRole list')
  }
  const roles = await rolesFor(publishing, principal)
  if (roles.has(ADMIN_ROLE) || names.some(it => roles.has(it.toLowerCase()))) return
  throw badRequest('This user does not have at least one role specified in API access control.')
}
