import {engineMessage, statusOf} from '../engine-errors.js'

/** What registries refuse with. Inside a pull's stream, and with older engines' status 404 or 500, the text is all there is. */
const REFUSED =
  /pull access denied|unauthori[sz]ed|authentication required|no basic auth credentials|requires? (a |an active )?subscription|incorrect username or password|access to the resource is denied|\b40[13] (unauthorized|forbidden)\b/i

/** Whether a registry wants to know who asks, or knows it and refuses. */
export function isLoginNeeded(error: unknown): boolean {
  const status = statusOf(error)
  return status === 401 || status === 403 || REFUSED.test(engineMessage(error))
}

/** Whether the text of a pull's stream says so. */
export const saysLoginNeeded = (text: string): boolean => REFUSED.test(text)
