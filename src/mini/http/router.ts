import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import {reasonOf} from '../failure.js'
import type {Log} from '../log.js'
import {Call, CORRELATION_HEADER} from './call.js'
import {badRequest, Fault, isAway, isUnfit} from './fault.js'
import {isKnown, validatorsOf} from './validators.js'

/** What a handler answers; without a body the answer has none. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** An object is sent as JSON, a string or a Buffer as it is, with `type`. */
  readonly body?: unknown
  readonly type?: string
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** `/api/am/publisher/v1/apis/:apiId`; a last part `*` takes the rest, whatever it is. */
  readonly path: string
  /** `undefined`: the handler has answered itself. */
  readonly handle: (call: Call) => Promise<Answer | undefined> | Answer | undefined
  /** Bytes of the body; one MB without it. */
  readonly bodyLimit?: number
  /** Asked so often that its calls are not logged. */
  readonly quiet?: true
}

/** An API of the product, of which mini has some operations: the others answer 501. */
export interface PartialApi {
  /** `/api/am/publisher/v1`. */
  readonly base: string
  readonly name: string
  /** Paths below the base whose words are operations, not the place of an id: `/apis/export`, `/apis/:apiId/documents/validate`. */
  readonly words?: readonly string[]
}

type Verb = (path: string, handle: Route['handle'], options?: Pick<Route, 'bodyLimit' | 'quiet'>) => Route

const verb =
  (method: Method): Verb =>
  (path, handle, options) => ({method, path, handle, ...options})

/** Routes by their method: `route.get('/health', () => json(health()))`. */
export const route = {
  get: verb('GET'),
  post: verb('POST'),
  put: verb('PUT'),
  patch: verb('PATCH'),
  delete: verb('DELETE'),
}

export const json = (body: unknown, status = 200): Answer => ({status, body})

interface Compiled {
  readonly route: Route
  readonly parts: readonly string[]
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badRequest('The path is not valid percent-encoding')
  }
}

/** Names of parameters are nobody's to know. */
const shapeOf = (path: string) => path.replace(/:\w+/g, ':')

function match({parts}: Pick<Compiled, 'parts'>, path: readonly string[]): Record<string, string> | undefined {
  const open = parts.at(-1) === '*'
  if (open ? path.length < parts.length : path.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of parts.entries()) {
    if (part === '*') params['*'] = path.slice(i).join('/')
    else if (part.startsWith(':')) params[part.slice(1)] = decode(path[i] ?? '')
    else if (part !== path[i]) return undefined
  }
  return params
}

/** Errors of a handler as an answer: a Fault as it says, what is away as 503, anything else, our bug, as 500 with a line in the log. */
function faultOf(error: unknown, log: Log): Fault {
  if (error instanceof Fault) return error
  if (isUnfit(error)) return badRequest('A value is too long, or has characters that the database can not keep')
  if (isAway(error)) {
    log('WARN', 'Http', `a dependency is unreachable: ${reasonOf(error)}`)
    return new Fault(503, 'A database or a peer of this node does not answer; try again', {
      headers: {'retry-after': '5'},
    })
  }
  log('ERROR', 'Http', error instanceof Error ? (error.stack ?? error.message) : String(error))
  return new Fault(500, 'This is an error of the server; its log says more')
}

function write(call: Call, {status, headers = {}, body, type}: Answer, hasValidators = false): void {
  const {response} = call
  if (response.headersSent || response.destroyed) return
  const plain = typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = body === undefined ? undefined : Buffer.from(plain ? body : `${JSON.stringify(body)}\n`)
  response.setHeader(CORRELATION_HEADER, call.correlationId)
  const validators = hasValidators && bytes && status < 300 ? validatorsOf(body, bytes) : {}
  for (const [name, value] of Object.entries(validators)) response.setHeader(name, value)
  const {etag} = validators
  if (etag !== undefined && call.method === 'GET' && isKnown(call.header('if-none-match'), etag)) {
    response.writeHead(304).end()
    return
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string | string[])
  if (bytes) {
    response.setHeader(
      'content-type',
      type ?? (plain ? 'text/plain; charset=UTF-8' : 'application/json; charset=UTF-8'),
    )
  }
  response.writeHead(status, {'content-length': bytes?.length ?? 0})
  response.end(call.method === 'HEAD' ? undefined : bytes)
}

/**
 * Answers the routes; what none takes is 404, 405 or, below an API's base, 501. Every call is a line in the log. A framework would cost more
 * than it saves: of a start's 180 ms of CPU hono with its adapter takes 30 more (they load Node's fetch), fastify 40.
 */
export function router(routes: readonly Route[], apis: readonly PartialApi[], log: Log): RequestListener {
  const words = apis
    .flatMap(({base, words: of = []}) => of.map(it => `${base}${it}`))
    .map(word => ({shape: shapeOf(word), parts: word.split('/')}))
  const compiled = routes.map(route => ({route, parts: route.path.split('/')}))

  const find = (call: Call) => {
    const path = call.path.split('/')
    const method = call.method === 'HEAD' ? 'GET' : call.method
    const word = words.find(it => match(it, path))
    const open = word ? compiled.filter(it => shapeOf(it.route.path) === word.shape) : compiled
    const fitting = open.flatMap(it => {
      const params = match(it, path)
      return params ? [{route: it.route, params}] : []
    })
    const found = fitting.find(({route}) => route.method === method)
    return {found, allowed: fitting.map(({route}) => route.method)}
  }

  const apiOf = ({path}: Call) => apis.find(({base}) => path === base || path.startsWith(`${base}/`))
  const refuse = (call: Call, allowed: readonly string[]): Fault => {
    const shown = call.path.slice(0, 200)
    const api = apiOf(call)
    if (api) return new Fault(501, `mini has no ${call.method} ${shown} of the ${api.name} API`)
    if (allowed.length === 0) return new Fault(404, `mini has nothing at ${shown}`)
    const allow = [...new Set(allowed.flatMap(it => (it === 'GET' ? ['GET', 'HEAD'] : [it])))].join(', ')
    return new Fault(405, `${shown} answers ${allow}`, {headers: {allow}})
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = performance.now()
    const call = new Call(request, response)
    try {
      const {found, allowed} = find(call)
      if (!found) throw refuse(call, allowed)
      call.quiet = found.route.quiet === true
      call.routed(found.params, found.route.bodyLimit)
      const answer = await found.route.handle(call)
      if (answer) write(call, answer, apiOf(call) !== undefined)
    } catch (error) {
      const fault = faultOf(error, (level, source, text) =>
        log(level, source, `${text} ${CORRELATION_HEADER}=${call.correlationId}`),
      )
      write(call, {status: fault.status, body: fault.body(), headers: fault.options.headers ?? {}})
    }
    // A body that nobody reads would hold the connection.
    request.resume()
    if (call.quiet) return
    const ms = Math.round(performance.now() - began)
    const path = call.path.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')
    log(
      'INFO',
      'Http',
      `${call.method} ${path} ${response.statusCode} ${ms} ms ${CORRELATION_HEADER}=${call.correlationId}`,
    )
  }

  return (request, response) => {
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    void serve(request, response)
  }
}
