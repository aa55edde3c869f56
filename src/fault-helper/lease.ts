import {setTimeout as delay} from 'node:timers/promises'
import {faultKind, type FaultMeans} from '../model/faults/fault-kinds.js'
import type {FaultOrder} from '../model/faults/fault-order.js'
import {controlGroup} from './control-group.js'
import {disk} from './disk.js'
import {isNodeHere} from './namespace.js'
import {packets} from './packets.js'
import {keepRecord, record, recorded} from './record.js'

export type MakeOrder = Extract<FaultOrder, {order: 'make'}>

/** A fault that can be made and ended. */
export interface Made {
  /** What is to be known of it, for people. */
  readonly notes?: readonly string[]
  /** Called again and again while it lasts: what it acts on may change. */
  keep(): Promise<void>
  /** Nothing of it is left afterwards. */
  end(): Promise<void>
}

export interface Maker {
  /** Makes a fault, again where it is there already. `until`: seconds since 1970. Throws why it can't be made; nothing is left then. */
  make(order: MakeOrder, until: number): Promise<Made>
  /** Ends what a helper that was killed has made, from its record. What the kernel ends by itself needs nobody. */
  readonly endLeft?: (fault: MakeOrder['fault']) => Promise<void>
  /** Whether the node is in another run than the one that it was made in, which has nothing of it. */
  readonly isGone?: () => boolean
}

/** The server's own client makes the others. */
const MAKERS: Readonly<Record<Exclude<FaultMeans, 'database' | 'once'>, Maker>> = {
  rules: packets,
  relay: packets,
  names: packets,
  cgroup: controlGroup,
  disk,
}

const makerOf = ({kind}: MakeOrder['fault']): Maker => MAKERS[faultKind(kind).means as keyof typeof MAKERS]

const UNTIL = 'until'
const ENDED = 'ended'
const TICK_MS = 200
const MS = 1000
/** A guard acts when the helper should have. */
const GRACE_MS = 1000

function onceTold(): () => boolean {
  let isTold = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (isTold = true))
  return () => isTold
}

/** Makes a fault and ends it: at its deadline, when told to by SIGTERM, or when its node has gone. Throws why it can't be made. */
export async function lease(order: MakeOrder, onMade: (notes: readonly string[]) => void): Promise<void> {
  const {fault} = order
  const maker = makerOf(fault)
  if (maker.isGone?.()) return
  // By the clock on the wall, which goes on while the machine sleeps.
  const until = Number(record(UNTIL, () => String(Math.ceil(Date.now() / MS + fault.seconds))))
  const isTold = onceTold()
  const made = await maker.make(order, until)
  onMade(made.notes ?? [])
  while (!isTold() && Date.now() < until * MS && isNodeHere() && !maker.isGone?.()) {
    await made.keep()
    await delay(TICK_MS)
  }
  await made.end()
  record(ENDED, () => '')
}

/** Ends a fault whose helper was killed, when it would have: at its deadline, or when told to. */
export async function guard({fault}: Pick<MakeOrder, 'fault'>, onReady: () => void): Promise<void> {
  const maker = makerOf(fault)
  keepRecord()
  const until = Number(record(UNTIL, () => String(Math.ceil(Date.now() / MS + fault.seconds))))
  const isTold = onceTold()
  onReady()
  while (!isTold() && Date.now() < until * MS + GRACE_MS && isNodeHere() && !maker.isGone?.()) {
    if (recorded(ENDED) !== undefined) return
    await delay(TICK_MS)
  }
  if (recorded(ENDED) === undefined) await maker.endLeft?.(fault)
}
