import {loadRemark, underLoad, type MachineLoad} from '../model/load.js'
import {machineLoad} from './machine-load.js'
import type {Outcome} from './outcome.js'

/** What answers at all does so in milliseconds; on a machine that is busy it may need seconds. */
const FIRST_MS = 3000
const AGAIN_MS = 8000

/**
 * Asks, and asks once more with a longer limit where only time ran out. Limits, in milliseconds, grow with the load of this machine;
 * where it is high, what is late nevertheless says so.
 */
export async function askTwice<T extends Outcome>(
  ask: (limitMs: number) => Promise<T>,
  load: () => MachineLoad = machineLoad,
): Promise<T> {
  const first = await ask(underLoad(FIRST_MS, load()))
  if (!first.late) return first
  const again = await ask(underLoad(AGAIN_MS, load()))
  return again.late ? {...again, detail: again.detail + loadRemark(load())} : again
}

/** How much of the time for an exchange its name server has. */
export const nameMs = (limitMs: number): number => Math.round(limitMs / 4)
