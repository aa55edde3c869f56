import {checkLabName} from './names.js'
import type {ComponentSettings, LabSettings} from './settings.js'
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
  'address',
  'portOffset',
  'analytics',
  'multiTenancy',
  'gatewaySharedDb',
  'mysqlImage',
  'loadBalancerImage',
  'imageRegistry',
  'imageTag',
  'imageSuffix',
  'mysqlDriver',
  'tls',
  'small',
] as const satisfies readonly (keyof LabSettings)[]

const COMPONENT_KEYS = [
  'replicas',
  'memoryMb',
  'environment',
  'image',
  'heapMb',
  'debugPort',
  'logLevels',
  'overlay',
] as const satisfies readonly (keyof ComponentSettings)[]

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

const ownComponent = ({components = {}}: Partial<LabSettings>, name: string) =>
  Object.hasOwn(components, name) ? components[name] : undefined

const componentNames = (layers: readonly Layer[]) => [
  ...new Set(layers.flatMap(([, {components}]) => Object.keys(components ?? {}))),
]

const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)

/** A kept value in words: of an environment only the names, since the values may be secret. */
function keptText([path, , value]: Found): string {
  const key = lastOf(path)
  const text =
    key === 'environment' || key === 'logLevels'
      ? Object.keys(value as object).join(', ')
      : key === 'overlay'
        ? (value as {readonly path: string}).path
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
  const components = componentNames(layers).map(name => ({
    name,
    found: COMPONENT_KEYS.flatMap(key =>
      first(`components.${name}.${key}`, layers, values => ownComponent(values, name)?.[key]),
    ),
  }))
  const lab = flags.lab ?? labFile.lab
  const all = [...plain, ...components.flatMap(({found}) => found)]
  const isKept = ([path, source, value]: Found) =>
    source === 'kept' && value !== (defaults as Record<string, unknown>)[path]
  return {
    settings: {
      lab: checkLabName(lab ?? DEFAULT_LAB),
      release,
      ...(Object.fromEntries(plain.map(([key, , value]) => [key, value])) as Pick<
        LabSettings,
        (typeof PLAIN_KEYS)[number]
      >),
      components: Object.fromEntries(
        components.map(({name, found}) => [
          name,
          Object.fromEntries(found.map(([path, , value]) => [lastOf(path), value])),
        ]),
      ),
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
  const {components, ...others} = settings
  return {
    ...left(others, ''),
    ...(components && {
      components: Object.fromEntries(
        Object.entries(components).map(([name, own]) => [name, left(own, `components.${name}.`)]),
      ),
    }),
  }
}
