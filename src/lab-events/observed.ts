import type {LabEvent, NodeFacts} from './event.js'
import type {IdentifiedRow} from './link-row.js'
import {linkKey, tellsApart, type LabState} from './reduce.js'

const keyOf = (row: IdentifiedRow) => linkKey(row.id, tellsApart(row))

const same = (a: object, b: object | undefined) =>
  b !== undefined && Object.entries(a).every(([key, value]) => isEqual(value, (b as Record<string, unknown>)[key]))

const isEqual = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b)

/** What an observation of all nodes, by name, adds to what is known. `at`: when it was made. */
export function nodeEvents(state: LabState, found: ReadonlyMap<string, NodeFacts>, at: string): readonly LabEvent[] {
  const gone = [...state.nodes.keys()].filter(name => !found.has(name))
  if (found.size === 0 && gone.length > 0) return [{kind: 'down', at}]
  const news = [...found].filter(([name, seen]) => !same(seen, state.nodes.get(name)))
  return [
    ...gone.map(node => ({kind: 'node-gone', at, node}) as const),
    ...news.map(([node, seen]) => ({kind: 'node', at, node, seen}) as const),
  ]
}

/** What another check of all links adds to what is known. `at`: when it was made. */
export function linkEvents(state: LabState, rows: readonly IdentifiedRow[], at: string): readonly LabEvent[] {
  const keys = new Set(rows.map(keyOf))
  const gone = [...state.links].filter(([key]) => !keys.has(key)).map(([, row]) => row)
  const news = rows.filter(row => !same(row, state.links.get(keyOf(row))))
  return [
    ...gone.map(row => ({kind: 'link-gone', at, link: row.id, ...tellsApart(row)}) as const),
    ...news.map(row => ({kind: 'link', at, link: row.id, row}) as const),
  ]
}
