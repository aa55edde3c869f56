import {resolveConfig} from '../config/resolve.js'
import type {Table} from '../model/config-table.js'
import {layeredConfig, type LayeredConfig} from '../model/layered-config.js'
import {rulesOf} from '../model/release.js'
import {LOAD_BALANCER, type Node, type Topology} from '../model/topology.js'
import {loadBalancerView} from './load-balancer-view.js'
import type {Secrets} from './secrets.js'
import type {Renderer} from './templates.js'
import {componentView} from './view.js'

export interface NodeConfigInput {
  readonly topology: Topology
  readonly secrets: Secrets
}

/** A configuration file of a node, as the node gets it. */
export interface NodeConfigFile extends LayeredConfig {
  /** Absolute, inside the container. */
  readonly target: string
}

/** The configuration files of a node, with the user's layers over them. Throws `overlay-invalid`. */
export function nodeConfig(
  node: Node,
  {topology, secrets}: NodeConfigInput,
  render: Renderer,
): readonly NodeConfigFile[] {
  const view = node.component === LOAD_BALANCER ? loadBalancerView(topology) : componentView(node, topology, secrets)
  const resolve = (table: Table) =>
    resolveConfig(table, rulesOf(node.spec, topology.release), {env: node.environment}).table
  return node.spec.config.map(({template, target, format}) => {
    const text = render(template, view)
    const layered =
      format === 'nginx'
        ? {text: node.layers.config?.content ?? text, contradictions: [], removed: []}
        : layeredConfig(text, format, node.layers, format === 'toml' ? resolve : undefined)
    return {target, ...layered}
  })
}
