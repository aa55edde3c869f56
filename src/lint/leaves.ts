import {isTable, type ConfigTable} from '../config/table.js'
import {pathText} from '../config/toml-source.js'

type Path = readonly (string | number)[]

/** A value of a file, tables of arrays walked through. */
export interface Leaf {
  /** In the notation of the key lists: `apim.throttling.url_group[]`, `urls`. */
  readonly names: readonly string[]
  /** With positions: `apim.throttling.url_group[0].urls`. */
  readonly key: string
  readonly path: Path
  /** A scalar, a list of scalars, or an empty table. */
  readonly value: unknown
}

const isTables = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.some(isTable)

function* walk(value: unknown, names: readonly string[], path: Path): Generator<Leaf> {
  if (isTables(value)) {
    const above = [...names.slice(0, -1), `${names.at(-1)}[]`]
    for (const [i, item] of value.entries()) yield* walk(item, above, [...path, i])
  } else if (isTable(value) && (Object.keys(value).length > 0 || names.length === 0)) {
    for (const [name, inner] of Object.entries(value)) yield* walk(inner, [...names, name], [...path, name])
  } else yield {names, key: pathText(path), path, value}
}

/** The key of the first names of a leaf: of the table that they lead to. */
export const keyAbove = ({names, path}: Leaf, count: number): string =>
  pathText(
    path.slice(
      0,
      names.slice(0, count).reduce((length, name) => length + (name.endsWith('[]') ? 2 : 1), 0),
    ),
  )

/** All values of a file. */
export const leavesOf = (table: ConfigTable): readonly Leaf[] => [...walk(table, [], [])]

/** Texts of a value with the key of each: itself, or those of a list. */
export function textsOf({
  key,
  value,
}: Pick<Leaf, 'key' | 'value'>): readonly {readonly key: string; readonly text: string}[] {
  if (typeof value === 'string') return [{key, text: value}]
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown, i) => (typeof item === 'string' ? [{key: `${key}[${i}]`, text: item}] : []))
}
