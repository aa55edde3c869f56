import type Docker from 'dockerode'
import {Readable} from 'node:stream'
import type {LogLine, LogOptions} from './engine.js'
import {type LogReader, MultiplexedLog, TerminalLog} from './log-lines.js'

export interface ReadOptions extends LogOptions {
  /** Whether the container has a terminal; asked of the engine when left out. */
  readonly tty?: boolean
}

/** A container's log, line by line. An abort ends it quietly. */
export async function* readLogs(
  docker: Docker,
  containerId: string,
  options: ReadOptions = {},
): AsyncGenerator<LogLine> {
  const {signal} = options
  try {
    signal?.throwIfAborted()
    const container = docker.getContainer(containerId)
    const tty = options.tty ?? (await container.inspect(signal ? {abortSignal: signal} : {})).Config.Tty
    const reader: LogReader = tty ? new TerminalLog() : new MultiplexedLog()
    for await (const chunk of await open(docker, containerId, options)) yield* reader.push(chunk)
    yield* reader.end()
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

async function open(docker: Docker, containerId: string, options: ReadOptions): Promise<Readable> {
  const {tail, since, follow, signal} = options
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(tail === undefined ? {} : {tail}),
    ...(since === undefined ? {} : {since}),
    ...(signal === undefined ? {} : {abortSignal: signal}),
  }
  const container = docker.getContainer(containerId)
  if (follow) {
    const stream = (await container.logs({...query, follow: true})) as Readable
    // Node's request handles an abort only until the answer begins.
    const stop = () => stream.destroy()
    signal?.addEventListener('abort', stop, {once: true})
    stream.once('close', () => signal?.removeEventListener('abort', stop))
    return stream
  }
  const whole: unknown = await container.logs({...query, follow: false})
  return Readable.from(Buffer.isBuffer(whole) && whole.length > 0 ? [whole] : [])
}
