export type Units = ReadonlyMap<string, unknown>

/** What is laid over the lab's own configuration. */
export interface Layer {
  /** Values of the overlay by key. */
  readonly units: Units
  /** Key paths that are removed. */
  readonly removed: readonly string[]
}

/** Each value once, where all that it holds for agree. */
export interface Layers {
  readonly all: Layer
  readonly components: ReadonlyMap<string, Layer>
  readonly nodes: ReadonlyMap<string, Layer>
}

const EMPTY: Layer = {units: new Map(), removed: []}

const isAlike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** What is alike in all of them. */
const common = ([first = EMPTY, ...others]: readonly Layer[]): Layer => ({
  units: new Map(
    [...first.units].filter(([key, value]) =>
      others.every(({units}) => units.has(key) && isAlike(units.get(key), value)),
    ),
  ),
  removed: first.removed.filter(path => others.every(({removed}) => removed.includes(path))),
})

const without = (layer: Layer, more: Layer): Layer => ({
  units: new Map([...layer.units].filter(([key]) => !more.units.has(key))),
  removed: layer.removed.filter(path => !more.removed.includes(path)),
})

const some = (layers: readonly (readonly [string, Layer])[]): ReadonlyMap<string, Layer> =>
  new Map(layers.filter(([, {units, removed}]) => units.size + removed.length > 0))

/**
 * What all components agree on, what all nodes of one do, and what only a node has. What they agree on is said of all if there is a file for
 * every component, or if it must be the same on all: `isForAll` tells of which keys it may be.
 */
export function layersOf(
  nodes: readonly (Layer & {readonly node: string; readonly component: string})[],
  isForAll: (key: string) => boolean,
): Layers {
  const names = [...new Set(nodes.map(({component}) => component))]
  const agreed = names.map(name => [name, common(nodes.filter(({component}) => component === name))] as const)
  const agreedByAll = common(agreed.map(([, layer]) => layer))
  const all = {
    units: new Map([...agreedByAll.units].filter(([key]) => isForAll(key))),
    removed: agreedByAll.removed.filter(isForAll),
  }
  return {
    all,
    components: some(agreed.map(([name, layer]) => [name, without(layer, all)] as const)),
    nodes: some(nodes.map(node => [node.node, without(node, new Map(agreed).get(node.component)!)] as const)),
  }
}
