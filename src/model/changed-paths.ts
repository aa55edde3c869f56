import {isTable} from '../config/table.js'
import {pathText} from '../config/toml-source.js'

type Path = readonly (string | number)[]

/** A value that differs between two documents; undefined where one of them has none. */
export interface Change {
  /** `a.b[0].c`; a name with a dot of its own stands in single quotes. */
  readonly key: string
  readonly a: unknown
  readonly b: unknown
}

/** Text of a value, another one for each other value: whole numbers of both kinds too. */
export const textOf = (value: unknown) =>
  JSON.stringify(value, (_, it: unknown) => (typeof it === 'bigint' ? `${it}n` : it))

const isTables = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.some(isTable)

/** What stands below a value, by name or position; undefined for a single value, or a list of them. */
function below(value: unknown): ReadonlyMap<string | number, unknown> | undefined {
  if (isTable(value)) return new Map(Object.entries(value))
  return isTables(value) ? new Map(value.entries()) : undefined
}

/** The values that differ between two documents; lists are values, tables in arrays are walked through. */
export function changes(a: unknown, b: unknown, path: Path = []): readonly Change[] {
  const [own, other] = [below(a), below(b)]
  const isWalked = (own || other) && (own || a === undefined) && (other || b === undefined)
  if (isWalked && (path.length > 0 || (own && other))) {
    const names = new Set([...(own?.keys() ?? []), ...(other?.keys() ?? [])])
    if (names.size > 0) return [...names].flatMap(name => changes(own?.get(name), other?.get(name), [...path, name]))
  }
  return path.length === 0 || textOf(a) === textOf(b) ? [] : [{key: pathText(path), a, b}]
}

/** The keys of these. */
export const changedPaths = (a: unknown, b: unknown): readonly string[] => changes(a, b).map(({key}) => key)
