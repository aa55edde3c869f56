import type {LabSettings} from '../settings.js'
import type {FileKind} from '../settings/row.js'
import {placesOf, placesOfGroup, TABLE, type Place, type SettingsTable} from '../settings/table.js'

export type {FileKind} from '../settings/row.js'

/** A file that a lab file names. */
export interface NamedFile {
  readonly kind: FileKind
  /** Relative to the lab file's folder and inside it. */
  readonly path: string
  /** The setting that it is for: `components`, `gateway`, `overlay`. */
  readonly at: readonly string[]
}

/** What a lab file says: settings, and the files that still have to be read. */
export interface LabFile extends Partial<LabSettings> {
  readonly files: readonly NamedFile[]
}

type Block = Readonly<Record<string, unknown>> | null | undefined

/** A setting that the lab file says, and its value there. */
interface Written {
  readonly to: readonly string[]
  readonly row: Place['row']
  readonly value: unknown
}

const valueAt = (content: Block, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Block)?.[key], content)

const writtenIn = (content: Block, places: readonly Place[], above: readonly string[] = []): readonly Written[] =>
  places.flatMap(({at, to, row}) => {
    const value = valueAt(content, at)
    return value === undefined ? [] : [{to: [...above, ...to], row, value}]
  })

function writtenByName(content: Block, {groups}: SettingsTable): readonly Written[] {
  return Object.entries(groups).flatMap(([key, group]) =>
    Object.entries((content?.[key] as Block) ?? {}).flatMap(([name, own]) =>
      writtenIn(own as Block, placesOfGroup(group), [key, name]),
    ),
  )
}

/** A value at a place of nested settings. */
function withValue(settings: object, [key = '', ...below]: readonly string[], value: unknown): object {
  const own = settings as Readonly<Record<string, object | undefined>>
  const before = Object.hasOwn(own, key) ? own[key] : undefined
  return {...settings, [key]: below.length > 0 ? withValue(before ?? {}, below, value) : value}
}

/** The settings that a lab file's content stands for, once its schema has checked it. */
export function labFileOf(content: object, table: SettingsTable = TABLE): LabFile {
  const written = [...writtenIn(content as Block, placesOf(table)), ...writtenByName(content as Block, table)]
  const settings = written
    .map(({to, row, value}) => ({to, value: row.value(value)}))
    .filter(({value}) => value !== undefined)
    .reduce<object>((done, {to, value}) => withValue(done, to, value), {})
  const files = written.flatMap(({to, row, value}) =>
    row.files(value).map(({kind, path, below}) => ({kind, path, at: [...to, ...below]})),
  )
  return {...settings, files}
}

/** The lab file's settings with what was read of the files that it names. */
export function withFiles({files, ...settings}: LabFile, read: (file: NamedFile) => unknown): Partial<LabSettings> {
  return files.reduce<object>((done, file) => withValue(done, file.at, read(file)), settings)
}
