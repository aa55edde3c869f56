import {replacePlaceholders} from '../config/placeholders.js'
import {isTable, namesIn, type ConfigTable} from '../config/table.js'

const at = (table: ConfigTable, key: string): unknown =>
  namesIn(key).reduce<unknown>((value, name) => (isTable(value) ? value[name] : undefined), table)

const resolved = (text: string, table: ConfigTable): string =>
  replacePlaceholders(
    text.replace(/\$ref\{([^}]*)\}/g, (whole, key: string) => {
      const value = at(table, key)
      return typeof value === 'string' && !value.includes('$ref{') ? value : whole
    }),
    table,
  )

/** What a value comes to: references resolved, `"True"` and `true` alike, as the product's templates write them. */
function plain(value: unknown, table: ConfigTable): unknown {
  if (Array.isArray(value)) return value.map(item => plain(item, table))
  if (isTable(value))
    return Object.fromEntries(
      Object.keys(value)
        .toSorted()
        .map(name => [name, plain(value[name], table)]),
    )
  const text = typeof value === 'string' ? resolved(value, table) : String(value)
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text
}

/** Whether two values come to the same, each in its own file. */
export const isSame = (one: unknown, own: ConfigTable, other: unknown, its: ConfigTable): boolean =>
  JSON.stringify(one) === JSON.stringify(other) || JSON.stringify(plain(one, own)) === JSON.stringify(plain(other, its))
