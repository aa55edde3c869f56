import type {Settings} from '../../config/settings.js'
import {basicOf, sameSecret, type Account} from '../../http/credentials.js'
import type {Call} from '../../http/call.js'
import {Fault} from '../../http/fault.js'

const USERS = ['auth.configs', 'userManager', 'userStore', 'users']
const NEED = {why: 'it lists who may log in', example: 'a list of users with username and password (in base64)'}
/** What the product ships with. */
const SHIPPED: readonly Account[] = [{username: 'admin', password: 'admin'}]

/** The accounts of conf/worker/deployment.yaml; passwords stand there in base64. Throws StartFailure for one without name or password. */
export function readUsers(settings: Settings): readonly Account[] {
  const count = settings.count(USERS, NEED)
  if (count === 0) return SHIPPED
  return Array.from({length: count}, (_, i) => {
    const at = (key: string) => settings.text([...USERS, i, 'user', key], NEED)
    return {username: at('username'), password: Buffer.from(at('password'), 'base64').toString('utf8')}
  })
}

export const isUser = (users: readonly Account[], {username, password}: Account): boolean =>
  users.some(it => it.username === username && sameSecret(it.password, password))

/** Lets only users in. Throws a Fault 401. */
export const onlyUsers =
  (users: readonly Account[]) =>
  (call: Call): void => {
    const account = basicOf(call)
    if (account && isUser(users, account)) return
    throw new Fault(401, 'Unknown user or wrong password', {headers: {'www-authenticate': 'Basic realm="analytics"'}})
  }
