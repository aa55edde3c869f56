import {parseConfig, withAt, writeConfig, type Table} from '../config-table.js'
import {mergeOverlay} from '../overlay.js'
import type {LabSettings} from '../settings.js'

export interface ConfigChange {
  /** Values by key paths. */
  readonly set: Readonly<Record<string, unknown>>
  /** Key paths that go. */
  readonly remove: readonly string[]
}

const FILE = 'changed by the case'

/** Whole numbers of a case stay whole in TOML. */
function asToml(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (Array.isArray(value)) return value.map(asToml)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, asToml(own)]))
}

/** Settings with keys of the configuration of a component or a node changed: an overlay over the one that it has. */
export function changedSettings(
  settings: Partial<LabSettings>,
  group: 'components' | 'nodes',
  name: string,
  {set, remove}: ConfigChange,
): Partial<LabSettings> {
  const before = settings[group]?.[name] ?? {}
  const change = Object.entries(set).reduce<Table>(
    (table, [key, value]) => withAt(table, key.split('.'), asToml(value)),
    {},
  )
  const {overlay} = before
  const base = overlay ? parseConfig(overlay.content, 'toml', overlay.path) : {}
  const content = writeConfig(mergeOverlay(base, change, FILE), 'toml')
  const removed = [...(before.remove ?? []), ...remove]
  const own = {
    ...before,
    overlay: {path: overlay?.path ?? `${name}.toml`, content},
    ...(removed.length > 0 && {remove: removed}),
  }
  return {...settings, [group]: {...settings[group], [name]: own}}
}
