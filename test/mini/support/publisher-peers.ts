import {createServer as createHttps} from 'node:https'
import type {IncomingMessage} from 'node:http'
import type {Server, Socket} from 'node:net'
import {eventReceiver} from '../../../src/mini/events/receiver.js'
import {topicServer} from '../../../src/mini/events/topics.js'
import type {GatewayOperation, PolicyOperation, ApiArtifact} from '../../../src/mini/hub/deployment.js'
import {HUB_STREAM, type HubEvent} from '../../../src/mini/hub/events.js'
import {greetingServer} from '../../../src/mini/server/greeting-server.js'
import {PROTOCOL, type Serve} from '../../../src/mini/wire.js'
import {NODE} from './pki.js'

const PACE = {pingEvery: 200, silence: 2_000}
const ADMIN = `Basic ${Buffer.from('admin:admin').toString('base64')}`
const KEYS = {key: NODE.key, cert: NODE.cert}

const bind = async (server: Server, port: number): Promise<() => Promise<void>> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return () =>
    new Promise(resolve => {
      server.close(() => resolve())
      for (const it of sockets) it.destroy()
    })
}

interface Answered {
  readonly status: number
  readonly body?: unknown
}
type Answer = (method: string, path: string, body: unknown, request: IncomingMessage) => Answered

/** A management port that answers /services/Version and, to the admin account, what `answer` says. */
const management = (port: number, answer: Answer) =>
  bind(
    createHttps(KEYS, (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const path = request.url ?? '/'
        if (path === '/services/Version') return response.end('<return>peer</return>')
        if (request.headers.authorization !== ADMIN) return response.writeHead(401).end()
        const text = Buffer.concat(parts).toString('utf8')
        const {status, body} = answer(request.method ?? 'GET', path, text && JSON.parse(text), request)
        response
          .writeHead(status, {'content-type': 'application/json'})
          .end(body === undefined ? '' : JSON.stringify(body))
      })
    }),
    port,
  )

/** A gateway's management port: keeps what is deployed. */
export class FakeGateway {
  readonly apis = new Map<string, ApiArtifact>()
  readonly operations: string[] = []
  /** The correlation ids of the operations that changed something. */
  readonly correlationIds: (string | undefined)[] = []
  private end: (() => Promise<void>) | undefined

  constructor(readonly port: number) {}

  async start(): Promise<void> {
    this.end = await management(this.port, (_, path, body, request) => {
      if (path !== '/services/APIGatewayAdmin') return {status: 404}
      const operation = body as GatewayOperation
      if (operation.operation === 'list') {
        return {status: 200, body: {apis: [...this.apis.values()].map(({uuid, digest}) => ({uuid, digest}))}}
      }
      this.operations.push(operation.operation)
      this.correlationIds.push(request.headers.activityid as string | undefined)
      if (operation.operation === 'deploy') this.apis.set(operation.api.uuid, operation.api)
      else this.apis.delete(operation.uuid)
      return {status: 200, body: {ok: true}}
    })
  }

  async stop(): Promise<void> {
    await this.end?.()
    this.end = undefined
  }
}

/** A traffic manager: keeps pushed policies and what came over 9611. */
export class FakeTrafficManager {
  readonly pushed: PolicyOperation[] = []
  readonly events: HubEvent[] = []
  private ends: (() => Promise<void>)[] = []

  constructor(private readonly portOf: (table: number) => number) {}

  async startHub(): Promise<void> {
    const log = () => undefined
    const authenticate = (it: {username: string; password: string}) =>
      Promise.resolve(it.username === 'admin' && it.password === 'admin')
    const receiver = eventReceiver({
      authenticate,
      accept: events => {
        for (const {stream, event} of events) if (stream === HUB_STREAM) this.events.push(event as HubEvent)
        return Promise.resolve()
      },
      log,
    })
    const topics = topicServer(authenticate, () => undefined, log)
    const greet = (table: number, service: string, serve: Serve, tls = false) =>
      bind(
        greetingServer(
          port => ({protocol: PROTOCOL, component: 'traffic-manager', node: 'traffic-manager-1', port, service}),
          PACE,
          tls ? KEYS : undefined,
          serve,
        ),
        this.portOf(table),
      )
    this.ends.push(
      await greet(9611, 'throttling-events', receiver.events),
      await greet(9711, 'throttling-events-auth', receiver.login, true),
      await greet(5672, 'event-hub', topics.serve),
    )
  }

  async startManagement(): Promise<void> {
    this.ends.push(
      await management(this.portOf(9443), (_, path, body) => {
        if (path !== '/services/EventProcessorAdminService') return {status: 404}
        this.pushed.push(body as PolicyOperation)
        return {status: 200, body: {ok: true}}
      }),
    )
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) await end()
  }

  /** What was said on a topic. */
  on(topic: string): readonly unknown[] {
    return this.events.filter(it => it.topic === topic).map(it => it.payload)
  }
}

/** A key manager's scope management. */
export class FakeKeyManager {
  readonly scopes = new Map<string, Record<string, unknown>>()
  private end: (() => Promise<void>) | undefined

  constructor(private readonly port: number) {}

  async start(): Promise<void> {
    const base = '/api/identity/oauth2/v1.0/scopes'
    this.end = await management(this.port, (method, path, body) => {
      const scope = body as Record<string, unknown>
      if (path === base && method === 'POST') {
        if (this.scopes.has(String(scope.name))) return {status: 409}
        this.scopes.set(String(scope.name), scope)
        return {status: 201, body: scope}
      }
      const name = decodeURIComponent(path.slice(`${base}/name/`.length))
      const found = this.scopes.get(name)
      if (!path.startsWith(`${base}/name/`) || !found) return {status: 404}
      if (method === 'PUT') this.scopes.set(name, {...scope, name})
      if (method === 'DELETE') this.scopes.delete(name)
      return {status: method === 'DELETE' ? 204 : 200, body: this.scopes.get(name)}
    })
  }

  async stop(): Promise<void> {
    await this.end?.()
    this.end = undefined
  }
}
