import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import {faultKind, type FaultMeans} from '../model/faults/fault-kinds.js'
import type {FaultOrder} from '../model/faults/fault-order.js'
import {controlGroup} from './control-group.js'
import {isNodeHere} from './namespace.js'
import {packets} from './packets.js'

export type MakeOrder = Extract<FaultOrder, {order: 'make'}>

/** A fault that can be made and ended. */
export interface Made {
  /** Called again and again while it lasts: what it acts on may change. */
  keep(): Promise<void>
  /** Nothing of it is left afterwards. */
  end(): Promise<void>
}

/** Makes a fault, again where it is there already. `until`: seconds since 1970. Throws why it can't be made; nothing is left then. */
export type Maker = (order: MakeOrder, until: number) => Promise<Made>

const MAKERS: Partial<Readonly<Record<FaultMeans, Maker>>> = {
  rules: packets,
  relay: packets,
  names: packets,
  cgroup: controlGroup,
}

/** Outlives this process, not this container: one that the engine starts again goes on until the same time. */
const DEADLINE_FILE = '/tmp/until'
const TICK_MS = 200
const MS = 1000

/** By the clock on the wall, which goes on while the machine sleeps. */
function deadline(seconds: number): number {
  if (existsSync(DEADLINE_FILE)) return Number(readFileSync(DEADLINE_FILE, 'utf8'))
  const until = Math.ceil(Date.now() / MS + seconds)
  writeFileSync(DEADLINE_FILE, String(until))
  return until
}

/** Makes a fault and ends it: at its deadline, when told to by SIGTERM, or when its node has gone. Throws why it can't be made. */
export async function lease(order: MakeOrder, onMade: () => void): Promise<void> {
  const {kind, seconds} = order.fault
  const until = deadline(seconds)
  let isTold = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (isTold = true))
  const made = await MAKERS[faultKind(kind).means]!(order, until)
  onMade()
  while (!isTold && Date.now() < until * MS && isNodeHere()) {
    await made.keep()
    await delay(TICK_MS)
  }
  await made.end()
}
