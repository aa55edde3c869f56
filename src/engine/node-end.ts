import type Docker from 'dockerode'
import type {ContainerInspectInfo} from 'dockerode'
import {signalOf, type NodeEnd} from '../model/node-end.js'
import {readLogs} from './log-stream.js'

const LAST_LINES = 15
const MEGABYTE = 1024 * 1024

/** The last lines that a container printed; none if the engine can't tell. */
export async function lastLines(docker: Docker, container: string, count = LAST_LINES): Promise<readonly string[]> {
  try {
    const lines: string[] = []
    for await (const {line} of readLogs(docker, container, {tail: count})) lines.push(line)
    return lines
  } catch {
    return []
  }
}

/** How a container ended; undefined for one that runs, or was never started. */
export function endOf({State, HostConfig}: ContainerInspectInfo): NodeEnd | undefined {
  if (State.Running || State.Status === 'created') return undefined
  return {
    exitCode: State.ExitCode,
    signal: signalOf(State.ExitCode),
    outOfMemory: State.OOMKilled,
    memoryMb: Math.round((HostConfig.Memory ?? 0) / MEGABYTE),
  }
}
