import type {Contradiction} from '../model/owned-keys.js'
import type {Node, Topology} from '../model/topology.js'
import {nodeConfig} from './node-config.js'
import {STAND_IN} from './secrets.js'
import {renderer, type Templates} from './templates.js'

export const hasLayers = ({layers: {config, overlays, remove}}: Node): boolean =>
  config !== undefined || overlays.length + remove.length > 0

/** What several nodes say alike, with each node's own value. */
interface Named extends Contradiction {
  readonly nodes: readonly string[]
  readonly values: readonly (string | undefined)[]
}

const sameText = (a: Contradiction, b: Contradiction) =>
  a.file === b.file && a.key === b.key && a.asked === b.asked && a.wins === b.wins

function joined(all: readonly Named[], one: Contradiction, node: string): readonly Named[] {
  const known = all.find(found => sameText(found, one))
  if (!known) return [...all, {...one, nodes: [node], values: [one.rendered]}]
  return all.map(found =>
    found === known ? {...found, nodes: [...found.nodes, node], values: [...found.values, one.rendered]} : found,
  )
}

const valueText = (value: string | undefined) => (value === undefined ? 'nothing' : value)

function textOf({file, key, asked, wins, instead, nodes, values}: Named): string {
  const different = [...new Set(values)]
  const lab = different.length === 1 ? valueText(different[0]) : "each node's own value"
  const where = nodes.length === 1 ? ` (${nodes[0]})` : ''
  return wins === 'lab'
    ? `${file}: ${key} ${asked} is left out${where}: the lab says ${lab}; ${instead}`
    : `${file}: ${key} ${asked} stays${where}, although the lab says ${lab}: the file is taken whole`
}

/**
 * Everything that the user's configuration files say otherwise than the lab, and removals that remove nothing; a text each. Throws
 * `overlay-invalid` for a file that can't be merged at all. Needs no secret and no certificate.
 */
export function contradictionTexts(topology: Topology, templates: Templates): readonly string[] {
  const render = renderer(templates, {hashOf: name => name})
  let found: readonly Named[] = []
  const wanted = new Set<string>()
  const removed = new Set<string>()
  for (const node of topology.nodes.filter(hasLayers)) {
    for (const file of nodeConfig(node, {topology, secrets: STAND_IN}, render)) {
      for (const one of file.contradictions)
        found = joined(found, {...one, instead: one.instead.replace('<component>', node.component)}, node.name)
      for (const path of file.removed) removed.add(path)
    }
    for (const path of node.layers.remove) wanted.add(path)
  }
  const idle = [...wanted].filter(path => !removed.has(path))
  return [...found.map(textOf), ...idle.map(path => `remove: ${path} is in no file`)]
}
