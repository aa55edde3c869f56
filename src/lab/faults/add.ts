import {randomInt} from 'node:crypto'
import {LabError} from '../../errors.js'
import type {Flow} from '../../model/faults/fault-order.js'
import {describeFault, readFault, type Fault, type FaultOptions} from '../../model/faults/fault.js'
import {DEFAULT_SECONDS, faultKind} from '../../model/faults/fault-kinds.js'
import type {PlacedFault} from '../../model/faults/fault-label.js'
import {faultPlaces, sharedLinks} from '../../model/faults/fault-places.js'
import {statementGuardScript, statementScript} from '../../model/faults/statement-script.js'
import {isDatabase, type Topology} from '../../model/topology.js'
import type {Engine} from '../../engine/engine.js'
import type {Termination} from '../../engine/engine-faults.js'
import type {LabContext} from '../context.js'
import {ImageSource} from '../images/image-source.js'
import {FAULT_IMAGE} from '../../model/local-images.js'
import {labOption} from '../resolve/named-lab.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkOwnership} from '../state/ownership.js'
import {checkThere, knownNodes, pickNodes} from '../state/pick-nodes.js'
import {activeFaults, finishedHelpers, secondsLeft} from './active-faults.js'
import {faultHelper} from './namespaces.js'

export interface AddFaultOptions {
  readonly lab: string
  /** Id of a link, or the name of a node; a component for all of its nodes. */
  readonly target: string
  readonly fault: FaultOptions
  /** Undefined: the default. */
  readonly seconds: number | undefined
}

/** What was made: one fault, in all places that the target means. */
export interface AddedFault {
  readonly lab: string
  readonly id: string
  readonly kind: string
  readonly what: string
  readonly nodes: readonly string[]
  readonly links: readonly string[]
  /** When it ends by itself; null: it does not, since there is nothing to be ended. */
  readonly until: string | null
  /** What is to be known of it, in sentences. */
  readonly notes: readonly string[]
}

interface Place {
  readonly node: string
  readonly flows: readonly Flow[]
  readonly links: readonly string[]
}

const IDS = 1_000_000
const ID_DIGITS = 6

const newId = () => String(randomInt(IDS)).padStart(ID_DIGITS, '0')

/** An id that lost its end to the shell is meant as one too. */
export const isLink = (target: string) => target.includes('->') || target.endsWith('-')

function placesOf({target, lab}: AddFaultOptions, live: LiveLab, topology: Topology): readonly Place[] {
  if (isLink(target))
    return faultPlaces(target, topology).map(place => ({
      ...place,
      links: [...place.links, ...sharedLinks(place, topology)],
    }))
  const nodes = pickNodes([target], knownNodes(live.observed, live.topology), lab)
  return nodes.map(({name}) => ({node: name, flows: [], links: []}))
}

function notRunning(node: string, lab: string): LabError {
  return new LabError('node-exited', `${node} does not run: no fault can be made in it.`, {
    next: [`apim-lab start ${node}${labOption(lab)}`, `apim-lab status${labOption(lab)}`],
  })
}

/** Throws `fault-impossible` where a node has one already that would end with this one. */
async function checkSingle({kind}: Fault, places: readonly Place[], live: LiveLab): Promise<void> {
  if (!faultKind(kind).single) return
  const nodes = places.map(({node}) => node)
  const other = (await activeFaults(live)).find(one => one.kind === kind && nodes.includes(one.node))
  if (!other) return
  const left = `${secondsLeft(other, Date.now())} s`
  throw new LabError(
    'fault-impossible',
    `${other.node} has fault ${other.id} for ${left} more: ${other.what}. A second one would end with it.`,
    {next: [`apim-lab fault clear ${other.id}${labOption(live.lab)}`]},
  )
}

function scriptFor({kind}: Fault, seconds: number, node: string, topology: Topology) {
  if (faultKind(kind).means !== 'database') return undefined
  const {server, nodes} = topology
  if (!nodes.some(one => one.name === node && isDatabase(one)))
    throw new LabError('fault-impossible', `${node} is not a database server: ${server.name} is.`, {
      next: [`apim-lab fault add ${server.name} --${kind}`],
    })
  return {
    text: statementScript(server, seconds),
    guard: statementGuardScript(server),
    folder: server.container.folder,
  }
}

