import {lockLab} from '../../disk/lock.js'
import type {LabContext} from '../context.js'

/** Works on a lab while no other command does. Throws `lab-locked` where one is at work, unless it is to be waited for. */
export async function withLock<T>(
  {lab, wait}: {readonly lab: string; readonly wait: boolean},
  {data, processes, signal, reporter}: Pick<LabContext, 'data' | 'processes' | 'signal' | 'reporter'>,
  work: () => Promise<T>,
): Promise<T> {
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
    return await work()
  } finally {
    await unlock()
  }
}
