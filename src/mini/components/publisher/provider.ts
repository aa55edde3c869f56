import {badRequest} from '../../http/fault.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {ADMIN_ROLE} from '../../users/roles.js'
import {findUser, findUserIn, rolesOf} from '../../users/users.js'
import type {Publishing} from './publishing.js'

/**
 * Whose a new API is: an administrator may name another user of the tenant, of others it is their own, whatever they name
 * (prepareToCreateAPIByDTO of ApisApiServiceImpl.java, carbon-apimgt v6.7.206). Throws a Fault 400 for a user who is not there.
 */
export async function providerFor(
  {shared}: Pick<Publishing, 'shared'>,
  principal: Principal,
  wanted: string | null | undefined,
): Promise<string> {
  const caller = nameOf(principal)
  if (!wanted || wanted === caller) return caller
  const user = await findUserIn(shared, principal.tenant, principal.name)
  const isAdministrator = user !== undefined && (await rolesOf(shared, user)).includes(ADMIN_ROLE)
  if (!isAdministrator) return caller
  const provider = await findUser(shared, wanted)
  if (provider?.id !== principal.tenant.id) throw badRequest(`provider: there is no user ${wanted} in this tenant`)
  return wanted
}
