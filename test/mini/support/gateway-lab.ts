import {createHash, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject} from 'node:crypto'
import {createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http'
import {createServer as createHttps} from 'node:https'
import type {AddressInfo, Server, Socket} from 'node:net'
import {eventReceiver} from '../../../src/mini/events/receiver.js'
import {topicServer} from '../../../src/mini/events/topics.js'
import type {ApiArtifact} from '../../../src/mini/hub/deployment.js'
import type {Topic} from '../../../src/mini/hub/events.js'
import {startNode, type NodeOptions, type RunningNode} from '../../../src/mini/node.js'
import {greetingServer} from '../../../src/mini/server/greeting-server.js'
import {PROTOCOL, type Serve} from '../../../src/mini/wire.js'
import type {AskOptions, Asked} from '../../support/ask.js'
import {askPort} from './cluster.js'
import {common, keyManager as keyManagerAt, localShared, throttling as throttlingAt} from './configs.js'
import {makeHome, type Home} from './home.js'
import {NODE} from './pki.js'
import {makerOf} from './maker-of.js'
import {until} from './until.js'

/** A server on a port of loopback that can be stopped at once and started again on the same port. */
export interface Served {
  readonly port: number
  stop(): Promise<void>
  start(): Promise<void>
}

export const serve = async (make: () => Server): Promise<Served> => {
  let server: Server
  let port = 0
  const sockets = new Set<Socket>()
  const start = async () => {
    server = make()
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  await start()
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return {
    get port() {
      return port
    },
    start,
    stop,
  }
}

export const httpServed = (listener: RequestListener) => serve(() => createHttp(listener))
const httpsServed = (listener: RequestListener) =>
  serve(() => createHttps({key: NODE.key, cert: NODE.cert, ca: []}, listener))

const PACE = {pingEvery: 200, silence: 2_000}
export const wireServed = (component: string, service: string, tls: boolean, of: Serve) =>
  serve(() =>
    greetingServer(
      port => ({protocol: PROTOCOL, component, node: `${component}-1`, port, service}),
      PACE,
      tls ? {key: NODE.key, cert: NODE.cert, ca: []} : undefined,
      of,
    ),
  )

const json = (response: ServerResponse, body: unknown, status = 200) => {
  response.writeHead(status, {'content-type': 'application/json'})
  response.end(JSON.stringify(body))
}

export const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

/** A key pair of the fake key manager. */
export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
  readonly jwk: object
  readonly publicPem: string
}

export const makeKey = (kid: string): SigningKey => {
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048})
  return {
    kid,
    key: privateKey,
    jwk: {...publicKey.export({format: 'jwk'}), kid, use: 'sig', alg: 'RS256'},
    publicPem: createPublicKey(privateKey).export({type: 'spki', format: 'pem'}).toString(),
  }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export const signJwt = (key: SigningKey, claims: object, header: object = {}): string => {
  const text = `${encode({alg: 'RS256', typ: 'at+jwt', kid: key.kid, ...header})}.${encode(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key.key).toString('base64url')}`
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export interface GatewayLab {
  /** What the fake traffic manager answers, by the last part of the path; to be changed at will. */
  readonly lists: Record<string, unknown>
  /** Keys that the fake key manager publishes. */
  readonly keys: SigningKey[]
  readonly issuer: string
  /** Opaque tokens that the fake key manager knows. */
  readonly opaque: Map<string, object>
  readonly introspections: string[]
  readonly tokenCalls: {readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string}[]
  /** How often the JWKS was asked for. */
  jwksCalls(): number
  /** Events that came on 9611, by stream. */
  readonly events: {readonly stream: string; readonly event: Record<string, unknown>}[]
  readonly home: Home
  readonly log: readonly string[]
  readonly trafficManager: readonly Served[]
  readonly keyManager: Served
  say(topic: Topic, payload: object): void
  /** Takes a gateway that runs elsewhere, with these ports, for this lab's. */
  attach(portFor: (table: number) => number): void
  start(options?: Partial<NodeOptions>): Promise<RunningNode>
  node(): RunningNode
  stop(): Promise<void>
  ready(): Promise<void>
  /** One exchange with a port of the gateway. */
  ask(table: number, path: string, options?: AskOptions): Promise<Asked>
  /** Posts an operation to the admin service. */
  deploy(api: Partial<ApiArtifact>): Promise<ApiArtifact>
  /** A JWT of the default application. */
  token(claims?: object, key?: SigningKey, header?: object): string
  close(): Promise<void>
}

const LISTS = {
  apis: [],
  subscriptions: [],
  applications: [
    {
      id: 1,
      uuid: 'app-1',
      name: 'shop',
      subId: 1,
      subName: 'admin',
      policy: 'Unlimited',
      tokenType: 'JWT',
      tenantDomain: 'carbon.super',
    },
  ],
  'application-key-mappings': [
    {applicationId: 1, consumerKey: 'key-1', keyType: 'PRODUCTION', keyManager: 'Resident Key Manager'},
    {applicationId: 1, consumerKey: 'key-2', keyType: 'SANDBOX', keyManager: 'Resident Key Manager'},
  ],
  'application-policies': [],
  'subscription-policies': [],
  'api-policies': [],
  keyTemplates: [],
  revokedjwt: [],
}

export const mapping = (httpMethod: string, urlPattern: string, more: object = {}) => ({
  httpMethod,
  urlPattern,
  authScheme: 'Application & Application User',
  throttlingPolicy: 'Unlimited',
  scopes: [],
  ...more,
})

/** A gateway as a node of its own (`throttlingKeys`: more lines of `[apim.throttling]`), with a fake traffic manager and key manager on real ports that follow the contracts between nodes. */
export const makeGatewayLab = async (config = '', throttlingKeys = ''): Promise<GatewayLab> => {
  const lists: Record<string, unknown> = structuredClone(LISTS)
  const keys = [makeKey('first')]
  const opaque = new Map<string, object>()
  const introspections: string[] = []
  const tokenCalls: {url: string; headers: IncomingMessage['headers']; body: string}[] = []
  const events: {stream: string; event: Record<string, unknown>}[] = []
  const log: string[] = []
  const issuer = 'https://key-manager:9443/oauth2/token'
  let jwksCalls = 0
  const admin = (request: IncomingMessage) =>
    request.headers.authorization === `Basic ${Buffer.from('admin:admin').toString('base64')}`

  const keyManager = await httpsServed((request, response) => {
    const url = request.url ?? ''
    if (url === '/services/Version') return response.end('<return>km</return>')
    if (url === '/oauth2/jwks') {
      jwksCalls++
      return json(response, {keys: keys.map(it => it.jwk)})
    }
    void readAll(request).then(body => {
      if (url === '/oauth2/introspect') {
        const token = new URLSearchParams(body.toString()).get('token') ?? ''
        introspections.push(token)
        return admin(request) ? json(response, opaque.get(token) ?? {active: false}) : json(response, {}, 401)
      }
      tokenCalls.push({url, headers: request.headers, body: body.toString()})
      json(response, {access_token: 'fresh'})
    })
  })
  const at = (path: string) => `https://localhost:${keyManager.port}${path}`
  lists.keymanagers = [
    {
      name: 'Resident Key Manager',
      type: 'default',
      enabled: true,
      tenantDomain: 'carbon.super',
      configuration: {
        issuer,
        token_endpoint: at('/oauth2/token'),
        revoke_endpoint: at('/oauth2/revoke'),
        introspection_endpoint: at('/oauth2/introspect'),
        client_registration_endpoint: at('/keymanager-operations/dcr/register'),
        userinfo_endpoint: at('/oauth2/userinfo'),
        certificate_type: 'JWKS',
        certificate_value: at('/oauth2/jwks'),
        self_validate_jwt: true,
        token_format_string: '^[^.]+$',
      },
    },
  ]
  lists.block = {api: [], application: [], user: [], ip: []}

  const data = await httpsServed((request, response) => {
    const url = request.url ?? ''
    if (url === '/services/Version') return response.end('<return>tm</return>')
    const name = url.replace('/internal/data/v1/', '')
    if (!admin(request) || request.headers.xwso2tenant !== 'ALL') return json(response, {}, 401)
    if (!(name in lists)) return json(response, {}, 404)
    json(response, name === 'block' ? lists[name] : {list: lists[name]})
  })
  const account = ({username, password}: {username: string; password: string}) =>
    Promise.resolve(username === 'admin' && password === 'admin')
  const quiet = () => undefined
  const topics = topicServer(account, quiet, quiet)
  const receiver = eventReceiver({
    authenticate: account,
    accept: batch => {
      for (const {stream, event} of batch) events.push({stream, event: event as Record<string, unknown>})
      return Promise.resolve()
    },
    log: quiet,
  })
  const hub = await wireServed('traffic-manager', 'event-hub', false, topics.serve)
  const throttling = await wireServed('traffic-manager', 'throttling-events', false, receiver.events)
  const throttlingAuth = await wireServed('traffic-manager', 'throttling-events-auth', true, receiver.login)

  const peers = new Map([
    [9443, data],
    [5672, hub],
    [9611, throttling],
    [9711, throttlingAuth],
  ])
  const text =
    common('gateway-worker', 'localhost') +
    (config.includes('[database.shared_db]') ? '' : localShared) +
    keyManagerAt(() => `localhost:${keyManager.port}`) +
    throttlingAt([port => `localhost:${peers.get(port)?.port}`]).replace(
      '[apim.throttling]\n',
      `[apim.throttling]\n${throttlingKeys}`,
    ) +
    config
  const home = makeHome('gateway-worker', text)
  let running: RunningNode | undefined
  const node = () => {
    if (!running) throw new Error('the gateway does not run')
    return running
  }
  const stop = async () => {
    await running?.close()
    running = undefined
  }
  const secured = new Set([8243, 9443, 8099])
  let portFor = (table: number) => node().port(table)
  let apis = 0
  const lab: GatewayLab = {
    lists,
    keys,
    issuer,
    opaque,
    introspections,
    tokenCalls,
    jwksCalls: () => jwksCalls,
    events,
    home,
    log,
    trafficManager: [data, hub, throttling, throttlingAuth],
    keyManager,
    say: (topic, payload) => topics.broadcast({topic, id: randomUUID(), payload}),
    attach: given => (portFor = given),
    node,
    start: async (options = {}) => {
      running = await startNode({
        makerOf,
        role: home.role,
        home: home.path,
        node: 'gateway-1',
        env: {},
        startedAt: new Date(),
        host: '127.0.0.1',
        portFor: () => 0,
        pace: PACE,
        links: {timeout: 2_000, checkEvery: 200},
        log: (level, source, message) => log.push(`${level} ${source} ${message}`),
        ...options,
      })
      return running
    },
    stop,
    ready: async () => {
      await until('the gateway to be ready', () => node().health().ready, 15_000)
    },
    ask: (table, path, options) => askPort(portFor(table), secured.has(table), path, options),
    deploy: async given => {
      const id = ++apis
      const context = given.context ?? `/pizza${id}/1.0.0`
      const api: ApiArtifact = {
        apiId: id,
        uuid: `api-${id}`,
        name: `Pizza${id}`,
        version: '1.0.0',
        context,
        provider: 'admin',
        policy: null,
        apiType: 'HTTP',
        status: 'PUBLISHED',
        isDefaultVersion: false,
        tenantDomain: 'carbon.super',
        urlMappings: ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'].map(verb => mapping(verb, '/*')),
        digest: String(id),
        endpoints: {},
        transport: ['http', 'https'],
        ...given,
      }
      ;(lists.subscriptions as object[]).push({
        subscriptionId: id,
        subscriptionUUID: `sub-${id}`,
        apiId: api.apiId,
        appId: 1,
        policyId: 'Unlimited',
        subscriptionState: 'UNBLOCKED',
      })
      lists.apis = [...(lists.apis as ApiArtifact[]).filter(it => it.uuid !== api.uuid), api]
      const answer = await lab.ask(9443, '/services/APIGatewayAdmin', {
        basic: 'admin:admin',
        json: {operation: 'deploy', api},
      })
      if (answer.status !== 200) throw new Error(`deploy answered ${answer.status}: ${answer.text}`)
      lab.say('notification', {
        eventType: 'SUBSCRIPTIONS_CREATE',
        timestamp: Date.now(),
        tenantDomain: 'carbon.super',
        event: {subscriptionId: id},
      })
      lab.say('notification', {
        eventType: 'API_CREATE',
        timestamp: Date.now(),
        tenantDomain: 'carbon.super',
        event: {apiId: id},
      })
      // An upgrade tells nothing that could be waited for here.
      if (api.apiType === 'WS') return api
      await until(
        `the subscription of ${context}`,
        async () => {
          const {status, body} = await lab.ask(8243, `${context}/probe`, {bearer: lab.token()})
          return status !== 403 && (status !== 404 || (body !== undefined && body.fault === undefined))
        },
        5_000,
      )
      return api
    },
    token: (claims = {}, key = keys[0], header = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const all = {iss: issuer, sub: 'admin@carbon.super', azp: 'key-1', jti: randomUUID(), iat: now, exp: now + 3600}
      return signJwt(key as SigningKey, {...all, ...claims}, header)
    },
    close: async () => {
      await stop()
      for (const it of [keyManager, data, hub, throttling, throttlingAuth]) await it.stop()
      home.remove()
    },
  }
  return lab
}
