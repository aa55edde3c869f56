import {readdirSync, readFileSync} from 'node:fs'

/** What the kernel tells of a place that may be gone by now. */
function lookUp<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

const numbers = (folder: string) => (lookUp(() => readdirSync(folder)) ?? []).filter(name => /^\d+$/.test(name))

/** Processes of these containers, as the engine's machine numbers them: the path of a control group has the container's id. */
export function processesOf(containers: readonly string[]): readonly number[] {
  const isOurs = (group: string) => containers.some(id => group.includes(id))
  return numbers('/proc')
    .filter(pid => isOurs(lookUp(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? ''))
    .map(Number)
}

/** Stopped, traced, or ended. */
const STILL = /^[TtZX]/

const stateOf = (file: string) => {
  const stat = lookUp(() => readFileSync(file, 'latin1')) ?? ''
  // The name before it may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2)
}

export const isStopped = (pid: number): boolean => /^[Tt]/.test(stateOf(`/proc/${pid}/stat`))

/** Whether no thread of a process runs, or is about to: one in the middle of a write stops when that is done. */
export const isStill = (pid: number): boolean =>
  numbers(`/proc/${pid}/task`).every(thread => {
    const state = stateOf(`/proc/${pid}/task/${thread}/stat`)
    return state === '' || STILL.test(state)
  })
