import {withPlaceholders} from '../config/placeholders.js'
import {resolveConfig} from '../config/resolve.js'
import {flatten, unflatten, type ConfigTable} from '../config/table.js'
import {LabError} from '../errors.js'
import {assign} from '../model/assign-addresses.js'
import {readKeyPath, withoutKeyPath} from '../model/key-path.js'
import {leadsTo, readAddress} from '../model/link-address.js'
import {linkPairs} from '../model/link-pairs.js'
import {checkLocalDatabases} from '../model/local-database.js'
import {mergeOverlay} from '../model/overlay.js'
import type {Topology} from '../model/topology.js'
import type {Entry} from './entries.js'
import type {MappedNode} from './map-node.js'

type Units = MappedNode['units']

export interface NodeToCheck extends MappedNode {
  readonly node: string
  readonly labTable: ConfigTable
  readonly environment: Readonly<Record<string, string>>
}

/** A value of an overlay that can't stay, and why. */
interface Objection {
  readonly key: string
  readonly why: string
  /** The lab's own stands there then. */
  readonly isReplaced: boolean
}

/** A link that leads to another node of the lab than it should, since production's does: that is what shall be reproduced. */
interface Mistake {
  readonly key: string
  readonly why: string
}

const tableOf = ({units, removed}: Pick<MappedNode, 'units' | 'removed'>, lab: ConfigTable): ConfigTable =>
  removed.reduce((table, path) => withoutKeyPath(table, path), mergeOverlay(lab, unflatten(units), 'the overlay'))

/** The value of an overlay that a key path leads into. */
const unitAt = (units: Units, path: string): string | undefined =>
  [...units.keys()].find(key => path === key || path.startsWith(`${key}[`) || path.startsWith(`${key}.`))

/** The links of a node that its configuration does not lead along, by their key path. `config`: as the product reads it. */
export function wrongLinks(node: string, config: ConfigTable, topology: Topology): ReadonlyMap<string, string> {
  const pairs = linkPairs(topology).filter(({client, link}) => client.name === node && link.address)
  const links = new Set(pairs.map(({link}) => link))
  const wrong = new Map<string, string>()
  for (const link of links) {
    const {key} = link.address!
    const servers = pairs.filter(pair => pair.link === link).flatMap(({expected}) => expected ?? [])
    const {values, extras} = assign(servers, readKeyPath(config, key), link, node)
    const isRight = servers.every((server, i) => values[i] && leadsTo(values[i].value, server, link.probe))
    if (!isRight || extras.length > 0) wrong.set(key, `${link.server}:${link.port}`)
  }
  return wrong
}

/** Whether all addresses at a key path are ports that nodes of the lab listen on. */
function leadsToNodes(config: ConfigTable, path: string, {nodes}: Topology): boolean {
  const isNodes = (text: string) => {
    const address = readAddress(text)
    return nodes.some(
      ({name, component, spec}) =>
        (name === address?.host || component === address?.host) && spec.ports.some(({port}) => port === address?.port),
    )
  }
  const values = readKeyPath(config, path)
  return values.length > 0 && values.every(({value}) => isNodes(value))
}

/** A node's configuration as the product reads it with these values. */
interface Reading {
  readonly units: Units
  readonly config: ConfigTable
  readonly faults: ReturnType<typeof resolveConfig>['faults']
  readonly wrong: ReturnType<typeof wrongLinks>
}

function readingOf(
  {units, removed}: Pick<MappedNode, 'units' | 'removed'>,
  {node, labTable, environment}: NodeToCheck,
  topology: Topology,
): Reading {
  const {table, faults} = resolveConfig(tableOf({units, removed}, labTable), topology.release.config, {
    env: environment,
  })
  const config = withPlaceholders(table)
  return {units, config, faults, wrong: wrongLinks(node, config, topology)}
}

/** The links that lead wrong in the lab because they do so in production. */
function mistakes({units, wrong}: Reading): readonly Mistake[] {
  return [...wrong].flatMap(([path, server]) => {
    const key = unitAt(units, path)
    return key === undefined ? [] : [{key, why: `as in production, but not where the link to ${server} belongs`}]
  })
}

function objections(
  {units, config, faults, wrong}: Reading,
  {labTable}: NodeToCheck,
  topology: Topology,
): readonly Objection[] {
  const lab = flatten(labTable)
  const links = [...wrong].flatMap(([path, server]) => {
    const key = unitAt(units, path)
    return key === undefined || leadsToNodes(config, path, topology)
      ? []
      : [{key, why: `the link to ${server} would lead elsewhere: the lab's own`, isReplaced: lab.has(key)}]
  })
  if (links.length > 0) return links
  return faults.flatMap(fault => {
    const key = unitAt(units, fault.key)
    return key === undefined ? [] : [{key, why: fault.message, isReplaced: lab.has(key)}]
  })
}

function refusals(units: Units, labTable: ConfigTable): readonly Objection[] {
  return [...units].flatMap(([key, value]) => {
    const own = unflatten([[key, value]])
    try {
      checkLocalDatabases(own, '')
      mergeOverlay(labTable, own, '')
      return []
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      return [{key, why: error.message.replace(/^: /, ''), isReplaced: false}]
    }
  })
}

const isInside = (key: string, unit: string) => key === unit || key.startsWith(`${unit}[`) || key.startsWith(`${unit}.`)

function told(entries: readonly Entry[], {key, why, isReplaced}: Objection): readonly Entry[] {
  return entries.map(entry =>
    isInside(entry.key, key) && ['kept', 'mapped', 'equal'].includes(entry.outcome)
      ? {...entry, outcome: isReplaced ? ('replaced' as const) : ('left' as const), why}
      : entry,
  )
}

/**
 * A node's values without those that a lab can't have: that its overlay would be refused for, that the product would end for, or that would
 * lead its links elsewhere.
 */
export function withoutObjections(node: NodeToCheck, topology: Topology): MappedNode {
  const {removed} = node
  let {units, entries} = node
  const leave = (against: readonly Objection[]) => {
    for (const objection of against) {
      units = new Map([...units].filter(([key]) => key !== objection.key))
      entries = told(entries, objection)
    }
    return against.length > 0
  }
  leave(refusals(units, node.labTable))
  let reading = readingOf({units, removed}, node, topology)
  // Each round takes something away: it ends.
  while (leave(objections(reading, node, topology))) reading = readingOf({units, removed}, node, topology)
  for (const {key, why} of mistakes(reading))
    entries = entries.map(entry =>
      isInside(entry.key, key) && ['kept', 'mapped'].includes(entry.outcome) ? {...entry, why} : entry,
    )
  return {units, removed, entries}
}
