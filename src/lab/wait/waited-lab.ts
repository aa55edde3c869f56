import {setTimeout as delay} from 'node:timers/promises'
import {LabError} from '../../errors.js'
import type {LabContext} from '../context.js'
import type {HelperPool} from '../links/helper-pool.js'
import {runningLab, type RunningLab} from '../links/running-lab.js'
import {isOver} from '../watch/is-over.js'

/** The lab in which something is waited for. */
export interface WaitedLab {
  /** As it was found at first. */
  readonly running: RunningLab
  /** Its signal ends the wait, whatever for. */
  readonly context: LabContext
  /** For what is asked when the wait is over. */
  readonly afterwards: LabContext
  /** Where helpers stay between two questions. */
  readonly pool: HelperPool
  /** Tells how far it is. */
  readonly tell: (subject: string, text: string) => void
}

/** How often is asked what tells nothing by itself. */
export const POLL_MS = 500

/**
 * Asks the lab as it is until there is an answer, with a pause in between. Nodes may come and go meanwhile; throws `lab-not-found` once the
 * lab is down, and on abort.
 */
export async function askUntil<T>(
  {running: {lab}, context, pool}: WaitedLab,
  ask: (running: RunningLab) => Promise<T | undefined>,
): Promise<T> {
  const {signal} = context
  for (;;) {
    signal.throwIfAborted()
    const running = await unlessDown(lab, context)
    const answer = running && (await ask({...running, pool}))
    if (answer !== undefined) return answer
    await delay(POLL_MS, undefined, {signal})
  }
}

/** Undefined for a lab without nodes whose next ones another command is about to make. */
async function unlessDown(lab: string, context: LabContext): Promise<RunningLab | undefined> {
  try {
    return await runningLab(lab, context)
  } catch (error) {
    const isGone = error instanceof LabError && error.code === 'lab-not-found'
    if (!isGone || (await isOver(lab, context))) throw error
    return undefined
  }
}
