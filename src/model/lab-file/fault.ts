import {LabError, type LabErrorCode} from '../../errors.js'

/** Something wrong with a YAML file of the user's, at an offset of its text. */
export interface Fault {
  readonly offset: number
  readonly message: string
}

const MOST_SHOWN = 100
const MOST_CHARACTERS = 60

const unprintable = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const quoted = (text: string) =>
  JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text)
    // What JSON leaves as it is and a terminal may obey or show in the wrong order.
    .replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, unprintable)

/** A value as errors show it: short, on one line, harmless to a terminal. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a block of keys'
  return String(value)
}

/** A key as errors show it. */
export const shownKey = (key: string): string => (/^[\w.-]{1,60}$/.test(key) ? key : quoted(key))

function position(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  return `${line}:${offset - lineStart + 1}`
}

/** What a YAML file of the user's is, and the code of all that is wrong with it. */
export interface SourceKind {
  readonly what: string
  readonly code: LabErrorCode
  readonly mostKb: number
}

export const LAB_FILE_KIND: SourceKind = {what: 'a lab file', code: 'lab-file-invalid', mostKb: 64}

/** All faults as one error: the first is the message, the others its evidence. */
export function sourceError(
  faults: readonly Fault[],
  text: string,
  file: string,
  {code, what}: SourceKind = LAB_FILE_KIND,
): LabError {
  const sorted = [...faults].sort((a, b) => a.offset - b.offset)
  const lines = sorted.slice(0, MOST_SHOWN).map(({offset, message}) => `${file}:${position(text, offset)}: ${message}`)
  const [first = `${file} is not ${what}`, ...others] = [...new Set(lines)]
  const left = sorted.length - MOST_SHOWN
  return new LabError(code, first, {evidence: left > 0 ? [...others, `and ${left} more`] : others})
}
