import {accessSync, constants, readFileSync} from 'node:fs'

/**
 * What Linux tells of a process (proc(5), stat), from field 3 on: field 2, its name, may hold anything but ends at the last parenthesis.
 * Undefined where there is no such process, or the system has no such file.
 */
export function processStat(pid: number | 'self'): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Whether this user may run the file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
