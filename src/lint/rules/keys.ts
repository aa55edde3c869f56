import type {KnownKeys} from '../../config/known-keys.js'
import type {Found, Rule} from '../rule.js'
import type {LintedSet, ParsedFile} from '../linted-set.js'
import {strangeKeys, type StrangeKey, type Strangeness} from '../unknown-keys.js'

/** What a file looks like once: several rules go by it. */
const looked = new WeakMap<ParsedFile, readonly StrangeKey[]>()

function strange(file: ParsedFile, keys: KnownKeys): readonly StrangeKey[] {
  const known = looked.get(file) ?? strangeKeys(file, keys)
  looked.set(file, known)
  return known
}

const shown = (names: readonly string[]) => names.join('.')

const ofKind = (
  file: ParsedFile,
  {keys}: LintedSet,
  kind: Strangeness['kind'],
  message: (key: StrangeKey) => Omit<Found, 'key'>,
): readonly Found[] =>
  strange(file, keys)
    .filter(({is}) => is.kind === kind)
    .map(found => ({key: found.key, ...message(found)}))

const releasesWith = ({whole}: StrangeKey, {others}: LintedSet) =>
  others.filter(({keys}) => keys.has(whole)).map(({release}) => release)

/** Whether a key stands at another or below it, arrays or not. */
const isAbove = (names: readonly string[], key: string) =>
  `${shown(names)}.`.replaceAll('[]', '').startsWith(`${key.replaceAll('[]', '')}.`)

/** Whose keys were not all read: it proves nothing that one is not in its list. */
const isPartial = ({release}: LintedSet) => release.config.partialKeys === true

function unknownKeys(file: ParsedFile, set: LintedSet): readonly Found[] {
  return strange(file, set.keys).flatMap((found): readonly Found[] => {
    if (found.is.kind !== 'unknown' || releasesWith(found, set).length > 0) return []
    const {key, names, is} = found
    // Known to be dead: that is said with its reason.
    if (set.release.config.dead.some(dead => isAbove(found.whole, dead.key))) return []
    if (is.near !== undefined)
      return [{key, message: `${shown(names)} is not a key of ${set.release.name}`, fix: `Did you mean ${is.near}?`}]
    // A table of the user's own holds values for references, or for a template of the user's own.
    return isPartial(set) || names.length === 1
      ? []
      : [{key, severity: 'note', message: `${shown(names)} is not a key of ${set.release.name} that we know of`}]
  })
}

/** Keys that the templates of the release do not read. Facts: the lists in src/config/keys. */
export const KEY_RULES: readonly Rule[] = [
  {
    code: 'key-unknown',
    severity: 'warning',
    title: 'A key that the release does not have',
    why: 'The product accepts any key silently, and reads only those that it knows: the value has no effect.',
    looksLike: 'Nothing in the log: the default stays in force',
    fix: 'Check the spelling and the table that it stands in; a key for a template of your own may stay.',
    check: unknownKeys,
  },
  {
    code: 'key-of-another-version',
    severity: 'warning',
    title: 'A key of another version',
    why: 'The release does not read this key, another one does: the value has no effect here.',
    looksLike: 'Nothing in the log: the default stays in force',
    fix: "Look the setting up in this version's documentation, or lint with --release of the version that runs.",
    check: (file, set) =>
      isPartial(set)
        ? []
        : strange(file, set.keys).flatMap(found => {
            const releases = releasesWith(found, set)
            return found.is.kind !== 'unknown' || releases.length === 0
              ? []
              : [
                  {
                    key: found.key,
                    message: `${set.release.name} does not have ${shown(found.whole)}: it is of ${releases.join(', ')}`,
                  },
                ]
          }),
  },
  {
    code: 'array-of-tables',
    severity: 'warning',
    title: 'One table where an array of tables belongs, or the other way round',
    why: 'The template walks over an array; of a table it takes nothing.',
    looksLike: 'The block is missing in the generated file, silently: no environment in api-manager.xml',
    fix: 'Write `[[name]]` for an array of tables, `[name]` for one table.',
    check: (file, set) => [
      ...ofKind(file, set, 'array', ({names}) => ({
        message: `${shown(names)}: the table above it belongs in [[...]], not in [...]`,
      })),
      ...ofKind(file, set, 'no-array', ({names}) => ({
        message: `${shown(names)}: the table above it belongs in [...], not in [[...]]`,
      })),
    ],
  },
  {
    code: 'table-not-value',
    severity: 'warning',
    title: 'A table where one value belongs',
    why: 'The template writes the value of the key as text.',
    looksLike: 'The text of a map, such as `{a=1}`, in the generated XML',
    fix: 'Give the key itself a value.',
    check: (file, set) =>
      ofKind(file, set, 'value', ({names}) => ({message: `${shown(names.slice(0, -1))} is one value, not a table`})),
  },
  {
    code: 'value-not-table',
    severity: 'warning',
    title: 'A value where a table belongs',
    why: 'All keys below it are lost, and where they follow in the file it is no longer TOML.',
    looksLike: 'apim.event_hub is not a table (previously defined at line 3, column 1)',
    fix: 'Remove the line, or write `[name]` with keys below it.',
    check: (file, set) =>
      ofKind(file, set, 'table', ({whole}) => ({message: `${shown(whole)} is a table, not a value`})),
  },
]
