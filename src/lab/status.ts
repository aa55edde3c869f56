import {containerMemory} from '../disk/cgroup.js'
import type {Engine} from '../engine/engine.js'
import {exposureOf} from '../model/exposure.js'
import {endText, type NodeEnd} from '../model/node-end.js'
import type {Topology} from '../model/topology.js'
import type {ObservedContainer} from '../plan/observed.js'
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

const STATES: Readonly<Record<ObservedContainer['state'], NodeState>> = {
  created: 'created',
  running: 'starting',
  restarting: 'starting',
  paused: 'paused',
  exited: 'exited',
  removing: 'exited',
  dead: 'exited',
}

function stateOf({state, health}: ObservedContainer): NodeState {
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
  container: ObservedContainer | undefined,
  usage: NodeUsage | undefined,
  topology: Topology | undefined,
): NodeStatus {
  return {
    name,
    component,
    state: container ? stateOf(container) : 'missing',
    image: container?.image ?? '',
    ports: container?.ports ?? [],
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
  const {engine, folder, observed, topology, containers: seen} = await liveLab(lab, context)
  await checkKnown(lab, observed, folder, engine)
  const now = provenReady ? observed : await withLastReady(observed, folder, engine)
  const containers = now.containers.filter(({service}) => seen.has(service))
  const usage = await usageOf(containers, engine)
  const planned = topology?.nodes ?? []
  const unsure = containers.filter(container => UNSURE.includes(stateOf(container)))
  const proven = provenReady
    ? new Set(unsure.map(({service}) => service))
    : await askNow(unsure, topology, engine, context)
  const strangers = containers.filter(({service}) => !planned.some(({name}) => name === service))
  const byService = new Map(containers.map(container => [container.service, container]))
  const one = (name: string, component: string) => {
    const container = byService.get(name)
    const seen = nodeStatus(name, component, container, container && usage.get(container.id), topology)
    return proven.has(name) ? {...seen, state: 'ready' as const} : seen
  }
  const nodes =
    containers.length === 0
      ? []
      : [
          ...planned.map(({name, component}) => one(name, component)),
          ...strangers.map(({service, component}) => one(service, component)),
        ]
  return {
    lab,
    release: topology?.release.name ?? '',
    releaseReason,
    ready: nodes.length > 0 && nodes.every(({state}) => state === 'ready'),
    nodes,
    notes: notesOf(topology),
    down: topology && nodes.length > 0 ? downNodes(topology, byService) : [],
  }
}

interface NodeUsage {
  readonly memoryBytes: number
  readonly restarts: number
  readonly end?: NodeEnd
}

async function usageOf(
  containers: readonly ObservedContainer[],
  engine: Engine,
): Promise<ReadonlyMap<string, NodeUsage>> {
  const entries = await Promise.all(
    containers.map(async ({id, state}) => {
      const [memoryBytes, life] = await Promise.all([
        state === 'running' || state === 'paused' ? containerMemory(id).then(bytes => bytes ?? engine.memoryOf(id)) : 0,
        engine.lifeOf(id),
      ])
      return [id, {memoryBytes, ...life}] as const
    }),
  )
  return new Map(entries)
}

/** Which of the nodes whose health check has not spoken yet, or not since they recovered, pass their probes right now. */
async function askNow(
  unsure: readonly ObservedContainer[],
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
    unsure.map(({service}) => service),
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
