import {randomUUID} from 'node:crypto'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocketServer} from 'ws'
import {z} from 'zod'
import {error, type Answer} from './answer.js'
import {Catalog} from './catalog.js'

/** What a version of the REST APIs has of its own. */
export interface Dialect {
  readonly publisher: string
  readonly devportal: string
  readonly admin: string
  /** The version of the service catalog's path; absent: there is none. */
  readonly catalog?: 0 | 1
  /** Block conditions: of all, and before the id of one. */
  readonly conditions: readonly [string, string]
  /** The environment and the virtual host that revisions are deployed to; absent: APIs name environments. */
  readonly revisions?: {readonly name: string; readonly vhost: string}
  /** A WebSocket API's endpoint and policy. */
  readonly webSocket: readonly ['http' | 'ws', string]
  /** Of a key of an API: whether it has a name. */
  readonly apiKeys?: 'named' | 'unnamed'
}

export const V3_2: Dialect = {
  publisher: '/api/am/publisher/v1',
  devportal: '/api/am/store/v1',
  admin: '/api/am/admin/v1',
  conditions: ['/throttling/blacklist', '/throttling/blacklist/'],
  webSocket: ['http', 'Unlimited'],
  apiKeys: 'unnamed',
}

interface Versions {
  readonly publisher: number
  readonly devportal: number
  readonly admin: number
  readonly catalog?: 0 | 1
  readonly apiKeys?: Dialect['apiKeys']
}

/** publisher-api.yaml, devportal-api.yaml and admin-api.yaml of carbon-apimgt 9.0.174 to 9.33.89. */
const v4 = ({publisher, devportal, admin, catalog = 1, apiKeys = 'unnamed'}: Versions): Dialect => ({
  publisher: `/api/am/publisher/v${publisher}`,
  devportal: `/api/am/devportal/v${devportal}`,
  admin: `/api/am/admin/v${admin}`,
  catalog,
  conditions: ['/throttling/deny-policies', '/throttling/deny-policy/'],
  revisions: {name: 'Default', vhost: 'gateway.apim.localhost'},
  webSocket: ['ws', 'AsyncUnlimited'],
  apiKeys,
})

const LATEST: Versions = {publisher: 4, devportal: 3, admin: 4}

/** By release. */
export const DIALECTS_4X: Readonly<Record<string, Dialect>> = {
  '4.0.0': v4({publisher: 2, devportal: 2, admin: 2, catalog: 0}),
  '4.1.0': v4({publisher: 3, devportal: 2, admin: 3}),
  ...Object.fromEntries(['4.2.0', '4.3.0', '4.4.0', '4.5.0', '4.6.0'].map(name => [name, v4(LATEST)])),
  '4.7.0': v4({...LATEST, apiKeys: 'named'}),
}

/** As many of an API as the product keeps: APIProviderImpl.java of carbon-apimgt 9.28.116, getMaxRevisionCount. */
const MOST_REVISIONS = 5

/** Payloads as 3.2.0 takes them, and nothing else: publisher-api.yaml, store-api.yaml and admin-api.yaml of carbon-apimgt v6.7.206. */
const endpointsOf = (type: 'http' | 'ws') =>
  z.strictObject({
    endpoint_type: z.literal(type),
    production_endpoints: z.strictObject({url: z.url()}),
    sandbox_endpoints: z.strictObject({url: z.url()}),
  })
