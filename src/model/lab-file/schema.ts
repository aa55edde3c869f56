import * as z from 'zod'
import {sentence} from '../settings/row.js'
import {placesOf, placesOfGroup, TABLE, type Group, type Place, type SettingsTable} from '../settings/table.js'

type Shape = Readonly<Record<string, z.ZodType>>

const block = (shape: Shape) =>
  z.strictObject(shape, {error: issue => (issue.code === 'invalid_type' ? 'expected a block of keys' : undefined)})

const leaf = ({row}: Place) => row.schema.describe(sentence(row)).optional()

/** Blocks without content are allowed: they are what remains when all their keys are commented out. */
const nullable = (schema: z.ZodType, text: string) => schema.nullable().describe(text).optional()

const shapeOf = (places: readonly Place[]): Shape =>
  Object.fromEntries(places.map(place => [place.at.at(-1)!, leaf(place)]))

function groupSchema(group: Group): z.ZodType {
  const own = block(shapeOf(placesOfGroup(group)))
  return nullable(z.record(group.name, own.nullable(), group.expected), group.text)
}

/** Places by the first of their keys: those of a block, or the one key itself. */
export const byFirstKey = (table: SettingsTable): readonly (readonly [key: string, places: readonly Place[]])[] => {
  const places = placesOf(table)
  return [...new Set(places.map(({at}) => at[0]!))].map(key => [key, places.filter(({at}) => at[0] === key)])
}

/** Whether the places are those of a block, not one key. */
export const isBlock = (places: readonly Place[]): boolean => places.some(({at}) => at.length > 1)

function makeSchema(table: SettingsTable) {
  const plain = byFirstKey(table).map(([key, places]) => [
    key,
    isBlock(places) ? nullable(block(shapeOf(places)), table.blocks[key] ?? key) : leaf(places[0]!),
  ])
  const groups = Object.entries(table.groups).map(([key, group]) => [key, groupSchema(group)])
  return block(Object.fromEntries([...plain, ...groups]))
}

const made = new WeakMap<SettingsTable, ReturnType<typeof makeSchema>>()

/** The schema of the lab file, made when it is first asked for: not every command reads one. */
export function labFileSchema(table: SettingsTable = TABLE): ReturnType<typeof makeSchema> {
  const schema = made.get(table) ?? makeSchema(table)
  made.set(table, schema)
  return schema
}

/** The keys that may stand at a place of the lab file. */
export function keysAt([first]: readonly PropertyKey[], table: SettingsTable = TABLE): readonly string[] {
  if (first === undefined) return [...byFirstKey(table).map(([key]) => key), ...Object.keys(table.groups)]
  const group = Object.hasOwn(table.groups, first) ? table.groups[String(first)] : undefined
  const places = group ? placesOfGroup(group) : placesOf(table).filter(({at}) => at.length > 1 && at[0] === first)
  return places.map(({at}) => at.at(-1)!)
}
