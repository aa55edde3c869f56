import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {stringify} from 'yaml'
import {ROOT} from '../support/lab.js'

/** What users and attackers put where a value is expected. */
const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  65_536,
  1e300,
  '',
  ' ',
  'x'.repeat(5000),
  '$(id)',
  '${HOME}',
  '{{server.hostname}}',
  '{{{',
  'a\u0000b',
  'a\nb: c',
  '\u202e',
  '__proto__',
  '../outside/secret',
  '../../outside/new',
  '/proc/self/environ',
  '/dev/zero',
  'pipe',
  'link',
  'folder',
  '.',
  'overlay.toml',
  'overlay.yaml',
  [],
  {},
  [['a']],
  ['overlay.toml', '../outside/secret'],
  {a: {b: {c: 1}}},
  {__proto__x: 1, constructor: {prototype: 1}},
]
const junk = fc.constantFrom(...JUNK)

interface Schema {
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly propertyNames?: {readonly enum?: readonly string[]}
  readonly additionalProperties?: Schema | false
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
}

/** Values that the schema allows, more or less, and now and then something else. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  const sound = soundValue(schema)
  return fc.oneof({arbitrary: sound, weight: 60}, {arbitrary: junk, weight: 1})
}

function soundValue(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueOf))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch (schema.type) {
    case 'object':
      return fc
        .tuple(knownKeys(schema), otherKeys(schema))
        .map(([known, others]) => ({...(known as object), ...(others as object)}))
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), {maxLength: 3})
    case 'integer':
    case 'number':
      return fc.integer({min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 100, 60_000)})
    case 'boolean':
      return fc.boolean()
    default:
      return fc.constantFrom(
        'overlay.toml',
        'overlay.yaml',
        'gateway',
        'gateway-1',
        'utf8mb4',
        '1g',
        '3.2.0',
        'mini',
        'A.b',
        'x',
      )
  }
}

const knownKeys = ({properties = {}}: Schema) =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, valueOf(schema)])), {
    requiredKeys: [],
  })

function otherKeys({propertyNames, additionalProperties}: Schema): fc.Arbitrary<unknown> {
  if (!additionalProperties) return fc.constant({})
  const key = propertyNames?.enum
    ? fc.constantFrom(...propertyNames.enum)
    : fc.constantFrom('gateway-1', 'A', 'server.offset', 'x')
  return fc.dictionary(key, valueOf(additionalProperties), {maxKeys: 3})
}

type Edit = readonly [kind: 'cut' | 'double' | 'drop' | 'put' | 'swap', at: number, what: string]

const edit = fc.tuple(
  fc.constantFrom('cut' as const, 'double' as const, 'drop' as const, 'put' as const, 'swap' as const),
  fc.nat({max: 10_000}),
  fc.constantFrom(
    '[',
    ']',
    '"""',
    "'",
    '&a [*a]',
    '<<: *a',
    '[[server]]',
    '[__proto__]',
    'x = 1',
    'server_role = 7',
    '\u0000',
    '\ufeff',
    '\r',
    '}}',
    '$ref{a.b}',
    '$secret{x}',
    '= =',
    '-',
    '\t',
    '🦆',
  ),
)

/** A text with some of its lines lost, doubled, swapped, cut off, or something put in between. */
const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((whole, [kind, at, what]) => {
    const lines = whole.split('\n')
    const line = at % Math.max(1, lines.length)
    switch (kind) {
      case 'cut':
        return whole.slice(0, at % (whole.length + 1))
      case 'double':
        return [...lines.slice(0, line), lines[line], ...lines.slice(line)].join('\n')
      case 'drop':
        return [...lines.slice(0, line), ...lines.slice(line + 1)].join('\n')
      case 'swap':
        return [...lines.slice(line), ...lines.slice(0, line)].join('\n')
      case 'put':
        return whole.slice(0, at % (whole.length + 1)) + what + whole.slice(at % (whole.length + 1))
    }
  }, text)

const editedText = (texts: readonly string[], most = 4) =>
  fc.tuple(fc.constantFrom(...texts), fc.array(edit, {maxLength: most})).map(([text, edits]) => edited(text, edits))

const filesBelow = (folder: string, pattern: RegExp): readonly string[] =>
  readdirSync(join(ROOT, folder), {recursive: true, encoding: 'utf8', withFileTypes: true})
    .filter(entry => entry.isFile() && pattern.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()

const read = (path: string) => readFileSync(path, 'utf8')

const SCHEMA = JSON.parse(read(join(ROOT, 'templates/apim-lab.schema.json'))) as Schema

/** A lab file, sound or not. */
export const labFile: fc.Arbitrary<string> = fc
  .tuple(knownKeys(SCHEMA), fc.array(edit, {maxLength: 2}))
  .map(([value, edits]) => edited(stringify(value), edits))

/** An overlay for a component that is configured in TOML. */
export const overlay: fc.Arbitrary<string> = editedText(filesBelow('test/fixtures/import', /\.toml$/).map(read))

/** Settings as a lab's folder keeps them, edited. */
export const keptSettings: fc.Arbitrary<string> = fc
  .tuple(knownKeys(SCHEMA), fc.array(edit, {maxLength: 3}))
  .map(([value, edits]) => edited(JSON.stringify({release: 'mini', lab: 'apim', ...(value as object)}, null, 2), edits))

export interface FuzzedFile {
  readonly path: string
  readonly text: string
}

/** Files of production, edited, under their own or odd names. */
export const production: fc.Arbitrary<readonly FuzzedFile[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom(...filesBelow('test/fixtures/import', /\.(toml|ya?ml|tpl)$/)),
      fc.array(edit, {maxLength: 4}),
      fc.constantFrom('', 'gw/', 'a b/', 'templates/', '-x/', 'ü/'),
    )
    .map(([path, edits, folder]) => ({path: `${folder}${path.split('/').at(-1)}`, text: edited(read(path), edits)})),
  {minLength: 1, maxLength: 4},
)
