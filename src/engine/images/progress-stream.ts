import type {Readable} from 'node:stream'
import {StringDecoder} from 'node:string_decoder'

/** One object of the engine's answer to a pull, a build or an import. */
export interface ProgressMessage {
  /** A build's output, or an import's result. */
  readonly stream?: string
  readonly status?: string
  /** The layer that `status` is about. */
  readonly id?: string
  readonly progressDetail?: {readonly current?: number; readonly total?: number}
  readonly error?: string
  readonly errorDetail?: {readonly code?: number; readonly message?: string}
}

/** Reads the engine's answer as it comes. The engine answers 200 before it begins, so a failure is a message like the others. */
export async function* progressMessages(
  answer: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  const stream = answer as Readable
  const stop = () => stream.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop, {once: true})
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    signal.throwIfAborted()
    for await (const chunk of stream) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim()) yield JSON.parse(line) as ProgressMessage
    }
    if (rest.trim()) yield JSON.parse(rest) as ProgressMessage
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}
