import {parse, stringify, TomlError} from 'smol-toml'
import {parse as parseYaml, stringify as stringifyYaml, YAMLParseError} from 'yaml'
import {isTable, type ConfigTable} from '../config/table.js'
import {LabError} from '../errors.js'

/** A table of a configuration file. Whole numbers are bigints, so that `1` and `1.0` stay what they are. */
export type Table = ConfigTable

export {isTable}

export type ConfigFormat = 'toml' | 'yaml'

const MAX_CHARACTERS = 1024 * 1024
const MAX_DEPTH = 100

const invalid = (message: string, cause?: unknown) =>
  new LabError('overlay-invalid', message, cause === undefined ? {} : {cause})

const firstLine = (text: string) => text.split('\n')[0] ?? ''

function parseTomlText(text: string, file: string): Table {
  try {
    return parse(text, {integersAsBigInt: true, unsafeKeyBehaviour: 'throw', maxDepth: MAX_DEPTH})
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = firstLine(error.message).replace(/^Invalid TOML document: /, '')
    throw invalid(`${file}:${error.line}:${error.column}: ${reason}`, error)
  }
}

function parseYamlText(text: string, file: string): Table {
  try {
    const value: unknown = parseYaml(text, {intAsBigInt: true, logLevel: 'error'})
    return isTable(value) ? value : {}
  } catch (error) {
    if (error instanceof YAMLParseError) {
      const {line = 1, col = 1} = error.linePos?.[0] ?? {}
      throw invalid(`${file}:${line}:${col}: ${firstLine(error.message)}`, error)
    }
    // Aliases that repeat too much, or brackets that nest deeper than the parser can go.
    if (error instanceof ReferenceError || error instanceof RangeError)
      throw invalid(`${file}: ${firstLine(error.message)}`, error)
    throw error
  }
}

const FORMATS = {
  toml: {
    // Writes a table's own values, then its tables, then theirs: `[a.b]` stands before `[[a.b.c]]`, as the product needs it.
    parse: parseTomlText,
    stringify: (table: Table) => stringify(table, {numbersAsFloat: true}),
  },
  yaml: {
    parse: parseYamlText,
    // The product reads YAML 1.1: what means something else there (`yes`, `010`) is quoted.
    stringify: (table: Table) => stringifyYaml(table, {compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false}),
  },
} as const

/** The tables of a configuration file. Throws `overlay-invalid`, with line and column, where it is none. `file` is only shown. */
export function parseConfig(text: string, format: ConfigFormat, file: string): Table {
  if (text.length > MAX_CHARACTERS)
    throw invalid(`${file} is too large: a configuration file has ${MAX_CHARACTERS / 1024} kB at most`)
  return FORMATS[format].parse(text.startsWith('\ufeff') ? text.slice(1) : text, file)
}

/** The text of a configuration file. */
export const writeConfig = (table: Table, format: ConfigFormat): string =>
  `${FORMATS[format].stringify(table).trimEnd()}\n`

/** What stands in a table at these names; undefined where there is nothing. */
export const valueAt = (table: Table, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (isTable(at) && Object.hasOwn(at, name) ? at[name] : undefined), table)

/** The table with a value at these names. */
export function withAt(table: Table, [name, ...path]: readonly string[], value: unknown): Table {
  if (name === undefined) return table
  const inner = Object.hasOwn(table, name) ? table[name] : undefined
  const own = path.length > 0 ? withAt(isTable(inner) ? inner : {}, path, value) : value
  return Object.fromEntries([...Object.entries(table).filter(([key]) => key !== name), [name, own]])
}

/** The table without what stands at these names; tables that are left empty stay. */
export function withoutAt(table: Table, [name, ...path]: readonly string[]): Table {
  if (name === undefined || !Object.hasOwn(table, name)) return table
  const inner = table[name]
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, value]) => {
      if (key !== name) return [[key, value] as const]
      return path.length > 0 && isTable(inner) ? [[key, withoutAt(inner, path)] as const] : []
    }),
  )
}
