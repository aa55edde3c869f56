import type {z} from 'zod'

type Issue = z.core.$ZodIssue
type Reading = (given: unknown) => unknown

const NUMBER = /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/
const WORDS: Readonly<Record<string, boolean>> = {true: true, True: true, false: false, False: false}

const number: Reading = given => {
  if (typeof given !== 'string') return undefined
  return NUMBER.test(given) ? Number(given) : given.trim() === '' ? null : undefined
}

/** What Jackson, which reads the bodies for the product, takes for a scalar of this type; undefined where it takes none. */
const READINGS: Readonly<Record<string, Reading>> = {
  string: given => (typeof given === 'number' || typeof given === 'boolean' ? String(given) : undefined),
  number,
  int: number,
  boolean: given => {
    if (typeof given === 'number') return Number.isInteger(given) ? given !== 0 : undefined
    if (typeof given !== 'string') return undefined
    return WORDS[given.trim()] ?? (given.trim() === '' ? null : undefined)
  },
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((of, key) => (of as Record<PropertyKey, unknown> | undefined)?.[key], value)
}

/** The value with another one at this place; what is beside the way there is not copied, as it may be as deep as its sender likes. */
function replaced(value: unknown, [key, ...rest]: readonly PropertyKey[], by: unknown): unknown {
  if (key === undefined) return by
  const inner = replaced((value as Record<PropertyKey, unknown>)[key], rest, by)
  return Array.isArray(value) ? value.with(Number(key), inner) : {...(value as object), [key]: inner}
}

/** The body with each scalar that these issues are about as the type that is expected, or undefined where that helps none of them. */
export function asExpected(body: unknown, issues: readonly Issue[]): unknown {
  const read = issues.flatMap(issue => {
    if (issue.code !== 'invalid_type') return []
    const value = READINGS[issue.expected]?.(at(body, issue.path))
    return value === undefined ? [] : [{path: issue.path, value}]
  })
  if (read.length === 0) return undefined
  return read.reduce((mended, {path, value}) => replaced(mended, path, value), body)
}
