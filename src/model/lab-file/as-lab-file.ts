import {isDeepStrictEqual} from 'node:util'
import type {LabSettings} from '../settings.js'
import type {TextFile} from '../settings/files.js'
import type {Setting} from '../settings/row.js'
import {placesOf, placesOfGroup, TABLE, type Place, type SettingsTable} from '../settings/table.js'

/** What a lab file would say for settings to be what they are, and the texts of files that it names. */
export interface WrittenLab {
  readonly lab: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, string>>
}

const valueAt = (settings: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], settings)

function withValue(block: object, [key = '', ...below]: readonly string[], value: unknown): object {
  const inner = (block as Readonly<Record<string, object | undefined>>)[key]
  return {...block, [key]: below.length > 0 ? withValue(inner ?? {}, below, value) : value}
}

const isText = (value: unknown): value is TextFile =>
  typeof value === 'object' && value !== null && typeof (value as {content?: unknown}).content === 'string'

/** Whether a lab file can say a value just as it is kept: some are kept in another unit, or name files of this machine. */
const isSayable = ({schema, value}: Setting, kept: unknown) =>
  schema.safeParse(kept).success && isDeepStrictEqual(value(kept), kept)

function add(done: WrittenLab, {at, to, row}: Place, settings: object, above: readonly string[] = []): WrittenLab {
  const kept = valueAt(settings, to)
  if (kept === undefined || isDeepStrictEqual(kept, row.default)) return done
  const place = [...above, ...at]
  if (isText(kept))
    return {
      lab: withValue(done.lab, place, kept.path) as WrittenLab['lab'],
      files: {...done.files, [kept.path]: kept.content},
    }
  return isSayable(row, kept) ? {...done, lab: withValue(done.lab, place, kept) as WrittenLab['lab']} : done
}

/** What a lab file would say, of what is not the default. The lab's name is left out, and what a lab file can't say as it is kept. */
export function asLabFile(settings: Partial<LabSettings>, table: SettingsTable = TABLE): WrittenLab {
  const plain = placesOf(table)
    .filter(({to}) => to[0] !== 'lab')
    .reduce<WrittenLab>((done, place) => add(done, place, settings), {lab: {}, files: {}})
  return Object.entries(table.groups).reduce(
    (all, [key, group]) =>
      Object.entries((settings as Readonly<Record<string, object | undefined>>)[key] ?? {}).reduce(
        (done, [name, own]) =>
          placesOfGroup(group).reduce((each, place) => add(each, place, own as object, [key, name]), done),
        all,
      ),
    plain,
  )
}
