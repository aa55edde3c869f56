/** A table of a configuration file. */
export type ConfigTable = Readonly<Record<string, unknown>>

/** Whether a value is a table: no array, no date. */
export const isTable = (value: unknown): value is ConfigTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** A key of the mapper: names of tables joined by dots. A name with a dot of its own stands in single quotes, as in `'a.b'`. */
export const keyOf = (names: readonly string[]): string =>
  names.map(name => (name.includes('.') ? `'${name}'` : name)).join('.')

/** The names in a key. */
export const namesIn = (key: string): readonly string[] =>
  [...key.matchAll(/'([^']*)'|[^.]+/g)].map(([text, quoted]) => quoted ?? text)

/**
 * The values of a table by key, as the product's configuration mapper sees them: every value that is no table, an array of tables
 * as one value (TomlParser.java of wso2/config-mapper v1.0.2).
 */
export function flatten(table: ConfigTable, above: readonly string[] = []): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(table)) {
    const names = [...above, name]
    if (isTable(value)) for (const [key, inner] of flatten(value, names)) found.set(key, inner)
    else found.set(keyOf(names), value)
  }
  return found
}

/** The tables that these values make; a key whose table is a value already is left out. */
export function unflatten(values: Iterable<readonly [key: string, value: unknown]>): ConfigTable {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, value] of values) put(root, namesIn(key), value)
  return root
}

function put(root: Record<string, unknown>, names: readonly string[], value: unknown): void {
  let at = root
  for (const name of names.slice(0, -1)) {
    at[name] ??= Object.create(null)
    const below = at[name]
    if (!isTable(below)) return
    at = below as Record<string, unknown>
  }
  const last = names.at(-1)
  if (last !== undefined && !isTable(at[last])) at[last] = value
}
