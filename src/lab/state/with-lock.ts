import {lockLab} from '../../disk/lock.js'
import type {LabContext} from '../context.js'
import {recover} from '../snapshots/recover.js'

export interface LockRequest {
  readonly lab: string
  readonly wait: boolean
  /** It looks itself after what one that died left half done. */
  readonly goesOn?: boolean
}

/** Works on a lab while no other command does, after what one that died left half done was ended. Throws `lab-locked` where one is at work, unless it is to be waited for. */
export async function withLock<T>(
  {lab, wait, goesOn = false}: LockRequest,
  context: Pick<LabContext, 'data' | 'processes' | 'signal' | 'reporter' | 'engine' | 'version'>,
  work: () => Promise<T>,
): Promise<T> {
  const {data, processes, signal, reporter} = context
  const unlock = await lockLab({
    file: await data.lockFile(lab),
    lab,
    processes,
    wait,
    signal,
    onWait: ({pid, command}) =>
      reporter.on({subject: lab, state: 'working', text: `waiting for process ${pid}: ${command}`}),
  })
  try {
    if (!goesOn) await recover(lab, context)
    return await work()
  } finally {
    await unlock()
  }
}