async function terminateAll(places: readonly Place[], fault: Fault, live: LiveLab, {signal, reporter}: LabContext) {
  for (const {node} of places) {
    reporter.on({subject: node, state: 'working', text: faultKind(fault.kind).text})
    await live.engine.faults.terminate(live.nodes.get(node)!, fault.kind as Termination, signal)
  }
}

/** Builds the image that faults are made by, unless the engine has it as it is now. */
export async function ensureFaultImage(engine: Engine, context: LabContext): Promise<void> {
  await new ImageSource(engine, context, {offline: false}).build(FAULT_IMAGE)
}

/** Removes the containers of faults that are over. */
export async function removeFinished(live: LiveLab, withUnstarted = false): Promise<void> {
  for (const helper of await finishedHelpers(live, withUnstarted)) await live.engine.faults.end(helper)
}

/** Makes a fault, which ends by itself. Throws `usage-invalid`, `link-unknown`, `node-unknown`, `node-exited` and `fault-impossible`; nothing is left then. */
export async function addFault(options: AddFaultOptions, context: LabContext): Promise<AddedFault> {
  const {lab, target, seconds} = options
  const fault = readFault(options.fault, isLink(target) ? 'link' : 'node')
  const {means} = faultKind(fault.kind)
  if (means === 'once' && seconds !== undefined)
    throw new LabError('usage-invalid', `--${fault.kind} can't be undone at a time: --for does not go with it.`, {
      next: [`apim-lab fault add ${target} --${fault.kind}`, 'apim-lab start (brings it back)'],
    })
  const live = await liveLab(lab, context)
  const {topology, engine, nodes, observed, folder} = live
  checkThere(lab, observed)
  checkOwnership(lab, folder.path, observed)
  if (!topology)
    throw new LabError('lab-not-found', `The settings of lab ${lab} are gone: its links and databases are not known.`, {
      next: [`apim-lab up${labOption(lab)}`],
    })
  const places = placesOf(options, live, topology)
  const asleep = places.find(({node}) => nodes.get(node)?.state !== 'running')
  if (asleep) throw notRunning(asleep.node, lab)
  await checkSingle(fault, places, live)
  const added = {
    lab,
    id: newId(),
    kind: fault.kind,
    what: describeFault(fault),
    nodes: places.map(({node}) => node),
    links: places.flatMap(({links}) => links),
  }
  context.reporter.begin(`Lab ${lab}: ${added.what}, ${target}`)
  if (means === 'once') {
    await terminateAll(places, fault, live, context)
    return {...added, until: null, notes: []}
  }
  const lasts = seconds ?? DEFAULT_SECONDS
  const scripted = places.map(place => ({...place, script: scriptFor(fault, lasts, place.node, topology)}))
  await ensureFaultImage(engine, context)
  await removeFinished(live)
  const notes = await makeAll(scripted, {...fault, id: added.id, seconds: lasts}, live, context)
  return {...added, until: new Date(Date.now() + lasts * 1000).toISOString(), notes}
}

type ScriptedPlace = Place & {readonly script: ReturnType<typeof scriptFor>}

/** In all places or in none. */
async function makeAll(
  places: readonly ScriptedPlace[],
  fault: Omit<PlacedFault, 'node' | 'links'>,
  live: LiveLab,
  context: LabContext,
): Promise<readonly string[]> {
  const {engine, nodes, lab} = live
  const making = places.map(({node, flows, links, script}) =>
    engine.faults.make({
      ...faultHelper(live, context),
      fault: {...fault, node, links},
      node: nodes.get(node)!,
      flows,
      ...(script && {script}),
    }),
  )
  const outcomes = await Promise.allSettled(making)
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (!failed)
    return outcomes.flatMap((outcome, i) =>
      outcome.status === 'rejected' ? [] : outcome.value.map(note => `${places[i]!.node}: ${note}`),
    )
  const made = (await engine.observe(lab)).containers.filter(container => container.fault?.label.includes(fault.id))
  for (const {id} of made) await engine.faults.end({instance: id})
  throw failed.reason
}
