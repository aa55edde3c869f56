import type {KnownKeys} from '../config/known-keys.js'
import {nearest} from '../model/nearest.js'
import {keyAbove, textsOf, type Leaf} from './leaves.js'
import type {ParsedFile} from './linted-set.js'
import {isTemplated} from './templated.js'

/** What is strange about a key: it is no key at all, or the known one is another kind of thing. */
export type Strangeness =
  {readonly kind: 'unknown'; readonly near?: string} | {readonly kind: 'array' | 'no-array' | 'value' | 'table'}

export interface StrangeKey {
  /** Where it stands, with positions. */
  readonly key: string
  /** In the notation of the lists, as far as it is strange. */
  readonly names: readonly string[]
  /** All of it. */
  readonly whole: readonly string[]
  readonly is: Strangeness
}

const toggled = (name: string) => (name.endsWith('[]') ? name.slice(0, -2) : `${name}[]`)

const replaced = (names: readonly string[], i: number, name: string) => names.with(i, name)

/** Names in `[...]` that should stand in `[[...]]`, or the other way round. */
function asArray(names: readonly string[], keys: KnownKeys): Strangeness | undefined {
  const i = names.slice(0, -1).findIndex((name, at) => keys.has(replaced(names, at, toggled(name))))
  return i < 0 ? undefined : {kind: names[i]!.endsWith('[]') ? 'no-array' : 'array'}
}

/** Characters that an edit is allowed for: keys of one table are alike. */
const PER = 8

/** Last names of keys that are one value for certain; others may be handed to a macro as a table. */
const ONE_VALUE = /(^|_)(url|username|password|hostname|port|type|enable|driver|node_ip)$/

/** The name that was meant at a place: best one with which the whole key is known. */
function nearName(names: readonly string[], i: number, keys: KnownKeys): string | undefined {
  const plain = names[i]!.replace(/\[\]$/, '')
  const candidates = keys.namesBelow(names.slice(0, i))
  const whole = candidates.filter(name => keys.has(replaced(names, i, name)))
  return nearest(plain, whole, PER) ?? (i === names.length - 1 ? undefined : nearest(plain, candidates, PER))
}

function strangeness({names, value}: Leaf, i: number, keys: KnownKeys): Strangeness {
  const above = names.slice(0, i)
  if (i === names.length) return {kind: value !== null && typeof value === 'object' ? 'unknown' : 'table'}
  const array = asArray(names, keys)
  if (array) return array
  if (i > 0 && keys.has(above)) return {kind: 'value'}
  const near = nearName(names, i, keys)
  return near === undefined
    ? {kind: 'unknown'}
    : {kind: 'unknown', near: replaced(names.slice(0, i + 1), i, near).join('.')}
}

/** Whether a table is handed to a macro as a whole: the list has its name and nothing below it. */
const isHandedOn = (names: readonly string[], keys: KnownKeys) =>
  names.slice(0, -1).some((name, i) => {
    const table = replaced(names.slice(0, i + 1), i, name.replace(/\[\]$/, ''))
    const isEmpty = [table, replaced(table, i, toggled(table[i]!))].every(path => keys.namesBelow(path).length === 0)
    return isEmpty && keys.has(table) && !ONE_VALUE.test(name)
  })

/** Keys that others refer to: users may have values of their own. */
const referredTo = (leaves: readonly Leaf[]) =>
  new Set(
    leaves.flatMap(leaf =>
      textsOf(leaf).flatMap(({text}) => [...text.matchAll(/\$ref\{([^}]*)\}/g)].map(([, key]) => key)),
    ),
  )

/** More are not looked into: a file of something else has thousands. */
const MOST = 100

/** The keys of a file that the release does not have, a table that is strange as a whole only once. */
export function strangeKeys({leaves}: ParsedFile, keys: KnownKeys): readonly StrangeKey[] {
  const used = referredTo(leaves)
  const found = new Map<string, StrangeKey>()
  for (const leaf of leaves) {
    const {names} = leaf
    if (found.size >= MOST) break
    if (keys.has(names) || isHandedOn(names, keys) || used.has(leaf.key) || isTemplated(leaf.key)) continue
    const known = names.findIndex(
      (_, i) => !keys.has(names.slice(0, i + 1)) && keys.namesBelow(names.slice(0, i + 1)).length === 0,
    )
    const i = known < 0 ? names.length : known
    // An empty table says nothing.
    if (i === names.length && typeof leaf.value === 'object') continue
    const key = keyAbove(leaf, i + 1)
    if (!found.has(key))
      found.set(key, {key, names: names.slice(0, i + 1), whole: names, is: strangeness(leaf, i, keys)})
  }
  return [...found.values()]
}
