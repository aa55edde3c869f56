import {randomBytes} from 'node:crypto'
import {cacheOf} from '../cache.js'
import type {Call} from '../http/call.js'
import {sameSecret} from '../http/credentials.js'
import {Fault} from '../http/fault.js'
import {multipartOf, textOf, type Multipart} from '../http/multipart.js'

/** How long a login lasts. */
const LIFE_MS = 60 * 60 * 1000
const LIMIT = 1_000

export interface Session<T> {
  readonly user: T
  /** What forms have to carry, so that another site's page can't send them. */
  readonly csrf: string
}

/** Logins of one site, in memory: after a restart one logs in again. */
export interface Sessions<T> {
  /** Gives the cookie of a new session. */
  open(user: T): string
  of(call: Call): Session<T> | undefined
  /** Ends a session; gives the cookie that removes it. */
  close(call: Call): string
  /** The form of a call, if it comes from a page of this session. Throws a Fault 403. */
  form(call: Call, session: Session<T>): Promise<URLSearchParams>
  /** The same of a form with files. */
  upload(call: Call, session: Session<T>): Promise<Multipart>
}

/** The value of a call's cookie, or undefined. */
export const cookieOf = (call: Call, name: string): string | undefined =>
  (call.header('cookie') ?? '')
    .split(';')
    .map(it => it.trim())
    .find(it => it.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** Keeps the sessions of a site under `base`. */
export function makeSessions<T>(base: string): Sessions<T> {
  const name = `apimlab_session_${base.replace(/\W/g, '')}`
  const attributes = `Path=${base}; HttpOnly; Secure; SameSite=Lax`
  const sessions = cacheOf<Session<T>>(LIMIT, {ttl: LIFE_MS})

  const find = (call: Call) => {
    const id = cookieOf(call, name)
    return id === undefined ? undefined : sessions.get(id)
  }
  const check = (given: string, session: Session<T>) => {
    if (sameSecret(given, session.csrf)) return
    throw new Fault(403, 'This form is too old, or not from this site: load the page again')
  }
  return {
    open: user => {
      const id = randomBytes(24).toString('base64url')
      sessions.set(id, {user, csrf: randomBytes(18).toString('base64url')})
      return `${name}=${id}; ${attributes}; Max-Age=${LIFE_MS / 1000}`
    },
    of: find,
    close: call => {
      sessions.delete(cookieOf(call, name) ?? '')
      return `${name}=; ${attributes}; Max-Age=0`
    },
    form: async (call, session) => {
      const form = await call.form()
      check(form.get('csrf') ?? '', session)
      return form
    },
    upload: async (call, session) => {
      const form = await multipartOf(call)
      check(textOf(form, 'csrf') ?? '', session)
      return form
    },
  }
}
