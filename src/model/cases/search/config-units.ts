import {flatten} from '../../../config/table.js'
import {textOf} from '../../changed-paths.js'
import {shownValue} from '../../diff/shown-value.js'
import type {Side, SideNode} from '../../diff/side.js'
import type {Step} from '../step.js'

/** A key whose value differs, alike on all of these nodes: what a search takes or leaves as one. */
export interface ConfigUnit {
  readonly key: string
  /** Undefined: the key is not written there. */
  readonly good: unknown
  readonly bad: unknown
  readonly nodes: readonly string[]
}

/** A unit as it is shown: what is secret is not. */
export interface ShownUnit {
  readonly key: string
  readonly good: unknown
  readonly bad: unknown
  readonly nodes: readonly string[]
}

/** Steps name keys by dots: a name with a dot in it can't be written. */
const canBeSaid = (key: string) => !key.includes("'")

const writtenIn = ({files}: SideNode): ReadonlyMap<string, unknown> =>
  new Map(files.filter(({name}) => name.endsWith('.toml')).flatMap(({written}) => [...flatten(written)]))

/** Nodes of the same name; a single one on each side are each other's, whatever they are called. */
function pairs(good: Side, bad: Side): readonly (readonly [string, SideNode, SideNode])[] {
  const [one] = good.nodes
  const [other] = bad.nodes
  if (one && other && good.nodes.length === 1 && bad.nodes.length === 1) return [[one.name, one, other]]
  return good.nodes.flatMap(node => {
    const found = bad.nodes.find(({name}) => name === node.name)
    return found ? [[node.name, node, found] as const] : []
  })
}

/** Keys that are written otherwise on the bad side. An array of tables is one value, as an overlay replaces it. `left`: keys that no step can name. */
export function configUnits(
  good: Side,
  bad: Side,
): {readonly units: readonly ConfigUnit[]; readonly left: readonly string[]} {
  const units = new Map<string, ConfigUnit>()
  const left = new Set<string>()
  for (const [name, one, other] of pairs(good, bad)) {
    const [own, its] = [writtenIn(one), writtenIn(other)]
    for (const key of new Set([...own.keys(), ...its.keys()])) {
      const unit = {key, good: own.get(key), bad: its.get(key)}
      if (textOf(unit.good) === textOf(unit.bad)) continue
      if (!canBeSaid(key)) left.add(key)
      else units.set(textOf(unit), {...unit, nodes: [...(units.get(textOf(unit))?.nodes ?? []), name]})
    }
  }
  return {units: [...units.values()], left: [...left]}
}

export const shownUnit = ({key, good, bad, nodes}: ConfigUnit): ShownUnit => ({
  key,
  good: shownValue(key, good).value,
  bad: shownValue(key, bad).value,
  nodes,
})

/** One key on one node, on the side that it shall be on. */
export interface Placed {
  readonly unit: ConfigUnit
  readonly node: string
  readonly isBad: boolean
}

/** Steps that give every node its keys; `ready`: it is waited for that they are. */
export function configSteps(placed: readonly Placed[], ready: boolean): readonly Step[] {
  const nodes = [...new Set(placed.map(({node}) => node))]
  return nodes.map(node => {
    const values = placed
      .filter(one => one.node === node)
      .map(({unit, isBad}) => [unit.key, isBad ? unit.bad : unit.good] as const)
    const set = values.filter(([, value]) => value !== undefined)
    const remove = values.filter(([, value]) => value === undefined).map(([key]) => key)
    return {
      config: {
        on: node,
        ...(set.length > 0 && {set: Object.fromEntries(set)}),
        ...(remove.length > 0 && {remove}),
      },
      ...(!ready && {ready}),
    }
  })
}