const apiBase = {
  name: z.string().regex(/^\w+$/),
  context: z.string().startsWith('/'),
  version: z.string(),
  visibility: z.literal('PUBLIC'),
  gatewayEnvironments: z.array(z.string()).min(1),
}
const httpApi = z.strictObject({
  ...apiBase,
  policies: z.array(z.literal('Unlimited')),
  endpointConfig: endpointsOf('http'),
  transport: z.array(z.enum(['http', 'https'])),
  scopes: z
    .array(
      z.strictObject({
        scope: z.strictObject({
          name: z.string(),
          displayName: z.string(),
          description: z.string(),
          bindings: z.array(z.string()),
        }),
      }),
    )
    .optional(),
  operations: z
    .array(
      z.strictObject({
        target: z.string(),
        verb: z.literal('GET'),
        authType: z.string(),
        throttlingPolicy: z.string(),
        scopes: z.array(z.string()),
      }),
    )
    .min(1),
})
const told = {id: z.string(), lifeCycleStatus: z.string()}
const schemes = z.tuple([z.literal('oauth2'), z.literal('api_key'), z.literal('oauth_basic_auth_api_key_mandatory')])
/** The bodies of APIs of a version. */
function apisOf({revisions, apiKeys, webSocket: [type, webSocketPolicy]}: Dialect) {
  const own = {
    ...httpApi.shape,
    ...(apiKeys && {securityScheme: schemes.optional()}),
    ...(revisions && {gatewayEnvironments: z.undefined().optional()}),
  }
  const webSocketApi = z.strictObject({
    ...apiBase,
    ...(revisions && {gatewayEnvironments: z.undefined().optional()}),
    policies: z.array(z.literal(webSocketPolicy)),
    endpointConfig: endpointsOf(type),
    type: z.literal('WS'),
  })
  return {http: z.strictObject(own), webSocket: webSocketApi}
}
/** An API of a service: its endpoints and resources are the service's. */
const serviceApi = z.strictObject({
  name: z.string().regex(/^\w+$/),
  context: z.string().startsWith('/'),
  version: z.string(),
  policies: z.array(z.literal('Unlimited')),
})
const revisionBody = z.strictObject({description: z.string()})
const deployment = z
  .array(z.strictObject({name: z.string(), vhost: z.string(), displayOnDevportal: z.literal(true)}))
  .min(1)
const documentBody = z.strictObject({
  name: z.string(),
  type: z.literal('HOWTO'),
  summary: z.string(),
  sourceType: z.literal('MARKDOWN'),
  visibility: z.literal('API_LEVEL'),
})
const commentBody = z.strictObject({content: z.string().max(512)})
const ratingBody = z.strictObject({rating: z.int().min(0).max(5)})
const apiKeyBody = {validityPeriod: z.number().int(), additionalProperties: z.strictObject({})}
const application = z.strictObject({
  name: z.string(),
  description: z.string(),
  throttlingPolicy: z.string(),
  tokenType: z.enum(['JWT', 'OAUTH']),
})
const keyRequest = z.strictObject({
  keyType: z.literal('PRODUCTION'),
  grantTypesToBeSupported: z.array(z.string()),
  validityTime: z.string(),
})
const subscription = z.strictObject({
  apiId: z.string(),
  applicationId: z.string(),
  throttlingPolicy: z.string(),
})
const policy = z.strictObject({
  policyName: z.string(),
  displayName: z.string(),
  description: z.string(),
  defaultLimit: z.strictObject({
    type: z.literal('REQUESTCOUNTLIMIT'),
    requestCount: z.strictObject({
      timeUnit: z.literal('min'),
      unitTime: z.literal(1),
      requestCount: z.number().int(),
    }),
  }),
  conditionalGroups: z.array(z.never()).optional(),
})
const condition = z.strictObject({
  conditionType: z.literal('API'),
  conditionValue: z.string(),
  conditionStatus: z.literal(true),
})
const registration = z.strictObject({
  callbackUrl: z.string(),
  clientName: z.string(),
  owner: z.literal('admin'),
  grantType: z.string(),
  saasApp: z.literal(true),
})

interface Api {
  id: string
  lifeCycleStatus: string
  body: ApiBody
  readonly revisions: Map<string, ApiBody>
  /** Texts of documents, by their ids. */
  readonly documents: Map<string, string>
  readonly comments: string[]
  rating?: number
  /** The key of the service that it was made of. */
  serviceKey?: string
  /** What gateways have of it, by the id of a revision. */
  deployed?: string
}
type ApiBody = Pick<z.infer<typeof httpApi>, 'name' | 'context' | 'version' | 'endpointConfig'> & {
  readonly policies: readonly string[]
  readonly operations?: z.infer<typeof httpApi>['operations']
  readonly securityScheme?: readonly string[] | undefined
}
interface Application {
  id: string
  body: z.infer<typeof application>
  keys?: {id: string; secret: string}
}
interface Token {
  client: string
  scopes: readonly string[]
}
const refusal = (status: number, code: number): Answer => ({
  status,
  body: {fault: {code, type: 'Status report', message: 'refused', description: 'by the double'}},
})

export interface Break {
  /** `POST publisher /api/am/publisher/v1/apis`, with the body after it. */
  readonly when: RegExp
  readonly answer: Answer
}

