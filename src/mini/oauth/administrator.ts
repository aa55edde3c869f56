import type {Call} from '../http/call.js'
import type {Queryable} from '../databases/sql.js'
import {Fault} from '../http/fault.js'
import type {Guard} from './guard.js'
import {ADMIN_ROLE} from '../users/roles.js'
import {rolesOf, SUPER_TENANT, type User} from '../users/users.js'

/**
 * Whether a user may act as a node of the lab. Everyone can sign up at the portal: an account alone must not be enough to read what
 * gateways know, to block users or to revoke tokens.
 */
export const isAdministrator = async (shared: Queryable, user: User): Promise<boolean> =>
  (await rolesOf(shared, user)).includes(ADMIN_ROLE)

/** The administrator who calls. Throws a Fault 401 or 403. */
export async function administratorOf(shared: Queryable, guard: Guard, call: Call): Promise<User> {
  const user = await guard.user(call)
  if (!(await isAdministrator(shared, user))) throw new Fault(403, 'Only administrators may do this')
  return user
}

/** Lets the super tenant's administrators do everything and others what is about their own tenant. Throws a Fault 403. */
export function onlyAbout(domain: string, user: User): void {
  if (user.domain !== SUPER_TENANT.domain && user.domain !== domain) {
    throw new Fault(403, 'Only administrators of the super tenant, or of the tenant that it is about, may do this')
  }
}
