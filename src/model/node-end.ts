import {TABLE} from './settings/table.js'

/** How a node's container ended. */
export interface NodeEnd {
  readonly exitCode: number
  /** The signal that the exit code stands for: SIGKILL. */
  readonly signal: string | null
  readonly outOfMemory: boolean
  /** The container's memory limit; 0 for none. */
  readonly memoryMb: number
}

/** What a shell and the engine add to a signal's number. */
const SIGNALLED = 128
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
}

export const signalOf = (exitCode: number): string | null => SIGNALS[exitCode - SIGNALLED] ?? null

/** The lab file's key for the memory of a component's nodes. */
export const memoryKey = (component: string): string =>
  TABLE.placed.find(placed => placed.component === component && placed.key === 'memoryMb')?.row.at ??
  `components.${component}.memory`

/** How a node ended, in words: `exited with code 137 (SIGKILL)`; out of memory, with the limit and the setting that raises it. */
export function endText({exitCode, signal, outOfMemory, memoryMb}: NodeEnd, component: string): string {
  const code = `exited with code ${exitCode}${signal === null ? '' : ` (${signal})`}`
  if (!outOfMemory) return code
  const limit = memoryMb === 0 ? 'out of memory' : `out of memory at its limit of ${memoryMb} MB`
  const raised = memoryMb === 0 ? '' : `: raise ${memoryKey(component)} in the lab file, to ${memoryMb * 2}m say`
  return `${code}, ${limit}${raised}`
}