/** Milliseconds that a throttling window takes here, and that news need to get to a gateway. */
export const WINDOW_MS = 300
const LATE_MS = 60

/** The REST APIs of a version (3.2.0's, where none is named), gateway and store queries in one server, which a call's Host header tells apart. */
export class Product {
  readonly apis = new Map<string, Api>()
  readonly applications = new Map<string, Application>()
  readonly subscriptions = new Map<string, z.infer<typeof subscription> & {at: number}>()
  readonly policies = new Map<string, {level: string; body: z.infer<typeof policy>}>()
  readonly conditions = new Map<string, string>()
  readonly tokens = new Map<string, Token>()
  readonly correlationIds: string[] = []
  readonly breaks: Break[] = []
  /** Hears of each call before it is answered. */
  onCall: (line: string) => void = () => undefined
  #client: {id: string; secret: string} | undefined
  #windows = new Map<string, {count: number; refused?: number}>()
  #refused = 0
  #answered = 0
  #port = 0
  #close = () => Promise.resolve()

  readonly apiKeys = new Map<string, string>()
  readonly catalog: Catalog

  private constructor(readonly dialect: Dialect) {
    this.catalog = new Catalog(dialect.catalog ?? 1, key =>
      [...this.apis.values()].filter(it => it.serviceKey === key).map(({id, body}) => ({id, name: body.name})),
    )
  }

