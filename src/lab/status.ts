import type {Engine} from '../engine/engine.js'
import {exposureOf} from '../model/exposure.js'
import {endText, type NodeEnd} from '../model/node-end.js'
import type {Topology} from '../model/topology.js'
import {nodesOf, type ObservedNode} from '../plan/observed.js'
import type {Secrets} from '../render/secrets.js'
import type {LabContext} from './context.js'
import {downNodes, type DownNode} from './state/down-nodes.js'
import {helperImage} from './images/image-source.js'
import {keptProject, keptSecrets} from './state/kept-files.js'
import {liveLab} from './state/live-lab.js'
import {checkKnown} from './state/pick-nodes.js'
import {withLastReady} from './state/last-ready.js'
import {readinessTargets} from './state/readiness-targets.js'

export type NodeState = 'ready' | 'starting' | 'unhealthy' | 'exited' | 'paused' | 'created' | 'missing'

export interface NodeStatus {
  readonly name: string
  readonly component: string
  readonly state: NodeState
  readonly image: string
  readonly ports: readonly {readonly container: number; readonly host: number; readonly address: string}[]
  readonly urls: readonly string[]
  readonly memoryBytes: number
  readonly restarts: number
  /** How it ended, and that in words; null for one that runs. */
  readonly ended: (NodeEnd & {readonly text: string}) | null
}

export interface LabStatus {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly ready: boolean
  readonly nodes: readonly NodeStatus[]
  /** What a second node does not get, and the like. */
  readonly notes: readonly string[]
  /** Nodes that do not run, with what hangs on each; that on which most hangs first. */
  readonly down: readonly DownNode[]
}

const STATES: Readonly<Record<ObservedNode['state'], NodeState>> = {
  created: 'created',
  running: 'starting',
  restarting: 'starting',
  paused: 'paused',
  exited: 'exited',
  removing: 'exited',
  dead: 'exited',
}

function stateOf({state, health}: ObservedNode): NodeState {
  if (state !== 'running') return STATES[state]
  return health === 'healthy' ? 'ready' : health === 'unhealthy' ? 'unhealthy' : 'starting'
}

/** States that may be over by now: health checks run seconds apart. */
const UNSURE: readonly NodeState[] = ['starting', 'unhealthy']

const SCHEMES: Readonly<Record<string, string>> = {https: 'https', http: 'http', ws: 'ws', wss: 'wss'}

/** URLs through the load balancer that lead to a component. */
function urlsOf(component: string, topology: Topology | undefined): readonly string[] {
  return (topology?.openPorts ?? [])
    .filter(open => open.component === component)
    .map(({hostName, port, spec, paths}) => `${SCHEMES[spec.protocol]}://${hostName}:${port}${paths[0] ?? ''}`)
}

function nodeStatus(
  name: string,
  component: string,
  seen: ObservedNode | undefined,
  usage: NodeUsage | undefined,
  topology: Topology | undefined,
): NodeStatus {
  return {
    name,
    component,
    state: seen ? stateOf(seen) : 'missing',
    image: seen?.image ?? '',
    ports: seen?.ports ?? [],
    urls: urlsOf(component, topology),
    memoryBytes: usage?.memoryBytes ?? 0,
    restarts: usage?.restarts ?? 0,
    ended: usage?.end ? {...usage.end, text: endText(usage.end, component)} : null,
  }
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
  {releaseReason = 'this lab already has it', provenReady = false}: StatusOptions = {},
): Promise<LabStatus> {
  const {engine, folder, observed, topology, nodes: seen} = await liveLab(lab, context)
  await checkKnown(lab, observed, folder, engine)
  const now = provenReady ? observed : await withLastReady(observed, folder, engine)
  const there = nodesOf(now).filter(({name}) => seen.has(name))
  const usage = await usageOf(there, engine)
  const planned = topology?.nodes ?? []
  const unsure = there.filter(node => UNSURE.includes(stateOf(node)))
  const proven = provenReady ? new Set(unsure.map(({name}) => name)) : await askNow(unsure, topology, engine, context)
  const strangers = there.filter(({name}) => !planned.some(node => node.name === name))
  const byName = new Map(there.map(node => [node.name, node]))
  const one = (name: string, component: string) => {
    const found = nodeStatus(name, component, byName.get(name), usage.get(name), topology)
    return proven.has(name) ? {...found, state: 'ready' as const} : found
  }
  const nodes =
    there.length === 0
      ? []
      : [
          ...planned.map(({name, component}) => one(name, component)),
          ...strangers.map(({name, component}) => one(name, component)),
        ]
  return {
    lab,
    release: topology?.release.name ?? '',
    releaseReason,
    ready: nodes.length > 0 && nodes.every(({state}) => state === 'ready'),
    nodes,
    notes: notesOf(topology),
    down: topology && nodes.length > 0 ? downNodes(topology, byName) : [],
  }
}

interface NodeUsage {
  readonly memoryBytes: number
  readonly restarts: number
  readonly end?: NodeEnd
}

async function usageOf(nodes: readonly ObservedNode[], engine: Engine): Promise<ReadonlyMap<string, NodeUsage>> {
  const entries = await Promise.all(
    nodes.map(async node => {
      const [memoryBytes, life] = await Promise.all([
        node.state === 'running' || node.state === 'paused' ? engine.memoryOf(node) : 0,
        engine.lifeOf(node),
      ])
      return [node.name, {memoryBytes, ...life}] as const
    }),
  )
  return new Map(entries)
}

/** Which of the nodes whose health check has not spoken yet, or not since they recovered, pass their probes right now. */
async function askNow(
  unsure: readonly ObservedNode[],
  topology: Topology | undefined,
  engine: Engine,
  context: LabContext,
): Promise<ReadonlySet<string>> {
  if (!topology || unsure.length === 0) return new Set()
  const folder = context.data.lab(topology.settings.lab)
  const [project, secrets] = await Promise.all([keptProject(folder), keptSecrets(folder)])
  if (!project || !secrets) return new Set()
  const targets = readinessTargets(topology, project, secrets as Secrets)
  return engine.askReady(
    unsure.map(({name}) => name),
    {
      lab: topology.settings.lab,
      folder: folder.path,
      targets,
      helperImage: helperImage(context.version),
      signal: context.signal,
    },
  )
}

function notesOf(topology: Topology | undefined): readonly string[] {
  if (!topology) return []
  const second = topology.nodes
    .filter(({index}) => index === 2)
    .flatMap(({name, spec}) => (spec.secondNode === undefined ? [] : [`${name} ${spec.secondNode}`]))
  const exposure = exposureOf(topology.settings)
  return exposure === undefined ? second : [...second, exposure]
}
