import {LabError} from '../errors.js'
import {isTable, parseConfig, type Table} from './config-table.js'
import {checkLocalDatabases} from './local-database.js'

/** The tables of an overlay. Throws `overlay-invalid` when it is not valid TOML, or moves a local database to a server. `file` is only shown. */
export function parseOverlay(text: string, file: string): Table {
  const overlay = parseConfig(text, 'toml', file)
  checkLocalDatabases(overlay, file)
  return overlay
}

const kindOf = (value: unknown) => (isTable(value) ? 'a table' : Array.isArray(value) ? 'a list' : 'a single value')

/**
 * The base with the overlay over it: tables merge key by key; everything else, arrays and arrays of tables included, is
 * replaced as a whole. The base's order of keys is kept; new keys come after them. Throws `overlay-invalid` where a table would
 * become something else, or the reverse. `file` is only shown.
 */
export function mergeOverlay(base: Table, overlay: Table, file: string, above: readonly string[] = []): Table {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged.get(key)
    const path = [...above, key]
    if (below !== undefined && below !== null && isTable(below) !== isTable(value))
      throw new LabError(
        'overlay-invalid',
        `${file}: ${path.join('.')} is ${kindOf(value)}, but ${kindOf(below)} in the file that it is merged over.`,
        {next: [`Correct ${path.join('.')} in ${file}`]},
      )
    merged.set(key, isTable(below) && isTable(value) ? mergeOverlay(below, value, file, path) : value)
  }
  return Object.fromEntries(merged)
}
