import {Readable} from 'node:stream'
import type {Engine} from '../engine/engine.js'
import type {NodeInstance} from '../plan/observed.js'
import {BoundedBuffer} from './bounded-buffer.js'

export interface RunOptions {
  /** What the command reads. */
  readonly input?: string
  /** `uid:gid`; without it the node's own user. */
  readonly user?: string
  /** Of each stream; the rest is dropped. */
  readonly mostBytes: number
  readonly signal: AbortSignal
}

/** What a command wrote, and how it ended. */
export interface RunResult {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
  /** More came than is kept. */
  readonly truncated: boolean
}

/** Runs a command in a node, without a terminal. */
export async function runIn(
  engine: Pick<Engine, 'exec'>,
  node: NodeInstance,
  command: readonly string[],
  {input = '', user, mostBytes, signal}: RunOptions,
): Promise<RunResult> {
  const [stdout, stderr] = [new BoundedBuffer(mostBytes), new BoundedBuffer(mostBytes)]
  const stdin = Readable.from(input === '' ? [] : [input]) as NodeJS.ReadStream
  const exitCode = await engine.exec(node, {
    command,
    ...(user !== undefined && {user}),
    terminal: {stdin, stdout, stderr, tty: false},
    signal,
  })
  return {exitCode, stdout: stdout.bytes, stderr: stderr.text, truncated: stdout.truncated || stderr.truncated}
}
