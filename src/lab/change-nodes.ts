import {LabError} from '../errors.js'
import {LOAD_BALANCER, SCHEMA, type Topology} from '../model/topology.js'
import {nodesOf, type ObservedLab} from '../plan/observed.js'
import type {Plan} from '../plan/operations.js'
import {planRestart, planStart, planStop, type PlanNodesInput} from '../plan/plan-restart.js'
import type {Secrets} from '../render/secrets.js'
import {endFaults} from './faults/end-faults.js'
import {checkPorts} from './checks/check-ports.js'
import {emulatedImages} from './images/check-architectures.js'
import type {LabContext} from './context.js'
import {carryOut, type KnownLab} from './state/carry-out.js'
import {keptProject, keptSecrets} from './state/kept-files.js'
import {liveLab} from './state/live-lab.js'
import {labOption} from './resolve/named-lab.js'
import {checkOwnership} from './state/ownership.js'
import {checkThere, knownNodes, pickNodes} from './state/pick-nodes.js'
import {writeLastReady, withLastReady} from './state/last-ready.js'
import {schemaState} from './state/schema-state.js'
import {withLock} from './state/with-lock.js'

export type Change = 'start' | 'stop' | 'restart'

export interface ChangeOptions {
  readonly lab: string
  /** Nodes or components; empty: all. */
  readonly nodes: readonly string[]
  /** Wait for another command on this lab. */
  readonly wait: boolean
  readonly timeoutSeconds?: number
}

export interface ChangeResult {
  readonly lab: string
  readonly started: readonly string[]
  readonly stopped: readonly string[]
}

const PLANS: Readonly<Record<Change, (input: PlanNodesInput) => Plan>> = {
  start: planStart,
  stop: planStop,
  restart: planRestart,
}

const TASKS: Readonly<Record<Change, string>> = {start: 'starting', stop: 'stopping', restart: 'restarting'}

/** Starts, stops or restarts nodes as they are, and waits until what was started is ready. Changes no configuration. */
export const changeNodes = (change: Change, options: ChangeOptions, context: LabContext): Promise<ChangeResult> =>
  withLock(options, context, () => changeLocked(change, options, context))

async function changeLocked(
  change: Change,
  {lab, nodes, timeoutSeconds}: ChangeOptions,
  context: LabContext,
): Promise<ChangeResult> {
  const live = await liveLab(lab, context)
  const {engine, folder, topology, observed: seen} = live
  const observed = await withLastReady(seen, folder, engine)
  checkThere(lab, observed)
  checkOwnership(lab, folder.path, observed)
  const services = chosen(nodes, observed, topology, lab)
  const known = await knownOf(lab, topology, context)
  // Before anything is stopped: their configuration is mounted from the folder.
  if (change !== 'stop' && !known) throw folderGone(lab, folder.path)
  if (change !== 'start') await endFaults(live, services, context)
  const schema = known && (await schemaState(folder, known.topology, observed))
  const plan = PLANS[change]({observed, project: known?.project, services, ...(schema && {schema})})
  const starts = subjects(plan, services, ['start-container', 'unpause-container'])
  const stopped = subjects(plan, services, ['stop-container'])
  const result = {lab, started: change === 'stop' ? [] : starts, stopped}
  if (plan.length === 0) return result

  context.reporter.begin(`Lab ${lab}: ${TASKS[change]} ${services.join(', ')}`)
  // While it runs its ports are its own.
  const publishes = result.started.includes(LOAD_BALANCER) && !stopped.includes(LOAD_BALANCER)
  if (publishes && known) await checkPorts(engine, known.topology)
  const emulated = known && change !== 'stop' ? await emulatedImages(known.topology, engine) : new Set<string>()
  await carryOut(plan, {lab, folder, engine, known, observed, timeoutSeconds, emulated}, context)
  if (change !== 'stop') await writeLastReady(folder, engine, lab)
  return result
}

const folderGone = (lab: string, folder: string) =>
  new LabError(
    'lab-not-found',
    `The folder of lab ${lab} is gone (${folder}): its nodes can't start without their configuration.`,
    {
      next: [`apim-lab up${labOption(lab)} (makes it again)`],
    },
  )

/** Services that are meant. Throws for one that was named and is not there: these commands create none. */
export function chosen(
  wanted: readonly string[],
  observed: ObservedLab,
  topology: Topology | undefined,
  lab: string,
): readonly string[] {
  const there = (name: string) => nodesOf(observed).some(node => node.name === name)
  const picked = pickNodes(wanted, knownNodes(observed, topology), lab).filter(({name}) => name !== SCHEMA)
  const missing = picked.find(({name}) => !there(name))
  if (missing && wanted.length > 0)
    throw new LabError('lab-not-found', `${missing.name} has no container.`, {next: [`apim-lab up${labOption(lab)}`]})
  return picked.map(({name}) => name).filter(there)
}

/** What the folder knows of the lab; undefined where it is gone. */
async function knownOf(
  lab: string,
  topology: Topology | undefined,
  context: LabContext,
): Promise<KnownLab | undefined> {
  const folder = context.data.lab(lab)
  const [project, secrets] = await Promise.all([keptProject(folder), keptSecrets(folder)])
  return project && secrets && topology && {project, secrets: secrets as Secrets, topology}
}

/** Services of which the plan has such an operation, in the lab's order. */
const subjects = (plan: Plan, services: readonly string[], kinds: readonly Plan[number]['kind'][]) =>
  services.filter(name => plan.some(({subject, kind}) => subject === name && kinds.includes(kind)))
