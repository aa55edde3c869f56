import {checkLabName} from './names.js'
import type {ComponentSettings, LabSettings, SettingFlags} from './settings.js'
import {DEFAULT_LAB, DEFAULTS} from './settings.js'
import type {Setting} from './settings/row.js'
import {TABLE, type SettingsTable} from './settings/table.js'

export {parseScale} from './scale.js'
export type {SettingFlags} from './settings.js'

export type SettingSource = 'flag' | 'lab file' | 'kept' | 'default'

export interface SettingLayers {
  /** Chosen elsewhere: it can depend on what images can be had. */
  readonly release: string
  readonly flags: SettingFlags
  readonly labFile: Partial<LabSettings>
  /** What this lab already has. */
  readonly kept: Partial<LabSettings>
  readonly defaults?: Omit<LabSettings, 'lab' | 'release'>
}

export interface ResolvedSettings {
  readonly settings: LabSettings
  /** What is neither asked for nor the default, in words. */
  readonly kept: readonly string[]
  /** Where each setting comes from: `portOffset`, `components.gateway.replicas`. */
  readonly sources: Readonly<Record<string, SettingSource>>
}

type Layer = readonly [source: SettingSource, values: Partial<LabSettings>]
interface Found {
  readonly path: string
  readonly source: SettingSource
  readonly value: unknown
  readonly row: Setting
}

/** Settings by name. */
type Group = 'components' | 'nodes'

function flagLayer({lab: _lab, release: _release, scale, ...flags}: SettingFlags): Partial<LabSettings> {
  return {
    ...flags,
    ...(scale && {components: Object.fromEntries(Object.entries(scale).map(([name, replicas]) => [name, {replicas}]))}),
  }
}

function first(
  row: Setting,
  path: string,
  layers: readonly Layer[],
  read: (values: Partial<LabSettings>) => unknown,
): readonly Found[] {
  const layer = layers.find(([, values]) => read(values) !== undefined)
  return layer ? [{path, source: layer[0], value: read(layer[1]), row}] : []
}

const ownOf = (values: Partial<LabSettings>, group: Group, name: string): object | undefined => {
  const own = values[group] ?? {}
  return Object.hasOwn(own, name) ? own[name] : undefined
}

interface NamedSettings {
  readonly name: string
  readonly found: readonly Found[]
}

function groupOf(group: Group, layers: readonly Layer[], {groups}: SettingsTable): readonly NamedSettings[] {
  const names = new Set(layers.flatMap(([, values]) => Object.keys(values[group] ?? {})))
  return [...names].map(name => ({
    name,
    found: Object.entries(groups[group]?.rows ?? {}).flatMap(([key, row]) =>
      first(
        row,
        `${group}.${name}.${key}`,
        layers,
        values => (ownOf(values, group, name) as ComponentSettings)?.[key as keyof ComponentSettings],
      ),
    ),
  }))
}

const byName = (named: readonly NamedSettings[]): Readonly<Record<string, object>> =>
  Object.fromEntries(named.map(({name, found}) => [name, valuesOf(found)]))

const valuesOf = (found: readonly Found[]) =>
  Object.fromEntries(found.map(({path, value}) => [path.slice(path.lastIndexOf('.') + 1), value]))

const hasPath = (value: unknown): value is {readonly path: string} =>
  typeof value === 'object' && value !== null && 'path' in value

/** A kept value in words: of an environment only the names, since the values may be secret. */
function keptText({path, value, row}: Found): string {
  const text = row.namesOnly ? Object.keys(value as object).join(', ') : hasPath(value) ? value.path : String(value)
  return `${path} ${text} (kept; --reset forgets it)`
}

/** Flags over lab file over what the lab already has over defaults: per setting, and per setting of each component. */
export function resolveSettings(
  {release, flags, labFile, kept, defaults = DEFAULTS}: SettingLayers,
  table: SettingsTable = TABLE,
): ResolvedSettings {
  const layers: readonly Layer[] = [
    ['flag', flagLayer(flags)],
    ['lab file', labFile],
    ['kept', kept],
    ['default', defaults],
  ]
  const plain = Object.entries(table.lab).flatMap(([key, row]) =>
    first(row, key, layers, values => values[key as keyof LabSettings]),
  )
  const groups = {components: groupOf('components', layers, table), nodes: groupOf('nodes', layers, table)}
  const lab = flags.lab ?? labFile.lab
  const all = [...plain, ...Object.values(groups).flatMap(named => named.flatMap(({found}) => found))]
  const isKept = ({path, source, value, row}: Found) =>
    source === 'kept' && !row.quiet && value !== (defaults as Record<string, unknown>)[path]
  return {
    settings: {
      lab: checkLabName(lab ?? DEFAULT_LAB),
      release,
      // Those without a default may be absent: LabSettings says which.
      ...(valuesOf(plain) as Omit<LabSettings, 'lab' | 'release' | Group>),
      components: byName(groups.components),
      nodes: byName(groups.nodes),
    },
    kept: all.filter(isKept).map(keptText),
    sources: {
      lab: flags.lab !== undefined ? 'flag' : lab !== undefined ? 'lab file' : 'default',
      ...Object.fromEntries(all.map(({path, source}) => [path, source])),
    },
  }
}

/** Settings without those of these paths: `portOffset`, `components.gateway.overlay`. */
export function withoutPaths(settings: Partial<LabSettings>, paths: readonly string[]): Partial<LabSettings> {
  const gone = new Set(paths)
  const left = <T extends object>(values: T, prefix: string) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !gone.has(prefix + key))) as T
  return Object.fromEntries(
    Object.entries(left(settings, '')).map(([key, value]) => {
      if (!Object.hasOwn(TABLE.groups, key)) return [key, value]
      const named = Object.entries(value as LabSettings[Group])
      return [key, Object.fromEntries(named.map(([name, own]) => [name, left(own, `${key}.${name}.`)]))]
    }),
  )
}
