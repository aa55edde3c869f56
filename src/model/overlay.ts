import {parse, stringify, TomlError} from 'smol-toml'
import {parse as parseYaml, stringify as stringifyYaml} from 'yaml'
import {LabError} from '../errors.js'
import {checkLocalDatabases} from './local-database.js'
import {checkOverlay} from './overlay-checks.js'
import type {Overlay} from './settings.js'

/** A table of a configuration file. Whole numbers are bigints, so that `1` and `1.0` stay what they are. */
export type Table = Readonly<Record<string, unknown>>

const MAX_CHARACTERS = 1024 * 1024

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

function syntaxError(error: TomlError, file: string): LabError {
  const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
  return new LabError('overlay-invalid', `${file}:${error.line}:${error.column}: ${reason}`, {cause: error})
}

function parseToml(text: string, file: string): Table {
  try {
    return parse(text, {integersAsBigInt: true, unsafeKeyBehaviour: 'throw', maxDepth: 100})
  } catch (error) {
    if (error instanceof TomlError) throw syntaxError(error, file)
    throw error
  }
}

/** The tables of an overlay. Throws `overlay-invalid` when it is no TOML, or moves a local database to a server. `file` is only shown. */
export function parseOverlay(text: string, file: string): Table {
  if (text.length > MAX_CHARACTERS) {
    throw new LabError('overlay-invalid', `${file} is too large: an overlay has ${MAX_CHARACTERS / 1024} kB at most`)
  }
  const overlay = parseToml(text.startsWith('\ufeff') ? text.slice(1) : text, file)
  checkLocalDatabases(overlay, file)
  checkOverlay(overlay, file)
  return overlay
}

/**
 * The base with the overlay over it: tables merge key by key; everything else, arrays and arrays of tables included, is
 * replaced as a whole. The base's order of keys is kept; new keys come after them.
 */
export function mergeOverlay(base: Table, overlay: Table): Table {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged.get(key)
    merged.set(key, isTable(below) && isTable(value) ? mergeOverlay(below, value) : value)
  }
  return Object.fromEntries(merged)
}

const FORMATS = {
  toml: {
    // Writes a table's own values, then its tables, then theirs: `[a.b]` stands before `[[a.b.c]]`, as the product needs it.
    parse: (text: string, file: string) => parseToml(text, file),
    stringify: (table: Table) => stringify(table, {numbersAsFloat: true}),
  },
  yaml: {
    parse: (text: string): Table => {
      const value: unknown = parseYaml(text, {intAsBigInt: true})
      return isTable(value) ? value : {}
    },
    // The product reads YAML 1.1: what means something else there (`yes`, `010`) is quoted.
    stringify: (table: Table) => stringifyYaml(table, {compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false}),
  },
} as const

/** A rendered configuration file with an overlay merged over it, written anew: comments and layout of the rendered file are lost. */
export function applyOverlay(rendered: string, format: 'toml' | 'yaml', overlay: Overlay): string {
  const over = parseOverlay(overlay.content, overlay.path)
  const merged = mergeOverlay(FORMATS[format].parse(rendered, 'the rendered file'), over)
  const name = overlay.path.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')
  return `# Rendered by apim-lab, with the overlay ${name} merged over it.\n${FORMATS[format].stringify(merged).trimEnd()}\n`
}
