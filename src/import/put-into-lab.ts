import type {ConfigTable} from '../config/table.js'
import {isSecretKey} from '../config/rules.js'
import type {Topology} from '../model/topology.js'
import {merged, type Entry} from './entries.js'
import {LabSide} from './lab-side.js'
import {layersOf, type Layers} from './layers.js'
import {leavesOf} from './leaves.js'
import {Lookup} from './lookup.js'
import {mapNode} from './map-node.js'
import {withoutObjections} from './must-hold.js'
import type {PlannedNode} from './nodes.js'
import type {ReadSet} from './read-set.js'
import {tomlComponents} from './roles.js'

export interface PutOptions {
  readonly keepSecrets: boolean
}

/** What the lab file and its overlays say, and what became of every key. */
export interface PutIntoLab {
  readonly layers: Layers
  /** By node: the variables that its overlays refer to. */
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly entries: readonly Entry[]
}

/** The variables that values refer to, as far as production's environment has them. */
function variablesIn(
  values: Iterable<unknown>,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const texts = [...values].flatMap(value => leavesOf({value}).map(leaf => String(leaf.value)))
  const names = texts.flatMap(text => [...text.matchAll(/\$env\{([^}]*)\}/g)].map(([, name = '']) => name))
  return Object.fromEntries(
    [...new Set(names)]
      .filter(name => environment[name] !== undefined && !isSecretKey(name))
      .map(name => [name, environment[name]!] as const),
  )
}

/**
 * Puts production's configuration into a lab. `labTables`: by node, its deployment.toml as the lab has it without any overlay.
 */
export function putIntoLab(
  set: ReadSet,
  topology: Topology,
  labTables: ReadonlyMap<string, ConfigTable>,
  {keepSecrets}: PutOptions,
): PutIntoLab {
  const {release, templates, planned} = set
  const lookup = new Lookup(planned, release)
  const nodes = planned.flatMap(({nodes: all}) => all).filter(({instance, name}) => instance && labTables.has(name))
  const results = nodes.map(({name, component, instance}: PlannedNode) => {
    const labTable = labTables.get(name)!
    const lab = new LabSide(name, component, labTable, topology)
    const mapped = mapNode({instance: instance!, lookup, lab}, {release, templates, keepSecrets})
    const environment = variablesIn(mapped.units.values(), instance!.environment ?? {})
    return {
      node: name,
      component,
      environment,
      ...withoutObjections({...mapped, node: name, labTable, environment}, topology),
    }
  })
  const isWhole = tomlComponents(release).every(name => results.some(({component}) => component === name))
  return {
    layers: layersOf(results, key => isWhole || Object.hasOwn(release.config.same, key)),
    environments: new Map(
      results.flatMap(({node, environment}) =>
        Object.keys(environment).length > 0 ? [[node, environment] as const] : [],
      ),
    ),
    entries: merged([...set.entries, ...results.flatMap(({entries}) => entries)]),
  }
}
