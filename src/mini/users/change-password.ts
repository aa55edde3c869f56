import {change, type Queryable} from '../databases/sql.js'
import {Fault} from '../http/fault.js'
import {isStorablePassword} from './create-user.js'
import {hashPassword, newSalt} from './password.js'
import {authenticate} from './users.js'

/** CURRENT_PASSWORD_INCORRECT and PASSWORD_PATTERN_INVALID: ExceptionCodes of carbon-apimgt v6.7.206. */
const wrong = () =>
  new Fault(400, 'The current password entered is incorrect', {code: 901451, message: 'Current password incorrect'})
const invalid = () =>
  new Fault(400, "Password entered is invalid since it doesn't comply with the pattern/policy configured", {
    code: 901452,
    message: 'Password pattern invalid',
  })

/** Gives a user, by the name outside of the tenant, another password. Throws a Fault 400 for a wrong one, or one that is none. */
export async function changePassword(
  shared: Queryable,
  username: string,
  {current, next}: {readonly current: string; readonly next: string},
): Promise<void> {
  const user = await authenticate(shared, {username, password: current})
  if (!user) throw wrong()
  if (!isStorablePassword(next)) throw invalid()
  const salt = newSalt()
  const sql =
    'UPDATE UM_USER SET UM_USER_PASSWORD = ?, UM_SALT_VALUE = ?, UM_CHANGED_TIME = NOW() WHERE UM_ID = ? AND UM_TENANT_ID = ?'
  await change(shared, sql, [hashPassword(next, salt), salt, user.key, user.id])
}
