import {isTable} from '../../config/table.js'

/** The way to one value of a configuration file: names of tables and positions in arrays. */
export type KeyPath = readonly (string | number)[]

/** A path of plain names, for keys that have no dot in a name. */
export const dotted = (key: string): readonly string[] => key.split('.')

/** A path as people write it: `apim.throttling.url_group[0].urls`. */
export const keyText = (path: KeyPath): string =>
  path.map((it, index) => (typeof it === 'number' ? `[${it}]` : index === 0 ? it : `.${it}`)).join('')

/** What stands at a path, or undefined. Only what the file itself says: never an inherited property. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  let at: unknown = root
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as unknown[])[step] : undefined
    else at = isTable(at) && Object.hasOwn(at, step) ? at[step] : undefined
  }
  return at
}

/** The names of a table, in the file's order; none if it is no table. */
export const namesOf = (value: unknown): readonly string[] => (isTable(value) ? Object.keys(value) : [])

/** What kind of value it is, in the words of TOML and YAML. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'empty'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'object') return 'a table'
  return typeof value === 'bigint' ? 'a number' : `a ${typeof value}`
}
