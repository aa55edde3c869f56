import type {ConfigRules} from './rules.js'
import {isTable, type ConfigTable} from './table.js'

export interface FoundDeadKey {
  /** With positions: `apim.throttling.url_group[0].type`. */
  readonly key: string
  readonly why: string
}

interface Place {
  readonly key: string
  readonly table: ConfigTable
}

/** The tables that a path leads to; `[]` behind a name stands for every table of an array. */
function tablesAt(table: ConfigTable, names: readonly string[]): readonly Place[] {
  return names.reduce<readonly Place[]>(
    (places, name) =>
      places.flatMap(({key, table: above}) => {
        const plain = name.replace(/\[\]$/, '')
        const below = above[plain]
        const here = key === '' ? plain : `${key}.${plain}`
        if (plain === name) return isTable(below) ? [{key: here, table: below}] : []
        const items: readonly unknown[] = Array.isArray(below) ? below : []
        return items.flatMap((item, i) => (isTable(item) ? [{key: `${here}[${i}]`, table: item}] : []))
      }),
    [{key: '', table}],
  )
}

/** The keys of a file that have no effect in this release. */
export function deadKeys(table: ConfigTable, {dead}: ConfigRules): readonly FoundDeadKey[] {
  return dead.flatMap(({key, why, when = () => true}) => {
    const names = key.split('.')
    const last = names.at(-1)!
    return tablesAt(table, names.slice(0, -1)).flatMap(place =>
      last in place.table && when(place.table[last], place.table) ? [{key: `${place.key}.${last}`, why}] : [],
    )
  })
}
