import type {ProbeEvent} from '../lab-events/event.js'
import {nodeEvents} from '../lab-events/observed.js'
import {fold, NOTHING_SEEN, nodeState, unsureNodes, type LabState, type NodeState} from '../lab-events/reduce.js'
import {exposureOf} from '../model/exposure.js'
import type {NodeEnd} from '../model/node-end.js'
import type {Topology} from '../model/topology.js'
import type {ObservedPort} from '../plan/observed.js'
import type {LabContext} from './context.js'
import type {ActiveFault} from './faults/active-faults.js'
import {askOnce} from './state/ask-nodes.js'
import {downNodes, type DownNode} from './state/down-nodes.js'
import {look, type LookedAt} from './state/look.js'
import {checkKnown} from './state/pick-nodes.js'

export interface NodeStatus {
  readonly name: string
  readonly component: string
  readonly state: NodeState
  readonly image: string
  readonly ports: readonly ObservedPort[]
  readonly urls: readonly string[]
  readonly memoryBytes: number
  readonly restarts: number
  /** Ids of the faults that it has, or at one of its links. */
  readonly faults: readonly string[]
  /** How it ended, and that in words; null for one that runs. */
  readonly ended: (NodeEnd & {readonly text: string}) | null
}

export interface LabStatus {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly ready: boolean
  readonly nodes: readonly NodeStatus[]
  /** What is broken on purpose: `fault list`. */
  readonly faults: readonly ActiveFault[]
  /** What a second node does not get, and the like. */
  readonly notes: readonly string[]
  /** Nodes that do not run, with what hangs on each; that on which most hangs first. */
  readonly down: readonly DownNode[]
}

const SCHEMES: Readonly<Record<string, string>> = {https: 'https', http: 'http', ws: 'ws', wss: 'wss', tls: 'https'}

/** URLs through the load balancer that lead to a component. */
function urlsOf(component: string, topology: Topology | undefined): readonly string[] {
  return (topology?.openPorts ?? [])
    .filter(open => open.component === component)
    .map(({hostName, port, spec, paths}) => `${SCHEMES[spec.protocol]}://${hostName}:${port}${paths[0] ?? ''}`)
}

export interface StatusOptions {
  readonly releaseReason?: string
  /** All nodes have just passed their probes: a health check that has not run since can't know better. */
  readonly provenReady?: boolean
}

/** Every node of a lab, with its state as the engine and the node's own health check tell it. Throws `lab-not-found`. */
export async function status(
  lab: string,
  context: LabContext,
  {releaseReason, provenReady = false}: StatusOptions = {},
): Promise<LabStatus> {
  const {live, facts} = await look(lab, context)
  await checkKnown(lab, live.observed, live.folder, live.engine)
  const at = new Date().toISOString()
  const first = fold(nodeEvents(NOTHING_SEEN, facts, at))
  const unsure = unsureNodes(first)
  const probes = provenReady ? unsure.map(node => provenBefore(node, at)) : await askOnce(unsure, live, context)
  return statusOf(fold(probes, first), live, releaseReason)
}

const provenBefore = (node: string, at: string): ProbeEvent => ({
  kind: 'probe',
  at,
  node,
  ready: true,
  probe: '',
  detail: 'ready',
})

/** What is known of a lab, as `status` tells it. */
export function statusOf(
  state: LabState,
  {lab, topology, faults}: Pick<LookedAt, 'lab' | 'topology' | 'faults'>,
  releaseReason = 'this lab already has it',
): LabStatus {
  const nodes = [...state.nodes].map(([name, node]): NodeStatus => {
    const {component, image, ports, memoryBytes, restarts, ended} = node
    const urls = urlsOf(component, topology)
    const own = [...new Set(faults.filter(fault => fault.node === name).map(({id}) => id))]
    return {name, component, state: nodeState(node), image, ports, urls, memoryBytes, restarts, faults: own, ended}
  })
  const there = new Map([...state.nodes].flatMap(([name, {run}]) => (run === 'missing' ? [] : [[name, {state: run}]])))
  return {
    lab,
    release: topology?.release.name ?? '',
    releaseReason,
    ready: nodes.length > 0 && nodes.every(({state}) => state === 'ready'),
    nodes,
    faults,
    notes: notesOf(topology),
    down: topology && nodes.length > 0 ? downNodes(topology, there) : [],
  }
}

function notesOf(topology: Topology | undefined): readonly string[] {
  if (!topology) return []
  const second = topology.nodes
    .filter(({index}) => index === 2)
    .flatMap(({name, spec}) => (spec.secondNode === undefined ? [] : [`${name} ${spec.secondNode}`]))
  const exposure = exposureOf(topology.settings)
  return exposure === undefined ? second : [...second, exposure]
}
