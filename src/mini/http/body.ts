import type {z} from 'zod'
import type {Call} from './call.js'
import {badRequest} from './fault.js'
import {asExpected} from './scalars.js'

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  const strict = schema.safeParse(value)
  if (strict.success) return strict
  const lenient = asExpected(value, strict.error.issues)
  return lenient === undefined ? strict : schema.safeParse(lenient)
}

/**
 * A JSON value that came from outside, checked; a scalar of another type is read as the product reads it. Throws a Fault 400 that names the
 * first key that is wrong.
 */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const {success, data, error} = parsed(schema, value)
  if (success) return data
  const [issue] = error.issues
  const path = issue?.path.map(String).join('.')
  throw badRequest(`${path ? `${path.slice(0, 200)}: ` : ''}${issue?.message ?? 'The body is not as expected'}`)
}

/** The JSON body of a call, checked. Throws a Fault 400, 413 or 415. */
export const bodyOf = async <T extends z.ZodType>(call: Call, schema: T): Promise<z.output<T>> =>
  checked(schema, await call.json())

/** A text of JSON that is a part of a body. Throws a Fault 400 with this description where it is none. */
export function parsedJson(text: string | undefined, otherwise: string): unknown {
  try {
    return JSON.parse(text ?? '') as unknown
  } catch {
    throw badRequest(otherwise)
  }
}
