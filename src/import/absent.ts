import {requiredKeys} from '../config/resolve.js'
import type {ConfigRules} from '../config/rules.js'
import {flatten, isTable, keyOf, namesIn, type ConfigTable} from '../config/table.js'
import type {LabSide} from './lab-side.js'

/** A key that the lab has and production has not. */
export interface AbsentKey {
  readonly key: string
  readonly value: unknown
  /** The table that goes with it, where production has nothing of it: then the product's defaults hold, as in production. */
  readonly removed?: string
}

const at = (table: ConfigTable, names: readonly string[]): unknown =>
  names.reduce<unknown>((value, name) => (isTable(value) ? value[name] : undefined), table)

const covers = (path: string, key: string) => key === path || key.startsWith(`${path}.`) || key.startsWith(`${path}[`)

/** The widest table, or array of tables, around a key that production has nothing of; a table of the first level only if it is the key itself. */
function missingAround(table: ConfigTable, key: string): string | undefined {
  const names = namesIn(key)
  const from = names.length === 1 ? 1 : 2
  for (let count = from; count <= names.length; count++)
    if (at(table, names.slice(0, count)) === undefined) return keyOf(names.slice(0, count))
  return undefined
}

/** What the lab's file has and production's has not, without what each place has of its own. */
export function absentKeys(table: ConfigTable, lab: LabSide, rules: ConfigRules): readonly AbsentKey[] {
  const {own, databases} = rules.place
  const needed = [
    ...requiredKeys(rules).keys(),
    ...Object.keys(rules.same),
    // Without its addresses a link of the lab would lead nowhere.
    ...lab.topology.release.links.flatMap(({client, use, address}) =>
      client === lab.component && use === 'used' && address ? [address.key] : [],
    ),
  ]
  const there = flatten(table)
  const isOwn = (key: string) =>
    own[key] !== undefined || own[namesIn(key)[0]!] !== undefined || namesIn(key)[0] === databases
  return [...flatten(lab.table)]
    .filter(([key]) => !there.has(key) && !isOwn(key))
    .map(([key, value]) => {
      const path = missingAround(table, key)
      // A single key that is missing is often the default; a whole feature is meant.
      const isFeature = path !== undefined && (path !== key || (Array.isArray(value) && value.some(isTable)))
      const isNeeded = path === undefined || needed.some(other => covers(path, other))
      return {key, value, ...(isFeature && !isNeeded && {removed: path})}
    })
}
