import type {Call} from './call.js'
import {badRequest} from './fault.js'

/** A query's flag. Throws a Fault 400 for what is none. */
export function flagOf({query}: Pick<Call, 'query'>, name: string, otherwise: boolean): boolean {
  const text = query.get(name) ?? String(otherwise)
  if (text !== 'true' && text !== 'false') throw badRequest(`${name}: is none of true, false`)
  return text === 'true'
}
