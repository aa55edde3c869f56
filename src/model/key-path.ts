import {isTable} from '../config/table.js'

/** One value of a configuration file, with the key that it stands at, array positions and all. */
export interface KeyValue {
  readonly key: string
  readonly value: string
}

type Step =
  | {readonly kind: 'name'; readonly name: string}
  | {readonly kind: 'every'}
  | {readonly kind: 'at'; readonly index: number}
  | {readonly kind: 'where'; readonly name: string; readonly is: string}

interface Place {
  readonly key: string
  readonly value: unknown
}

function selector(text: string): Step {
  if (text === '') return {kind: 'every'}
  if (/^\d+$/.test(text)) return {kind: 'at', index: Number(text)}
  const [name = '', ...is] = text.split('=')
  return {kind: 'where', name, is: is.join('=')}
}

const steps = (path: string): readonly Step[] =>
  [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([text, inner]) =>
    inner === undefined ? {kind: 'name', name: text} : selector(inner),
  )

/** How many of the names ahead make one key of the table: keys may contain dots themselves (`wso2.datasources`), the longest one wins. */
function longestKey(table: Record<string, unknown>, ahead: readonly Step[]): number {
  const end = ahead.findIndex(({kind}) => kind !== 'name')
  for (let count = end < 0 ? ahead.length : end; count > 0; count--)
    if (Object.hasOwn(table, joined(ahead.slice(0, count)))) return count
  return 0
}

const joined = (names: readonly Step[]) => names.map(step => (step.kind === 'name' ? step.name : '')).join('.')

function elements(place: Place, step: Exclude<Step, {kind: 'name'}>): readonly Place[] {
  if (!Array.isArray(place.value)) return []
  const all = place.value.map((value: unknown, i): Place => ({key: `${place.key}[${i}]`, value}))
  if (step.kind === 'every') return all
  if (step.kind === 'at') return all.slice(step.index, step.index + 1)
  return all
    .filter(({value}) => isTable(value) && String(value[step.name]) === step.is)
    .map(({value}) => ({key: `${place.key}[${step.name}=${step.is}]`, value}))
}

function walk(place: Place, ahead: readonly Step[]): readonly Place[] {
  const [step] = ahead
  if (!step) return [place]
  if (step.kind !== 'name') return elements(place, step).flatMap(element => walk(element, ahead.slice(1)))
  if (!isTable(place.value)) return []
  const count = longestKey(place.value, ahead)
  if (count === 0) return []
  const name = joined(ahead.slice(0, count))
  const key = place.key === '' ? name : `${place.key}.${name}`
  return walk({key, value: place.value[name]}, ahead.slice(count))
}

const isScalar = (value: unknown) =>
  ['string', 'number', 'bigint', 'boolean'].includes(typeof value) || value instanceof Date

/**
 * The values at a path of a parsed configuration file; none if there is nothing. `.` separates names, `[]` walks an array, `[2]`
 * picks a position, `[name=X]` picks the tables of an array whose `name` is X. A path that ends at a table inside an array
 * yields the table's names: there, the name is the value (`deployment_configs`: `worker:9444: [...]`).
 */
export function readKeyPath(config: unknown, path: string): readonly KeyValue[] {
  const all = steps(path)
  const inArray = all.at(-1)?.kind !== 'name'
  return walk({key: '', value: config}, all).flatMap(({key, value}) => {
    if (isScalar(value)) return [{key, value: String(value)}]
    return inArray && isTable(value) ? Object.keys(value).map(name => ({key, value: name})) : []
  })
}

/** Whether anything, a table too, stands at a path. */
export const hasKeyPath = (config: unknown, path: string): boolean =>
  walk({key: '', value: config}, steps(path)).length > 0

const GONE = Symbol('gone')

function isPicked(step: Exclude<Step, {kind: 'name'}>, element: unknown, index: number): boolean {
  if (step.kind === 'every') return true
  if (step.kind === 'at') return step.index === index
  return isTable(element) && String(element[step.name]) === step.is
}

function prune(value: unknown, ahead: readonly Step[]): unknown {
  const [step] = ahead
  if (!step) return GONE
  const kept = (inner: unknown, left: readonly Step[]) => {
    const pruned = prune(inner, left)
    return pruned === GONE ? [] : [pruned]
  }
  if (step.kind !== 'name') {
    if (!Array.isArray(value)) return value
    return value.flatMap((own: unknown, i) => (isPicked(step, own, i) ? kept(own, ahead.slice(1)) : [own]))
  }
  if (!isTable(value)) return value
  const count = longestKey(value, ahead)
  const name = joined(ahead.slice(0, count))
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) =>
      (count > 0 && key === name ? kept(own, ahead.slice(count)) : [own]).map(left => [key, left] as const),
    ),
  )
}

/** The table without what stands at a path, of the same form as in `readKeyPath`. */
export const withoutKeyPath = (
  config: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> => prune(config, steps(path)) as Readonly<Record<string, unknown>>
