import type {KeptLink} from '../links/keep-link.js'
import type {Log} from '../log.js'

const AGAIN_MS = 1_000

/**
 * What to do when the server of a link refuses the login: say so once, and try again for ever. In a fresh lab the account may not be
 * there yet: the key manager makes it while other nodes start.
 */
export function onRefusal({link}: KeptLink, log: Log, source: string): (again: () => void) => void {
  let told = false
  return again => {
    if (!told) log('ERROR', source, `${link.address} refused the login; retrying`)
    told = true
    setTimeout(again, AGAIN_MS).unref()
  }
}