  static async start(dialect: Dialect = V3_2, {host = '127.0.0.1', port = 0} = {}): Promise<Product> {
    const product = new Product(dialect)
    const server = createServer((request, response) => {
      void product.#serve(request).then(({status, body}) => {
        response.statusCode = status
        response.setHeader('content-type', 'application/json')
        response.end(body === undefined ? undefined : JSON.stringify(body))
      })
    })
    const sockets = new WebSocketServer({
      server,
      verifyClient: ({req}: {req: IncomingMessage}, done: (ok: boolean, status?: number) => void) => {
        const {status} = product.#gateway(req, true)
        done(status === 200, status)
      },
    })
    sockets.on('connection', socket => socket.on('message', (data, binary) => socket.send(data, {binary})))
    await new Promise<void>(resolve => server.listen(port, host, resolve))
    product.#port = (server.address() as AddressInfo).port
    product.#close = () =>
      new Promise(resolve => {
        sockets.close()
        server.closeAllConnections()
        server.close(() => resolve())
      })
    return product
  }

  get port(): number {
    return this.#port
  }

  close(): Promise<void> {
    return this.#close()
  }

  /** What a walk has made and not removed. */
  get remains(): readonly string[] {
    return [
      ...[...this.apis.values()].map(({body}) => `API ${body.name}`),
      ...[...this.applications.values()].map(({body}) => `application ${body.name}`),
      ...[...this.subscriptions.keys()].map(() => 'subscription'),
      ...[...this.policies.values()].map(({body}) => `policy ${body.policyName}`),
      ...[...this.conditions.values()].map(value => `condition ${value}`),
      ...this.catalog.remains,
    ]
  }

  async #serve(request: IncomingMessage): Promise<Answer> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const id = request.headers['activityid']
    if (typeof id !== 'string') return error(400, 'no correlation id')
    this.correlationIds.push(id)
    const [component = ''] = (request.headers.host ?? '').split(':')
    const line = `${request.method} ${component} ${request.url} ${(request.headers.authorization ?? request.headers.apikey) ? 'with' : 'without'} ${text}`
    this.onCall(line)
    const broken = this.breaks.find(({when}) => when.test(line))
    if (broken) return broken.answer
    try {
      return this.#route(request, component, text)
    } catch (caught) {
      if (caught instanceof z.ZodError) return error(400, z.prettifyError(caught))
      throw caught
    }
  }

  #route(request: IncomingMessage, component: string, text: string): Answer {
    const {method = '', url = '', headers} = request
    const [path = '', query = ''] = url.split('?')
    const json = () => JSON.parse(text) as unknown
    const route = `${method} ${path}`
    if (component === 'gateway') return this.#gateway(request, false)
    if (component === 'analytics-worker') return this.#store(json() as {appName: string; query: string}, headers)
    if (route === 'POST /client-registration/v0.17/register') return this.#register(json(), headers)
    if (route === 'POST /oauth2/token') return this.#token(new URLSearchParams(text), headers)
    if (route === 'POST /oauth2/revoke') return this.#revoke(new URLSearchParams(text))
    const token = this.tokens.get((headers.authorization ?? '').replace('Bearer ', ''))
    if (token?.client !== this.#client?.id) return error(401, 'not the token of the REST APIs')
    const bases: readonly (readonly [string, string, (rest: string) => Answer])[] = [
      ['publisher', this.dialect.publisher, rest => this.#publisher(method, rest, query, json, text)],
      ['publisher', this.dialect.admin, rest => this.#admin(method, rest, json)],
      ['devportal', this.dialect.devportal, rest => this.#devportal(method, rest, json)],
      [
        'publisher',
        this.dialect.catalog === undefined ? '/none' : `/api/am/service-catalog/v${this.dialect.catalog}`,
        rest =>
          this.catalog.answer(
            {method, path: rest, query: new URLSearchParams(query), headers, text},
            token?.scopes ?? [],
          ),
      ],
    ]
    const base = bases.find(([server, start]) => server === component && path.startsWith(`${start}/`))
    return base ? base[2](path.slice(base[1].length)) : error(404, `${component} has no ${route}`)
  }

  #register(body: unknown, {authorization}: IncomingMessage['headers']): Answer {
    if (authorization !== `Basic ${Buffer.from('admin:admin').toString('base64')}`) return error(401, 'who are you?')
    registration.parse(body)
    this.#client ??= {id: randomUUID(), secret: `secret-${randomUUID()}`}
    return {status: 200, body: {clientId: this.#client.id, clientSecret: this.#client.secret}}
  }

  #token(form: URLSearchParams, {authorization = ''}: IncomingMessage['headers']): Answer {
    const [id, secret] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')
    const clients = [this.#client, ...[...this.applications.values()].map(({keys}) => keys)]
    if (!clients.some(client => client?.id === id && client?.secret === secret))
      return {status: 401, body: {error: 'invalid_client', error_description: 'unknown client'}}
    const byPassword = form.get('grant_type') === 'password'
    if (byPassword && (form.get('username') !== 'admin' || form.get('password') !== 'admin'))
      return {status: 400, body: {error: 'invalid_grant'}}
    const token = `token-${randomUUID()}`
    this.tokens.set(token, {client: id!, scopes: (form.get('scope') ?? '').split(' ')})
    return {status: 200, body: {access_token: token, token_type: 'Bearer', expires_in: 3600}}
  }

  #revoke(form: URLSearchParams): Answer {
    const token = form.get('token') ?? ''
    setTimeout(() => this.tokens.delete(token), LATE_MS)
    return {status: 200}
  }

  #publisher(method: string, path: string, query: string, json: () => unknown, text: string): Answer {
    const list = {list: [...this.apis.values()].map(({id, body}) => ({id, name: body.name}))}
    if (method === 'GET' && path === '/apis') return {status: 200, body: list}
    if (method === 'POST' && path === '/apis') {
      const given = json() as {type?: string}
      const {http, webSocket} = apisOf(this.dialect)
      const body = (given.type === 'WS' ? webSocket.parse(given) : http.parse(given)) as ApiBody
      const id = randomUUID()
      this.#add(id, body)
      return {status: 201, body: {...body, id, lifeCycleStatus: 'CREATED'}}
    }
    if (method === 'POST' && path === '/apis/import-service' && this.dialect.catalog !== undefined) {
      const service = this.catalog.byKey(new URLSearchParams(query).get('serviceKey') ?? '')
      const given = serviceApi.parse(json())
      if (!service) return error(404, 'no such service')
      const {serviceUrl, serviceKey} = service
      const id = randomUUID()
      const endpoint = {url: serviceUrl}
      const endpointConfig = {
        endpoint_type: 'http',
        production_endpoints: endpoint,
        sandbox_endpoints: endpoint,
      } as const
      const body = {...given, endpointConfig}
      this.#add(id, body, serviceKey)
      return {status: 201, body: {...body, id, lifeCycleStatus: 'CREATED'}}
    }
    if (method === 'POST' && path === '/apis/copy-api') {
      const asked = new URLSearchParams(query)
      const from = this.apis.get(asked.get('apiId') ?? '')
      const version = asked.get('newVersion') ?? ''
      if (!from) return error(404, 'no such API')
      if (from.body.version === version || asked.get('defaultVersion') !== 'false') return error(400, 'no new version')
      const id = randomUUID()
      const body = {...from.body, version}
      this.#add(id, body)
      return {status: 201, body: {...body, id, lifeCycleStatus: 'CREATED'}}
    }
    if (method === 'POST' && path === '/apis/change-lifecycle') {
      const api = this.apis.get(new URLSearchParams(query).get('apiId') ?? '')
      if (!api || !query.endsWith('&action=Publish')) return error(404, 'no such API or action')
      api.lifeCycleStatus = 'PUBLISHED'
      return {status: 200, body: {workflowStatus: 'APPROVED'}}
    }
    const [, , apiId = '', action] = path.split('/')
    const api = this.apis.get(apiId)
    if (!api) return error(404, `no ${path}`)
    if (action === 'documents' && method === 'POST') return this.#document(api, path, json, text)
    if (action !== undefined) return this.#revise(api, `${method} ${action}`, query, json)
    if (method === 'DELETE') {
      if ([...this.subscriptions.values()].some(({apiId}) => apiId === api.id)) return error(409, 'it has subscribers')
      this.apis.delete(api.id)
      return {status: 200}
    }
    // The strict one first; then without what only the product sets.
    if (method === 'PUT') {
      const {http} = apisOf(this.dialect)
      api.body = z.object(http.shape).parse(http.extend(told).parse(json())) as ApiBody
    }
    return {status: 200, body: {...api.body, id: api.id, lifeCycleStatus: api.lifeCycleStatus}}
  }

  #add(id: string, body: ApiBody, serviceKey?: string): void {
    const empty = {revisions: new Map(), documents: new Map(), comments: []}
    this.apis.set(id, {id, lifeCycleStatus: 'CREATED', body, ...empty, ...(serviceKey !== undefined && {serviceKey})})
  }

  /** Adds a document, or its text: a form with one field. */
  #document({documents}: Api, path: string, json: () => unknown, text: string): Answer {
    const [, , , , documentId, content] = path.split('/')
    if (documentId === undefined) {
      const id = randomUUID()
      documents.set(id, '')
      return {status: 201, body: {...documentBody.parse(json()), documentId: id}}
    }
    const [, inline] = /name="inlineContent"\r\n\r\n([^]*?)\r\n--/.exec(text) ?? []
    if (content !== 'content' || !documents.has(documentId)) return error(404, `no ${path}`)
    if (inline === undefined) return error(400, 'no inlineContent')
    documents.set(documentId, inline)
    return {status: 201, body: {documentId}}
  }

  /** What users do with an API in the portal. */
  #opinions(api: Api, method: string, path: string, json: () => unknown): Answer {
    const [, , , kind, documentId = ''] = path.split('/')
    if (kind === 'documents' && method === 'GET' && path.endsWith('/content')) {
      const text = api.documents.get(documentId)
      return text ? {status: 200, body: text} : error(404, 'no such document')
    }
    if (kind === 'comments' && method === 'POST') {
      const {content} = commentBody.parse(json())
      api.comments.push(content)
      return {status: 201, body: {id: randomUUID(), content}}
    }
    if (kind === 'comments') return {status: 200, body: {list: api.comments.map(content => ({content}))}}
    if (kind === 'user-rating' && method === 'PUT') {
      api.rating = ratingBody.parse(json()).rating
      return {status: 200, body: {rating: api.rating}}
    }
    if (kind === 'ratings') return {status: 200, body: {avgRating: (api.rating ?? 0).toFixed(1), list: []}}
    return error(404, `no ${method} ${path}`)
  }

  /** What a release with revisions does with one. */
  #revise(api: Api, action: string, query: string, json: () => unknown): Answer {
    const {revisions} = this.dialect
    if (!revisions) return error(404, `no ${action}`)
    if (action === 'POST revisions') {
      revisionBody.parse(json())
      if (api.revisions.size === MOST_REVISIONS) return error(400, 'too many revisions')
      const id = randomUUID()
      api.revisions.set(id, api.body)
      return {status: 201, body: {id}}
    }
    const revision = new URLSearchParams(query).get('revisionId') ?? ''
    const [place, ...others] = deployment.parse(json())
    if (!api.revisions.has(revision) || others.length > 0) return error(404, 'no such revision or environment')
    if (place?.name !== revisions.name || place.vhost !== revisions.vhost)
      return error(400, 'Invalid virtual host name')
    if (action === 'POST deploy-revision') setTimeout(() => (api.deployed = revision), LATE_MS)
    else if (action === 'POST undeploy-revision') setTimeout(() => delete api.deployed, LATE_MS)
    else return error(404, `no ${action}`)
    return {status: 201, body: []}
  }

  #admin(method: string, path: string, json: () => unknown): Answer {
    const [, level = ''] = /^\/throttling\/policies\/(advanced|application)/.exec(path) ?? []
    const id = path.split('/').at(-1)!
    if (method === 'GET' && level)
      return {
        status: 200,
        body: {
          list: [...this.policies]
            .filter(([, own]) => own.level === level)
            .map(([policyId, {body}]) => ({policyId, policyName: body.policyName})),
        },
      }
    if (method === 'POST' && level) {
      const body = policy.parse(json())
      const policyId = randomUUID()
      this.policies.set(policyId, {level, body})
      return {status: 201, body: {...body, policyId}}
    }
    if (method === 'DELETE' && level) {
      const name = this.policies.get(id)?.body.policyName
      const used =
        [...this.applications.values()].some(({body}) => body.throttlingPolicy === name) ||
        [...this.apis.values()].some(({body}) =>
          body.operations?.some(({throttlingPolicy}) => throttlingPolicy === name),
        )
      if (used) return error(500, 'Policy is attached')
      return {status: this.policies.delete(id) ? 200 : 404}
    }
    const [all, one] = this.dialect.conditions
    if (path === all && method === 'GET')
      return {
        status: 200,
        body: {list: [...this.conditions].map(([conditionId, conditionValue]) => ({conditionId, conditionValue}))},
      }
    if (path === all && method === 'POST') {
      const {conditionValue} = condition.parse(json())
      if (![...this.apis.values()].some(({body}) => `${body.context}/${body.version}` === conditionValue))
        return error(500, 'Invalid API Context')
      const conditionId = randomUUID()
      this.conditions.set(conditionId, conditionValue)
      return {status: 201, body: {conditionId}}
    }
    if (path.startsWith(one) && method === 'DELETE') return {status: this.conditions.delete(id) ? 200 : 404}
    return error(404, `no ${method} ${path}`)
  }

  #devportal(method: string, path: string, json: () => unknown): Answer {
    const [, kind = '', id = '', action = ''] = path.split('/')
    if (kind === 'apis') {
      const api = this.apis.get(id)
      if (api?.lifeCycleStatus === 'PUBLISHED' && action !== '') return this.#opinions(api, method, path, json)
      return api?.lifeCycleStatus === 'PUBLISHED'
        ? {status: 200, body: {id, name: api.body.name}}
        : error(404, 'not published')
    }
    if (kind === 'applications' && action === 'generate-keys') {
      keyRequest.parse(json())
      const owner = this.applications.get(id)
      if (!owner) return error(404, 'no such application')
      owner.keys = {id: randomUUID(), secret: `secret-${randomUUID()}`}
      return {status: 200, body: {consumerKey: owner.keys.id, consumerSecret: owner.keys.secret}}
    }
    if (kind === 'applications' && action === 'api-keys' && this.dialect.apiKeys) {
      const name = this.dialect.apiKeys === 'named' && {keyName: z.string()}
      z.strictObject({...apiKeyBody, ...name}).parse(json())
      if (!path.endsWith('/api-keys/PRODUCTION/generate') || !this.applications.has(id)) return error(404, `no ${path}`)
      const apikey = `key-${randomUUID()}`
      this.apiKeys.set(apikey, id)
      return {status: 200, body: {apikey, validityTime: 3600}}
    }
    if (path === '/applications' && method === 'GET')
      return {
        status: 200,
        body: {
          list: [...this.applications.values()].map(({id: applicationId, body}) => ({applicationId, name: body.name})),
        },
      }
    if (path === '/applications' && method === 'POST') {
      const body = application.parse(json())
      const applicationId = randomUUID()
      this.applications.set(applicationId, {id: applicationId, body})
      return {status: 201, body: {applicationId, ...body}}
    }
    if (kind === 'applications' && method === 'DELETE') {
      for (const [key, {applicationId}] of this.subscriptions) if (applicationId === id) this.subscriptions.delete(key)
      return {status: this.applications.delete(id) ? 200 : 404}
    }
    if (path === '/subscriptions' && method === 'POST') {
      const body = subscription.parse(json())
      if (this.apis.get(body.apiId)?.lifeCycleStatus !== 'PUBLISHED') return error(403, 'not published')
      if (!this.applications.has(body.applicationId)) return error(404, 'no such application')
      if (!this.apis.get(body.apiId)?.body.policies.includes(body.throttlingPolicy)) return error(403, 'not its policy')
      const subscriptionId = randomUUID()
      this.subscriptions.set(subscriptionId, {...body, at: Date.now()})
      return {status: 201, body: {subscriptionId}}
    }
    if (kind === 'subscriptions' && method === 'DELETE') return {status: this.subscriptions.delete(id) ? 200 : 404}
    return error(404, `no ${method} ${path}`)
  }

  /**
   * One more call for a key; whether it is over the limit. A window ends some time after its first refusal, however long the calls
   * before took; without an end it lasts.
   */
  #throttled(key: string, name: string, {ends}: {ends: boolean}): boolean {
    const limit = [...this.policies.values()].find(({body}) => body.policyName === name)?.body
    if (!limit) return false
    const window = this.#windows.get(key) ?? {count: 0}
    this.#windows.set(key, window)
    if (window.refused !== undefined && ends && Date.now() - window.refused > WINDOW_MS) {
      this.#windows.delete(key)
      return false
    }
    window.count++
    if (window.count <= limit.defaultLimit.requestCount.requestCount) return false
    window.refused ??= Date.now()
    return true
  }

  #gateway({url = '', headers}: IncomingMessage, webSocket: boolean): Answer {
    const [path = ''] = url.split('?')
    const api = [...this.apis.values()].find(({body}) => {
      const base = `${body.context}/${body.version}`
      return path === base || path.startsWith(`${base}/`)
    })
    const body = this.dialect.revisions ? api?.revisions.get(api.deployed ?? '') : api?.body
    if (!api || !body || api.lifeCycleStatus !== 'PUBLISHED') return error(404, 'no such API')
    const {authorization, apikey} = headers
    if (authorization === undefined && apikey === undefined) return refusal(401, 900902)
    const token = this.tokens.get((authorization ?? '').replace('Bearer ', ''))
    const byKey = body.securityScheme?.includes('api_key') ? this.apiKeys.get(String(apikey)) : undefined
    if (!token && byKey === undefined) return refusal(401, 900901)
    const caller = [...this.applications.values()].find(
      ({id, keys}) => id === byKey || (keys && keys.id === token?.client),
    )
    const subscribed = [...this.subscriptions.values()].find(
      ({apiId, applicationId}) => apiId === api.id && applicationId === caller?.id,
    )
    if (!caller || !subscribed || Date.now() - subscribed.at < LATE_MS) return refusal(403, 900908)
    const base = `${body.context}/${body.version}`
    if ([...this.conditions.values()].includes(base)) return refusal(403, 900805)
    if (webSocket) return {status: 200}
    const resource = path.slice(base.length)
    const operation = body.operations?.find(({target}) => target === resource)
    if (!operation) return error(404, 'no such resource')
    if (operation.scopes.some(scope => !token?.scopes.includes(scope))) return refusal(403, 900910)
    if (this.#throttled(caller.id, caller.body.throttlingPolicy, {ends: false})) {
      this.#refused++
      return refusal(429, 900803)
    }
    if (this.#throttled(resource, operation.throttlingPolicy, {ends: true})) return refusal(429, 900802)
    this.#answered++
    return {status: 200, body: {method: 'GET', path: resource, at: body.endpointConfig.production_endpoints.url}}
  }

  #store({appName, query}: {appName: string; query: string}, {authorization = ''}: IncomingMessage['headers']): Answer {
    if (!authorization.startsWith('Basic ')) return error(401, 'who are you?')
    const [, name = ''] = /on apiName=='(\w+)'/.exec(query) ?? []
    if (
      appName === 'APIM_ACCESS_SUMMARY' &&
      /^from ApiUserPerAppAgg on .* within \d+L, \d+L per 'minutes' /.test(query)
    )
      return {status: 200, body: {records: [[name, this.#answered]]}}
    if (appName === 'APIM_PERSIST_ALERTS' && query.startsWith('from ApimTierLimitHittingAlert on '))
      return {status: 200, body: {records: this.#refused > 10 ? [['admin', 'admin', name]] : []}}
    return error(400, 'no such query')
  }
}
