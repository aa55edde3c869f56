import {mkdtemp, rm} from 'node:fs/promises'
import {type IncomingMessage, type Server, type ServerResponse, createServer} from 'node:http'
import type {Duplex} from 'node:stream'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {containerRoutes} from './containers.js'
import {imageRoutes} from './images.js'
import {networkAndVolumeRoutes} from './networks.js'
import {API_VERSION, ENGINE_VERSION, systemRoutes} from './system.js'
import {ApiError, type Call, type Reply} from './reply.js'
import {readHead, sendHijacked, sendReply} from './send.js'
import {World, type WorldOptions} from './world.js'

export type {Behaviour, StubProcess} from './model.js'
export type {WorldOptions} from './world.js'

/**
 * What goes wrong with one request. '500', '409' and 'hang-up' happen before the engine acts, 'hang-up-after' and 'half' (of
 * the answer) after it.
 */
export type Fault = '500' | '409' | 'hang-up' | 'hang-up-after' | 'slow' | 'half'
export const FAULTS: readonly Fault[] = ['500', '409', 'hang-up', 'hang-up-after', 'slow', 'half']

export interface JournalEntry {
  readonly n: number
  readonly method: string
  /** Without the version, with the query. */
  readonly path: string
}

export interface Snapshot {
  readonly containers: readonly string[]
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
}

const ROUTES = [...systemRoutes, ...containerRoutes, ...networkAndVolumeRoutes, ...imageRoutes]
const SLOW_MS = 300

/** A Docker engine with a memory but without containers, on a socket of its own. */
export class StubEngine {
  calls: JournalEntry[] = []
  world: World
  private readonly faults = new Map<number, Fault>()
  private readonly hijacked = new Set<Duplex>()
  private readonly callbacks = new Map<number, () => void | Promise<void>>()

  private constructor(
    private readonly options: WorldOptions,
    private readonly folder: string,
    private readonly server: Server,
  ) {
    this.world = new World(options)
  }

  static async start(options: WorldOptions = {}): Promise<StubEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-stub-'))
    const server = createServer({keepAliveTimeout: 60_000})
    const stub = new StubEngine(options, folder, server)
    server.on('request', (request, response) => void stub.answer(request, response))
    server.on(
      'upgrade',
      (request: IncomingMessage, socket: Duplex, head: Buffer) => void stub.upgrade(request, socket, head),
    )
    await new Promise<void>(resolve => server.listen(stub.socket, resolve))
    return stub
  }

  get socket(): string {
    return join(this.folder, 'docker.sock')
  }

  /** For the environment of a child process. */
  get dockerHost(): string {
    return `unix://${this.socket}`
  }

  /** The n-th request from now on goes wrong; counted from 1 since the last reset, without /_ping and /version. */
  failAt(n: number, fault: Fault): void {
    this.faults.set(n, fault)
  }

  /** Runs when the n-th request has arrived, before the engine acts. */
  onCall(n: number, callback: () => void | Promise<void>): void {
    this.callbacks.set(n, callback)
  }

  /** The names of everything that is there, in order, without what every engine has. */
  snapshot(): Snapshot {
    const {containers, networks, volumes} = this.world
    return {
      containers: [...containers.values()].map(({name}) => name).sort(),
      networks: [...networks.values()]
        .filter(({builtIn}) => !builtIn)
        .map(({name}) => name)
        .sort(),
      volumes: [...volumes.keys()].sort(),
    }
  }

  /** Forgets requests and faults, and keeps what the engine has. */
  resetCalls(): void {
    this.calls = []
    this.faults.clear()
    this.callbacks.clear()
  }

  /** How many clients are connected. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  }

  /** A new engine on the same socket. */
  reset(): void {
    this.resetCalls()
    for (const {stop} of this.world.containers.values()) stop?.abort()
    // Connections that were taken over are no longer the server's.
    for (const socket of this.hijacked) socket.destroy()
    this.server.closeAllConnections()
    this.world = new World(this.options)
  }

  async close(): Promise<void> {
    this.reset()
    await new Promise(resolve => this.server.close(resolve))
    await rm(this.folder, {recursive: true, force: true})
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Api-Version', API_VERSION).setHeader('Server', `Docker/${ENGINE_VERSION} (linux)`)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const {reply, fault} = await this.handle(request, Buffer.concat(chunks), false)
    if (reply === undefined) request.socket.destroy()
    else await sendReply(response, reply, fault)
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {})
    this.hijacked.add(socket)
    socket.on('close', () => this.hijacked.delete(socket))
    const {body, rest} = await readHead(request, socket, head)
    const {reply, fault} = await this.handle(request, body, true)
    if (reply === undefined) socket.destroy()
    else sendHijacked(socket, rest, reply, fault)
  }

  /** No reply: the connection ends. */
  private async handle(
    request: IncomingMessage,
    raw: Buffer,
    hijack: boolean,
  ): Promise<{reply?: Reply; fault?: Fault}> {
    const url = new URL(request.url ?? '/', 'http://stub')
    const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '')
    const method = request.method ?? 'GET'
    const fault = await this.count(method, path, url.search)
    if (fault === 'hang-up') return {}
    if (fault === '500' || fault === '409')
      return {reply: failed(Number(fault), `the stub fails on purpose (${fault})`)}
    if (fault === 'slow') await new Promise(resolve => setTimeout(resolve, SLOW_MS))
    const reply = await this.route(method, path, {query: url.searchParams, raw, hijack})
    if (fault === 'hang-up-after') {
      // Streams do their work while they are sent.
      if (reply.kind !== 'body') await reply.run(nobody())
      return {}
    }
    return {reply, ...(fault ? {fault} : {})}
  }

  private async count(method: string, path: string, search: string): Promise<Fault | undefined> {
    if (path === '/_ping' || path === '/version') return undefined
    const n = this.calls.length + 1
    this.calls.push({n, method, path: path + decodeURIComponent(search)})
    await this.callbacks.get(n)?.()
    return this.faults.get(n)
  }

  private async route(method: string, path: string, rest: Pick<Call, 'query' | 'raw' | 'hijack'>): Promise<Reply> {
    try {
      for (const [verb, pattern, handler] of ROUTES) {
        const match = verb === method ? pattern.exec(path) : null
        if (match) return await handler({world: this.world, params: match.slice(1).map(decodeURIComponent), ...rest})
      }
      return failed(404, 'page not found')
    } catch (error) {
      if (error instanceof ApiError) return failed(error.status, error.message)
      return failed(500, `the stub itself failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
}

const failed = (status: number, message: string): Reply => ({kind: 'body', status, body: {message}})

/** A client that has gone. */
const nobody = () => ({closed: AbortSignal.abort(), write: () => {}, onData: () => {}, onEnd: () => {}})
