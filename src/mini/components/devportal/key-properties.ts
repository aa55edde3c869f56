import {z} from 'zod'
import {badRequest, missingOperation} from '../../http/fault.js'

/** Characters of them as JSON. */
const MOST = 10_000
/** Times of tokens, by key: an update of the product takes them, 3.2.0 as released does not know them. */
const TIMES = /^(application_access|user_access|refresh|id)_token_expiry_time$/

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is said of a key besides, as an object or as JSON. Throws a Fault 400, or 501 for what would change its tokens. */
export function keyProperties(given: unknown): Readonly<Record<string, unknown>> | undefined {
  if (given === null || given === undefined) return undefined
  const found = z.record(z.string(), z.unknown()).safeParse(typeof given === 'string' ? parsed(given) : given)
  if (!found.success) throw badRequest('additionalProperties: is no object')
  if (JSON.stringify(found.data).length > MOST) throw badRequest(`additionalProperties: more than ${MOST} characters`)
  const time = Object.entries(found.data).find(([key, value]) => TIMES.test(key) && value && value !== 'N/A')
  if (time)
    throw missingOperation(`mini has the same times for the tokens of all keys (additionalProperties: ${time[0]})`)
  return found.data
}
