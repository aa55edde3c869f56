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

/** The body with each scalar that these issues are about as the type that is expected, or undefined where that helps none of them. */
export function asExpected(body: unknown, issues: readonly Issue[]): unknown {
  const mended = structuredClone(body)
  let isMended = false
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' || issue.path.length === 0) continue
    const read = READINGS[issue.expected]?.(at(body, issue.path))
    if (read === undefined) continue
    const holder = at(mended, issue.path.slice(0, -1)) as Record<PropertyKey, unknown>
    holder[issue.path.at(-1) ?? ''] = read
    isMended = true
  }
  return isMended ? mended : undefined
}
