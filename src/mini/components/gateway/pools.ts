import type {ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import type {ConnectionOptions} from 'node:tls'
import {LRUCache} from 'lru-cache'
import type {Dispatcher, Pool as UndiciPool} from 'undici'
import buildConnector from 'undici/lib/core/connect.js'
import Client from 'undici/lib/dispatcher/client.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import {lookup} from '../../../names/lookup.js'
import {backendFault, SILENT} from './backend-fault.js'
import type {Relay} from './relay.js'
import {isIdempotent, type Sending} from './sending.js'

/** Backends whose connections are kept. */
const MOST = 1_000
/** How long a connection is kept that nobody uses, where silence may last for ever. */
const KEPT_MS = 180_000
/** Of the time for silence, how long one is kept that nobody uses: it must be gone before it is taken for silent. */
const UNUSED = 0.9

/** undici reads the reason phrase as UTF-8; it goes on as the bytes that came. */
const asCame = (phrase: string) => (/[^\x20-\x7e]/.test(phrase) ? Buffer.from(phrase).toString('latin1') : phrase)

const texts = (raw: readonly Buffer[]): string[] => raw.map(it => it.toString('latin1'))

/** Errors of connections that had served calls before. */
const ofUsed = new WeakSet<Error>()

/** A kept connection may close just as it is taken: nothing of the call was handled there. */
const wasStale = (error: NodeJS.ErrnoException) =>
  ofUsed.has(error) && /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)/.test(error.code ?? '')

/** One call without a body at its backend. */
class Exchange implements Dispatcher.DispatchHandler {
  private resume = () => undefined as void
  private abort: (() => void) | undefined

  constructor(
    private readonly response: ServerResponse,
    private readonly sending: Sending,
    private readonly relay: Relay,
    private readonly retry: (() => void) | undefined,
  ) {
    response.on('close', this.gone)
  }

  onConnect(abort: () => void): void {
    this.abort = abort
    if (this.response.destroyed) abort()
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, message: string): boolean {
    // 103 and its like are for this connection.
    if (status >= 100 && status < 200) return true
    this.resume = resume
    this.relay.head({status, message: asCame(message), headers: texts(raw)})
    return true
  }

  onData(bytes: Buffer): boolean {
    return this.relay.part(bytes, this.resume)
  }

  onComplete(trailers: readonly unknown[] | null): void {
    this.relay.end(trailers === null ? [] : texts(trailers as readonly Buffer[]))
  }

  onError(error: NodeJS.ErrnoException): void {
    const {response, sending, retry} = this
    response.off('close', this.gone)
    if (this.relay.begun) return void response.destroy()
    if (response.destroyed) return
    const harmless = isIdempotent(sending.method)
    if (retry && harmless && wasStale(error)) return retry()
    sending.failed(backendFault(error), harmless || this.abort === undefined)
  }

  private readonly gone = () => {
    if (!this.response.writableFinished) this.abort?.()
  }
}

/** Sends calls without a body by undici's pools, which take half of the CPU time of Node's own client (npm run bench:gateway). */
export function pools(verification: ConnectionOptions, idle: number) {
  const connector = buildConnector({lookup, family: 4, timeout: idle, ...verification} as Parameters<
    typeof buildConnector
  >[0])
  const connect: ReturnType<typeof buildConnector> = (options, callback) =>
    connector(options, (...result) => {
      const socket: Socket | null = result[1]
      if (socket) {
        const before = socket.bytesRead
        socket.on('error', error => {
          if (socket.bytesRead > before) ofUsed.add(error)
        })
        // The socket's own timer is set anew at no cost; undici's two are made for each call, and are its slowest to collect.
        socket.setTimeout(idle, () => socket.destroy(Object.assign(new Error('the backend is silent'), {code: SILENT})))
      }
      callback(...result)
    })
  const kept = new LRUCache<string, UndiciPool>({max: MOST, dispose: it => void it.close()})
  const poolOf = (origin: string) => {
    const known = kept.get(origin)
    if (known) return known
    const made = new Pool(origin, {connect, keepAliveTimeout: idle * UNUSED || KEPT_MS})
    kept.set(origin, made)
    return made
  }
  const call = (by: Dispatcher, response: ServerResponse, sending: Sending, relay: Relay, retry?: () => void) => {
    const {path, method, headers, timeout = 0} = sending
    by.dispatch(
      {path, method: method as Dispatcher.HttpMethod, headers, headersTimeout: timeout, bodyTimeout: 0},
      new Exchange(response, sending, relay, retry),
    )
  }
  const send = (response: ServerResponse, sending: Sending, relay: Relay): void => {
    const {origin} = sending.target
    call(poolOf(origin), response, sending, relay, () => {
      // The others that are kept may be as stale: it gets one of its own.
      const fresh = new Client(origin, {connect, pipelining: 0})
      call(fresh, response, sending, relay)
      void fresh.close()
    })
  }
  return {
    send,
    close: () => {
      for (const it of kept.values()) void it.destroy()
    },
  }
}
