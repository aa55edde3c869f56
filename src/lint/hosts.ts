import {componentNodes} from '../model/link-pairs.js'
import {LOAD_BALANCER, type Topology} from '../model/topology.js'
import type {Host} from './linted-set.js'

/** Every name that a node of the lab can call: nodes, what nodes of a component share, and what browsers use. */
export function hostsOf(topology: Topology): readonly Host[] {
  const nodes = topology.nodes.map(({name, component}) => ({name, component}))
  const shared = [...new Set(componentNodes(topology).map(({component}) => component))].map(
    name => ({name, component: name, shared: true}) as const,
  )
  const open = topology.openPorts.map(
    ({hostName, component}) => ({name: hostName, component, shared: true, balanced: true}) as const,
  )
  return [...nodes, ...shared, ...open, ...[topology.server.name, LOAD_BALANCER].map(name => ({name, component: name}))]
}
