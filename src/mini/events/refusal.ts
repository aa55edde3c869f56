import type {KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'

const AGAIN_MS = 1_000

/** Which failure is news: in a fresh lab the key manager makes the account while other nodes already ask with it. */
export const NEWS = 3

/** What to do when the server of a link refuses the login: try again for ever, and say so once, if it goes on. */
export function onRefusal({link}: KeptLink, log: Log, source: string): (again: () => void) => void {
  let refused = 0
  return again => {
    if (++refused === NEWS) log('ERROR', source, `${link.address} refused the login; retrying`)
    setTimeout(again, AGAIN_MS).unref()
  }
}
