import type {Processes} from '../disk/lock.js'
import {processStat} from '../disk/system-facts.js'

/** When a process started, as the system tells it; undefined where none runs. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined
  }
  if (process.platform !== 'linux') {
    const {execa} = await import('execa')
    const {stdout, failed} = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], {reject: false})
    return failed ? undefined : stdout.trim()
  }
  // Field 22 (proc(5)).
  return processStat(pid)?.[19]
}

/** An argument as it must be typed in a shell. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** This process and the others, for the lab lock. */
export const processes: Processes = {
  self: {pid: process.pid, command: ['apim-lab', ...process.argv.slice(2).map(quoted)].join(' ')},
  startOf,
}
