import {z} from 'zod'
import {badRequest} from './fault.js'

/** The body of a call as its schema says. Throws a Fault 400 that names the first wrong key. */
export const checked = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const {success, data, error} = schema.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  const at = (issue?.path ?? []).map(String).join('.')
  throw badRequest(`${at === '' ? 'The body' : at.slice(0, 200)}: ${issue?.message ?? 'is not valid'}`)
}

// Databases of the product are in latin1; control characters have no business in names.
const STORABLE = /^[\x20-\x7e\xa0-\xff]*$/

/** Text that fits a column of so many characters. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine(it => STORABLE.test(it), 'has a character that can not be stored')
