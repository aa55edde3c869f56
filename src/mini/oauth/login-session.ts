import {randomBytes} from 'node:crypto'
import type {Call} from '../http/call.js'
import {cookieOf} from '../pages/sessions.js'
import {activeTenantById, findUserIn, type User} from '../users/users.js'
import type {OAuthNode} from './node-guard.js'

/** A user who is logged in at the key manager, for all clients. */
export interface LoginSession {
  readonly user: User
  /** Milliseconds since 1970. */
  readonly loggedInAt: number
  /** Tells logins of one user apart. */
  readonly id: string
}

/** The product's name for it. */
const COOKIE = 'commonAuthId'
/** The mark of a browser that has begun to log in: a login's form works in that browser alone. */
const MARK = 'apimlab_login'
const LIFE_SECONDS = 3600
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax'

/** Logs a user in: the cookie. It is sealed, so that any node of the lab takes it. */
export async function sessionCookie({seal}: OAuthNode, {name, id}: User): Promise<string> {
  const claims = {user: name, tenant: id, at: Date.now(), sid: randomBytes(12).toString('base64url')}
  return `${COOKIE}=${await seal.seal('session', claims, LIFE_SECONDS)}; ${ATTRIBUTES}; Max-Age=${LIFE_SECONDS}`
}

export const ENDED_SESSION = `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`

/** Who is logged in, if that user and the tenant are still there. */
export async function sessionOf({seal, shared}: OAuthNode, call: Call): Promise<LoginSession | undefined> {
  const claims = await seal.open('session', cookieOf(call, COOKIE))
  if (!claims) return undefined
  const tenant = await activeTenantById(shared, claims.tenant as number)
  const found = tenant && (await findUserIn(shared, tenant, claims.user as string))
  if (!found) return undefined
  const {key, name, id, domain} = found
  return {user: {key, name, id, domain}, loggedInAt: claims.at as number, id: claims.sid as string}
}

/** The mark of a browser, and the cookie that gives it one where it has none. */
export function markOf(call: Call): {readonly mark: string; readonly cookie?: string} {
  const known = cookieOf(call, MARK)
  if (known !== undefined && /^[\w-]{24}$/.test(known)) return {mark: known}
  const mark = randomBytes(18).toString('base64url')
  return {mark, cookie: `${MARK}=${mark}; ${ATTRIBUTES}`}
}
