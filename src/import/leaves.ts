import {pathText} from '../config/toml-source.js'
import {isTable} from '../config/table.js'

export interface Leaf {
  /** With positions: `apim.throttling.url_group[0].traffic_manager_urls[1]`. */
  readonly key: string
  readonly value: unknown
}

type Path = readonly (string | number)[]

/** Every value of a table that is neither table nor array, with its key; an empty array or table is a value itself. */
export function leavesOf(value: unknown, path: Path = []): readonly Leaf[] {
  const inner: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : isTable(value)
      ? Object.entries(value)
      : []
  if (inner.length === 0) return path.length > 0 ? [{key: pathText(path), value}] : []
  return inner.flatMap(([part, below]) => leavesOf(below, [...path, part]))
}

/** The key without its positions, as the release's data writes it: `apim.throttling.url_group[].traffic_manager_urls[]`. */
export const withoutPositions = (key: string): string => key.replace(/\[\d+\]/g, '[]')

/** A value with every string in it replaced; `key` tells where it stands. */
export function mapStrings(value: unknown, change: (text: string, key: string) => unknown, path: Path = []): unknown {
  if (typeof value === 'string') return change(value, pathText(path))
  if (Array.isArray(value)) return value.map((item, i) => mapStrings(item, change, [...path, i]))
  if (!isTable(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [name, mapStrings(below, change, [...path, name])]),
  )
}
