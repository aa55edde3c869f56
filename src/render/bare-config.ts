import type {Node, Topology} from '../model/topology.js'
import type {ConfigFile} from '../model/release.js'
import {STAND_IN} from './secrets.js'
import {renderer, type Templates} from './templates.js'
import {componentView} from './view.js'

/** The configuration files of a component's node as the lab has them without layers, and without its secrets. */
export function bareConfig(
  node: Node,
  topology: Topology,
  templates: Templates,
): readonly {readonly format: ConfigFile['format']; readonly text: string}[] {
  const render = renderer(templates, {hashOf: name => name})
  const view = componentView(node, topology, STAND_IN)
  return node.spec.config.map(({template, format}) => ({format, text: render(template, view)}))
}
