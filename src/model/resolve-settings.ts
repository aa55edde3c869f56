import {checkLabName} from './names.js'
import type {ComponentSettings, LabSettings, NodeSettings} from './settings.js'
import {DEFAULT_LAB, DEFAULTS} from './settings.js'

export {parseScale} from './scale.js'

export interface SettingFlags {
  readonly lab?: string
  readonly release?: string
  readonly scale?: Readonly<Record<string, number>>
  readonly analytics?: boolean
  readonly portOffset?: number
  readonly small?: boolean
  /** Absolute path of the JDBC driver. */
  readonly mysqlDriver?: string
}

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
type Found = readonly [path: string, source: SettingSource, value: unknown]

const PLAIN_KEYS = [
  'domain',
  'hosts',
  'host',
  'address',
  'portOffset',
  'analytics',
  'multiTenancy',
  'gatewaySharedDb',
  'mysqlImage',
  'mysqlCharset',
  'mysqlCollation',
  'mysqlSqlMode',
  'mysqlConfig',
  'loadBalancerImage',
  'imageRegistry',
  'imageTag',
  'imageSuffix',
  'imageBuild',
  'imageNames',
  'mysqlDriver',
  'tls',
  'small',
  'publicHttps',
  'overlay',
  'remove',
] as const satisfies readonly (keyof LabSettings)[]

const NODE_KEYS = [
  'memoryMb',
  'environment',
  'image',
  'overlay',
  'config',
  'remove',
  'files',
] as const satisfies readonly (keyof NodeSettings)[]

/** Settings by name, and the keys of each. */
const GROUPS = {
  components: [
    'replicas',
    'release',
    'offset',
    ...NODE_KEYS,
    'heapMb',
    'debugPort',
    'logLevels',
    'patches',
    'dropins',
    'correlationLogs',
    'keyStore',
    'trustStore',
    'certificate',
  ] as const satisfies readonly (keyof ComponentSettings)[],
  nodes: NODE_KEYS,
} as const

type Group = keyof typeof GROUPS
const GROUP_NAMES = Object.keys(GROUPS) as readonly Group[]

function flagLayer({scale, analytics, portOffset, small, mysqlDriver}: SettingFlags): Partial<LabSettings> {
  return {
    ...(analytics !== undefined && {analytics}),
    ...(portOffset !== undefined && {portOffset}),
    ...(small !== undefined && {small}),
    ...(mysqlDriver !== undefined && {mysqlDriver}),
    ...(scale && {components: Object.fromEntries(Object.entries(scale).map(([name, replicas]) => [name, {replicas}]))}),
  }
}

function first(
  path: string,
  layers: readonly Layer[],
  read: (values: Partial<LabSettings>) => unknown,
): readonly Found[] {
  const layer = layers.find(([, values]) => read(values) !== undefined)
  return layer ? [[path, layer[0], read(layer[1])]] : []
}

const ownOf = (values: Partial<LabSettings>, group: Group, name: string): object | undefined => {
  const own = values[group] ?? {}
  return Object.hasOwn(own, name) ? own[name] : undefined
}

function groupOf(group: Group, layers: readonly Layer[]): readonly NamedSettings[] {
  const names = new Set(layers.flatMap(([, values]) => Object.keys(values[group] ?? {})))
  return [...names].map(name => ({
    name,
    found: GROUPS[group].flatMap(key =>
      first(`${group}.${name}.${key}`, layers, values => (ownOf(values, group, name) as ComponentSettings)?.[key]),
    ),
  }))
}

interface NamedSettings {
  readonly name: string
  readonly found: readonly Found[]
}

const byName = (named: readonly NamedSettings[]): Readonly<Record<string, object>> =>
  Object.fromEntries(named.map(({name, found}) => [name, valuesOf(found)]))

const valuesOf = (found: readonly Found[]) => Object.fromEntries(found.map(([path, , value]) => [lastOf(path), value]))

const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)

const hasPath = (value: unknown): value is {readonly path: string} =>
  typeof value === 'object' && value !== null && 'path' in value

const NAMES_ONLY = ['environment', 'logLevels', 'files', 'patches', 'dropins']

/** A kept value in words: of an environment only the names, since the values may be secret. */
function keptText([path, , value]: Found): string {
  const key = lastOf(path)
  const text = NAMES_ONLY.includes(key)
    ? Object.keys(value as object).join(', ')
    : hasPath(value)
      ? value.path
      : String(value)
  return `${path} ${text} (kept; --reset forgets it)`
}

/** Flags over lab file over what the lab already has over defaults: per setting, and per setting of each component. */
export function resolveSettings({release, flags, labFile, kept, defaults = DEFAULTS}: SettingLayers): ResolvedSettings {
  const layers: readonly Layer[] = [
    ['flag', flagLayer(flags)],
    ['lab file', labFile],
    ['kept', kept],
    ['default', defaults],
  ]
  const plain = PLAIN_KEYS.flatMap(key => first(key, layers, values => values[key]))
  const groups = {components: groupOf('components', layers), nodes: groupOf('nodes', layers)}
  const lab = flags.lab ?? labFile.lab
  const all = [...plain, ...Object.values(groups).flatMap(named => named.flatMap(({found}) => found))]
  const isKept = ([path, source, value]: Found) =>
    source === 'kept' && value !== (defaults as Record<string, unknown>)[path]
  return {
    settings: {
      lab: checkLabName(lab ?? DEFAULT_LAB),
      release,
      // Those without a default may be absent: LabSettings says which.
      ...(valuesOf(plain) as Pick<LabSettings, (typeof PLAIN_KEYS)[number]>),
      components: byName(groups.components),
      nodes: byName(groups.nodes),
    },
    kept: all.filter(isKept).map(keptText),
    sources: {
      lab: flags.lab !== undefined ? 'flag' : lab !== undefined ? 'lab file' : 'default',
      ...Object.fromEntries(all.map(([path, source]) => [path, source])),
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
      const group = GROUP_NAMES.find(name => name === key)
      if (!group) return [key, value]
      const named = Object.entries(value as LabSettings[Group])
      return [key, Object.fromEntries(named.map(([name, own]) => [name, left(own, `${group}.${name}.`)]))]
    }),
  )
}
