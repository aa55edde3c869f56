import {Document, isSeq, visit} from 'yaml'
import {checkLabName} from '../names.js'
import {sentence, type Setting} from '../settings/row.js'
import {placesOfGroup, TABLE, type Group, type Place, type SettingsTable} from '../settings/table.js'
import {byFirstKey, isBlock} from './schema.js'

export interface SampleOptions {
  readonly lab: string
  readonly release?: string
  /** Names that `components` may have. */
  readonly components?: readonly string[]
  /** Path of the JSON Schema relative to the new file, where there is one. */
  readonly schema?: string
}

const WIDTH = 120

/** Words on lines that fit: the first behind `first`, the others behind as many spaces after `## `. */
function explained(text: string, first = '## '): readonly string[] {
  const rest = '## '.padEnd(first.length)
  const lines = [first]
  // A line never ends with `Default:`.
  for (const word of text.split(/(?<!Default:) /)) {
    const last = lines.length - 1
    const line = lines[last]!
    const isEmpty = line === first || line === rest
    if (!isEmpty && line.length + 1 + word.length > WIDTH) lines.push(rest + word)
    else lines[last] = line + (isEmpty ? '' : ' ') + word
  }
  return lines
}

/** A key and its value, lists on one line. */
function settingLines(key: string, value: unknown): readonly string[] {
  const document = new Document({[key]: value})
  visit(document, (_, node) => {
    if (isSeq(node)) node.flow = true
  })
  return document.toString({lineWidth: 0, flowCollectionPadding: false}).trimEnd().split('\n')
}

// `## ` explains and `# ` is a setting, so an editor's "toggle comment" on a setting makes it valid YAML.
const commented = (lines: readonly string[]) => lines.map(line => `# ${line}`)

function shown({example, default: value}: Setting, name: string): unknown {
  return typeof example === 'function' ? example(name) : (example ?? value)
}

const keyOf = ({at}: Place) => at.at(-1)!

const examples = (places: readonly Place[], name = '') =>
  Object.fromEntries(places.map(place => [keyOf(place), shown(place.row, name)]))

/** A line or more for each key. */
function legend(text: string, places: readonly Place[]): readonly string[] {
  const width = Math.max(...places.map(place => keyOf(place).length))
  return [
    ...explained(`${text}:`),
    ...places.flatMap(place => explained(sentence(place.row), `##   ${keyOf(place).padEnd(width)}  `)),
  ]
}

function groupLines(key: string, group: Group, names: string): readonly string[] {
  const places = placesOfGroup(group)
  return [
    ...legend(group.text + names, places),
    ...commented(
      settingLines(
        key,
        group.example(name => examples(places, name)),
      ),
    ),
  ]
}

/** The commented lab file that `init` writes: what is asked for, and every other key with its default, commented out. */
export function sampleLabFile(
  {lab, release, components = [], schema}: SampleOptions,
  table: SettingsTable = TABLE,
): string {
  const said = new Map<string, string | undefined>([
    ['name', checkLabName(lab)],
    ['release', release],
  ])
  const plain = byFirstKey(table).map(([key, places]) => {
    if (isBlock(places))
      return [...legend(table.blocks[key] ?? key, places), ...commented(settingLines(key, examples(places)))]
    const [{row}] = places as [Place]
    const own = said.get(key)
    const lines = own === undefined ? commented(settingLines(key, shown(row, ''))) : settingLines(key, own)
    return [...explained(sentence(row)), ...lines]
  })
  const head = [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '## The settings of a lab. Flags are stronger than this file, this file is stronger than what the lab already has.',
    '## Lines that begin with "# " are settings: remove these two characters to use one. All keys are optional.',
  ]
  const groups = Object.entries(table.groups).map(([key, group]) =>
    groupLines(key, group, key === 'components' && components.length > 0 ? ` (${components.join(', ')})` : ''),
  )
  return `${[head, ...plain, ...groups].map(lines => lines.join('\n')).join('\n\n')}\n`
}
