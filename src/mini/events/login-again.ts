/** Milliseconds until the next try of a login that was refused. */
const RETRY = 500

/**
 * What to do when a login is refused: it is tried again, since an account may be made while nodes start. Says whether it was the first
 * refusal, which is the one to tell.
 */
export const loginAgain = (login: () => void): (() => boolean) => {
  let told = false
  return () => {
    setTimeout(login, RETRY).unref()
    const first = !told
    told = true
    return first
  }
}
