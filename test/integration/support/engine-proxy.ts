import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, request, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {connect, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Duplex} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import type {Fault} from '../../engine/stub/stub-engine.js'

const ENGINE = '/var/run/docker.sock'
const SLOW_MS = 1000

interface Mishap {
  readonly n: number
  readonly fault?: Fault
  /** Runs when the request has arrived. */
  readonly then?: () => void
}

/** Stands before the real engine, and lets one request go wrong. Faults are those of the stub engine. */
export class EngineProxy {
  /** The requests since the last `begin`, without those that only look whether an engine is there. */
  requests: string[] = []
  #mishap: Mishap | undefined
  readonly #sockets = new Set<Socket>()

  private constructor(
    readonly folder: string,
    readonly server: Server,
  ) {}

  static async start(): Promise<EngineProxy> {
    const proxy = new EngineProxy(await mkdtemp(join(tmpdir(), 'apim-lab-proxy-')), createServer())
    proxy.server.on('request', (incoming, response) => void proxy.#forward(incoming, response))
    proxy.server.on('upgrade', (incoming, socket, head) => void proxy.#takeOver(incoming, socket, head))
    proxy.server.on('connection', socket => {
      proxy.#sockets.add(socket)
      socket.on('close', () => proxy.#sockets.delete(socket))
    })
    await new Promise<void>(resolve => proxy.server.listen(join(proxy.folder, 'docker.sock'), resolve))
    return proxy
  }

  get dockerHost(): string {
    return `unix://${join(this.folder, 'docker.sock')}`
  }

  /** Counts anew, and the n-th request from now on goes wrong. */
  begin(mishap?: Mishap): void {
    this.requests = []
    this.#mishap = mishap
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve))
    // Also those that were taken over, which the server no longer counts as its own: a client that was killed may leave one half open.
    for (const socket of this.#sockets) socket.destroy()
    await closed
    await rm(this.folder, {recursive: true, force: true})
  }

  async #fault({method, url = ''}: IncomingMessage): Promise<Fault | undefined> {
    if (/\/(_ping|version)$/.test(url)) return undefined
    this.requests.push(`${method} ${url.split('?')[0]}`)
    if (this.requests.length !== this.#mishap?.n) return undefined
    const {fault, then} = this.#mishap
    then?.()
    if (fault === 'slow') await delay(SLOW_MS)
    return fault
  }

  async #forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = await this.#fault(incoming)
    const leave = () => response.destroy()
    if (fault === 'hang-up') return void leave()
    if (fault === '500' || fault === '409') return void response.writeHead(Number(fault)).end(REFUSAL)
    const {method, url, headers} = incoming
    // A connection of its own: one that is kept would be another request's when this one's client goes.
    let answered = false
    const onward = request({socketPath: ENGINE, method, path: url, headers, agent: false}, answer => {
      answered = true
      if (fault === 'hang-up-after') return void answer.on('data', () => undefined).on('end', leave)
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      response.flushHeaders()
      if (fault === 'half')
        answer
          .once('data', (chunk: Buffer) => response.write(chunk.subarray(0, chunk.length >> 1), leave))
          .once('end', leave)
      else answer.on('error', leave).pipe(response)
    })
    // An engine that has answered may close before it has read the last of the request: the answer is whole nevertheless.
    onward.on('error', () => {
      if (!answered) leave()
    })
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }

  async #takeOver(incoming: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => undefined)
    const fault = await this.#fault(incoming)
    if (fault === 'hang-up') return void client.destroy()
    if (fault === '500' || fault === '409')
      return void client.end(`HTTP/1.1 ${fault} Refused\r\nContent-Length: ${REFUSAL.length}\r\n\r\n${REFUSAL}`)
    const engine = connect({path: ENGINE, allowHalfOpen: true})
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => other.destroy())
    engine.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headOf(incoming)}\r\n\r\n`)
    engine.write(head)
    client.pipe(engine)
    if (fault === 'hang-up-after') engine.once('data', () => client.destroy())
    else if (fault === 'half')
      engine.once('data', (chunk: Buffer) => client.write(chunk.subarray(0, chunk.length >> 1), () => client.destroy()))
    else engine.pipe(client)
  }
}

const REFUSAL = JSON.stringify({message: 'the proxy refuses on purpose'})

const headOf = ({rawHeaders}: IncomingMessage) =>
  rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : [])).join('\r\n')
