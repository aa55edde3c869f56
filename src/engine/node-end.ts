import type Docker from 'dockerode'
import {LabError} from '../errors.js'
import {readLogs} from './log-stream.js'

const LAST_LINES = 15

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

/** The error of a node that ended although it should run, with its last words. */
export async function nodeExited(
  docker: Docker,
  container: string,
  node: string,
  state: {readonly ExitCode: number; readonly OOMKilled?: boolean},
): Promise<LabError> {
  const why = state.OOMKilled ? ': it needed more memory than its limit' : ''
  return new LabError('node-exited', `${node} exited with code ${state.ExitCode}${why}.`, {
    evidence: await lastLines(docker, container),
    next: [`apim-lab logs ${node}`, 'apim-lab up (goes on where it stopped)'],
  })
}
