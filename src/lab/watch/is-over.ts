import {silentReporter} from '../../report/json.js'
import type {LabContext} from '../context.js'
import {liveLab} from '../state/live-lab.js'
import {checkKnown} from '../state/pick-nodes.js'
import {withLock} from '../state/with-lock.js'

/** How often it is looked at, whatever the engine tells: memory changes without a word. */
export const LOOK_MS = 30_000

/**
 * Whether a lab without nodes stays so once the command that works on it has ended: it may be about to make new ones, or to remove all
 * else. Throws `lab-not-found`, as `status` does, where nothing is left of it.
 */
export function isOver(lab: string, context: LabContext): Promise<boolean> {
  return withLock({lab, wait: true}, {...context, reporter: silentReporter}, async () => {
    const {nodes, observed, folder, engine} = await liveLab(lab, context)
    if (nodes.size > 0) return false
    await checkKnown(lab, observed, folder, engine)
    return true
  })
}

/** Work that goes on until the abort, which ends it quietly. */
export async function untilAbort(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
