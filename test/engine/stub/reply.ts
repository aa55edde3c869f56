import type {World} from './world.js'

/** An error as the engine tells it: a status and a message. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** A connection on which an answer goes on. */
export interface Output {
  readonly closed: AbortSignal
  write(chunk: string | Buffer): void
}

/** A connection that was taken over from HTTP: both directions are raw. */
export interface Hijacked extends Output {
  onData(listener: (chunk: Buffer) => void): void
  onEnd(listener: () => void): void
}

export type Reply =
  | {readonly kind: 'body'; readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string>}
  | {readonly kind: 'stream'; readonly type: string; readonly run: (output: Output) => void | Promise<void>}
  | {readonly kind: 'hijack'; readonly run: (connection: Hijacked) => void | Promise<void>}

export const json = (body: unknown, status = 200): Reply => ({kind: 'body', status, body})
export const empty = (status = 204): Reply => ({kind: 'body', status})
export const ndjson = (run: (write: (value: unknown) => void, closed: AbortSignal) => void | Promise<void>): Reply => ({
  kind: 'stream',
  type: 'application/json',
  run: output => run(value => output.write(`${JSON.stringify(value)}\r\n`), output.closed),
})

/** What a handler is given. */
export interface Call {
  readonly world: World
  readonly params: readonly string[]
  readonly query: URLSearchParams
  readonly raw: Buffer
  readonly hijack: boolean
}

export type Handler = (call: Call) => Reply | Promise<Reply>
export type Route = readonly [method: string, pattern: RegExp, handler: Handler]

/** The request's body as JSON. */
export function bodyOf<T>({raw}: Call): T {
  if (raw.length === 0) return {} as T
  try {
    return JSON.parse(raw.toString()) as T
  } catch {
    throw new ApiError(400, 'invalid JSON in the body')
  }
}

export const flag = (query: URLSearchParams, name: string): boolean =>
  ['1', 'true', 'True'].includes(query.get(name) ?? '')

/** The `filters` parameter, in both of its shapes. */
export function filtersOf(query: URLSearchParams): Record<string, string[]> {
  const text = query.get('filters')
  if (!text) return {}
  const filters = JSON.parse(text) as Record<string, string[] | Record<string, boolean>>
  return Object.fromEntries(
    Object.entries(filters).map(([key, value]) => [key, Array.isArray(value) ? value : Object.keys(value)]),
  )
}

export function hasLabels(labels: Record<string, string>, wanted: readonly string[] = []): boolean {
  return wanted.every(label => {
    const at = label.indexOf('=')
    return at === -1 ? label in labels : labels[label.slice(0, at)] === label.slice(at + 1)
  })
}

/** A message in the engine's multiplexed format. */
export function frame(stream: 'stdout' | 'stderr', payload: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream === 'stdout' ? 1 : 2
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

/** Resolves after a time, or at once when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, {once: true})
  })
}

/** Calls back when a signal is aborted, or was. */
export function whenAborted(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, {once: true})
}
