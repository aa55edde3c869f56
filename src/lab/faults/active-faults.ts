import type {Engine} from '../../engine/engine.js'
import {describeFault, optionsOf} from '../../model/faults/fault.js'
import {parseFaultLabel, type PlacedFault} from '../../model/faults/fault-label.js'
import type {NodeInstance, ObservedContainer, ObservedNode} from '../../plan/observed.js'
import type {LiveLab} from '../state/live-lab.js'

/** A fault of a lab, in one place: what others may rely on in JSON. */
export interface ActiveFault {
  readonly id: string
  readonly kind: string
  /** In words: `delay 300 ms`. */
  readonly what: string
  /** As `fault run` and cases say it: `{delay: '300'}`; absent where its helper is gone. */
  readonly said?: Readonly<Record<string, string | true>>
  /** The node in whose namespaces it is made. */
  readonly node: string
  /** Ids of the links that it breaks; empty: it acts on the node itself. */
  readonly links: readonly string[]
  /** RFC 3339, UTC. */
  readonly since: string
  readonly until: string
  /** `left`: its helper was killed. What it made is still there, until its deadline where a second one or the kernel sees to that. */
  readonly state: 'active' | 'left'
}

/** A fault, and the containers that make and guard it, in the order in which they are to be ended. */
export interface HelpedFault {
  readonly fault: ActiveFault
  readonly helpers: readonly NodeInstance[]
}

const MS = 1000
/** Seconds since 1970 as RFC 3339, UTC. */
export const iso = (seconds: number): string => new Date(seconds * MS).toISOString().replace('.000Z', 'Z')

const ALIVE = ['running', 'restarting', 'paused']

/** Seconds until a fault ends, by the clock of this machine; 0 where that is over. */
export const secondsLeft = ({until}: Pick<ActiveFault, 'until'>, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / MS))

/** A fault as people read it where a row has room for one: `fault 415926: delay 300 ms`. */
export const faultText = ({id, what, state}: Pick<ActiveFault, 'id' | 'what' | 'state'>): string =>
  `fault ${id}: ${what}${state === 'left' ? ', left behind' : ''}`

function asActive(placed: PlacedFault, since: number, state: ActiveFault['state']): ActiveFault {
  const {id, kind, node, links, seconds} = placed
  return {
    id,
    kind,
    what: describeFault(placed),
    said: optionsOf(placed),
    node,
    links,
    since: iso(since),
    until: iso(since + seconds),
    state,
  }
}

/** Whether the node is in another run than the one that a fault was made in, or in none: nothing of it is left then. */
async function hasGone(node: ObservedNode | undefined, since: number, engine: Engine): Promise<boolean> {
  if (node?.state !== 'running' && node?.state !== 'paused') return true
  const {started} = await engine.lifeOf(node)
  return started !== undefined && Date.parse(started) / MS > since + 1
}

type Lab = Pick<LiveLab, 'observed' | 'nodes' | 'engine'>

/** The container that makes a fault in a place, and the one that ends it if that is killed. Either may be gone. */
interface Pair {
  readonly maker?: ObservedContainer
  readonly guard?: ObservedContainer
}

const isAlive = (container: ObservedContainer | undefined) => container !== undefined && ALIVE.includes(container.state)
const hasEnded = (container: ObservedContainer | undefined) => container?.state === 'exited' && container.exitCode === 0

function pairsOf(containers: readonly ObservedContainer[]): readonly (readonly [PlacedFault, Pair])[] {
  const pairs = new Map<string, readonly [PlacedFault, Pair]>()
  for (const container of containers) {
    const placed = container.fault && parseFaultLabel(container.fault.label)
    if (!placed) continue
    const {guards, ...fault} = placed
    const key = `${fault.id} ${fault.node}`
    pairs.set(key, [fault, {...pairs.get(key)?.[1], [guards ? 'guard' : 'maker']: container}])
  }
  return [...pairs.values()]
}

async function helped(fault: PlacedFault, pair: Pair, {nodes, engine}: Lab): Promise<HelpedFault | undefined> {
  const {maker, guard} = pair
  const there = [maker, guard].filter(container => container !== undefined)
  const since = there[0]?.fault?.since ?? 0
  const helpers = there.map(({id}) => ({instance: id}))
  if (isAlive(maker)) return {fault: asActive(fault, since, 'active'), helpers}
  // What either has ended is over, and one that was never started made nothing.
  if (hasEnded(maker) || hasEnded(guard)) return undefined
  if (maker ? maker.state !== 'exited' : !isAlive(guard)) return undefined
  if (await hasGone(nodes.get(fault.node), since, engine)) return undefined
  return {fault: asActive(fault, since, 'left'), helpers}
}

/** The faults of a lab whose containers are there, and those that were killed. Costs nothing where there are none. */
export async function helpedFaults(lab: Lab): Promise<readonly HelpedFault[]> {
  const found = await Promise.all(pairsOf(lab.observed.containers).map(([fault, pair]) => helped(fault, pair, lab)))
  return found.filter(one => one !== undefined)
}

export const activeFaults = async (lab: Lab): Promise<readonly ActiveFault[]> =>
  (await helpedFaults(lab)).map(({fault}) => fault)

/** Containers of faults that are over: nobody needs them. One that was not started yet may be somebody's who is about to. */
export async function finishedHelpers(lab: Lab, withUnstarted: boolean): Promise<readonly NodeInstance[]> {
  const over = ['exited', 'dead', ...(withUnstarted ? ['created'] : [])]
  const needed = new Set((await helpedFaults(lab)).flatMap(({helpers}) => helpers.map(({instance}) => instance)))
  return lab.observed.containers
    .filter(({fault, state, id}) => fault && over.includes(state) && !needed.has(id))
    .map(({id}) => ({instance: id}))
}
