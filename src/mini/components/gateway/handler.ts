import type {IncomingMessage, ServerResponse} from 'node:http'
import {CORRELATION_HEADER} from '../../http/call.js'
import type {Log} from '../../log.js'
import {sendNoApi} from '../../server/bodies.js'
import type {Admissions, Admit, Pass} from './admission.js'
import {API_KEY, withoutApiKey} from './api-keys.js'
import type {MakeJwt} from './backend-jwt.js'
import {callOf, isOdd, type GatewayCall} from './call.js'
import type {Catalog, Match} from './catalog.js'
import {logInByDigest} from './digest.js'
import {API_BLOCKED, faultBody, isFault, ODD_PATH, statusText, UNCHECKED, type CallFault} from './faults.js'
import {findApi, findResource, type Found} from './find-api.js'
import {admitGraph, preflight} from './graph-calls.js'
import {backendHeaders, codingFault} from './headers.js'
import type {Endpoint} from './endpoint-group.js'
import type {GatewayOptions} from './options.js'
import type {Resource} from './resources.js'
import type {Head} from './relay.js'
import {ResponseCache} from './response-cache.js'
import {backendFault} from './backend-fault.js'
import type {Sender} from './sender.js'
import {pathAt, type Target} from './target.js'
import type {Usage} from './usage.js'
import type {Eventual} from './verified.js'

export interface HandlerParts {
  readonly catalog: Catalog
  readonly admit: Admit
  readonly frame: Admissions['frame']
  readonly isTenant: (path: string) => Eventual<boolean>
  readonly sender: Sender
  readonly usage: Usage
  readonly options: GatewayOptions
  readonly backendJwt: MakeJwt | undefined
  /** Where `/token` and its like are passed on to, by their paths. */
  readonly tokenEndpoints: ReadonlyMap<string, Target>
  readonly log: Log
}

/** Sends a fault of the gateway itself. */
function sendFault(response: ServerResponse, fault: CallFault, added: readonly string[]): void {
  const body = faultBody(fault)
  const own = Object.entries(fault.headers ?? {}).flat()
  const length = ['Content-Type', 'application/json; charset=UTF-8', 'Content-Length', String(Buffer.byteLength(body))]
  // An answer of the backend may have left its phrase.
  response.writeHead(fault.status, statusText(fault.status), [...added, ...own, ...length])
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

const shown = (path: string) => path.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')

/** The line of a call: what came, what was answered, how long it took. */
export const logCall = (log: Log, {method, path, id, began}: GatewayCall, status: number): void =>
  log('INFO', 'Gateway', `${method} ${shown(path)} ${status} ${Date.now() - began} ms ${CORRELATION_HEADER}=${id}`)

/** The headers of an admitted call for its backend. */
export function headersFor(
  call: GatewayCall,
  {entry, grant, endpoint: {target}, login}: Pass,
  {options, backendJwt}: Pick<HandlerParts, 'options' | 'backendJwt'>,
): string[] {
  const jwtHeader = options.backendJwt?.header.toLowerCase()
  const {apiKey} = entry.takes
  const secret = options.keepsAuthorization ? undefined : entry.authorizationHeader
  // A caller must not tell the backend who it is: only the gateway does.
  const headers = backendHeaders(
    call.request,
    target.authority,
    call.tls ? 'https' : 'http',
    name =>
      name === secret ||
      name === jwtHeader ||
      (login !== undefined && name === 'authorization') ||
      (apiKey && name === API_KEY),
  )
  headers.push(CORRELATION_HEADER, call.id)
  if (login && 'basic' in login) headers.push('Authorization', login.basic)
  if (backendJwt && options.backendJwt && grant.application) {
    headers.push(options.backendJwt.header, backendJwt(entry, grant))
  }
  return headers
}

/** Ends the connection of a caller whose body does not come, where no backend waits for it; `idle`: milliseconds, 0: never. */
function awaitBody(request: IncomingMessage, idle: number): void {
  if (request.complete) return
  request.setTimeout(idle, () => request.socket.destroy())
  request.once('end', () => request.setTimeout(0))
}

/** Handles the calls of 8243 and 8280. */
export function makeHandler(parts: HandlerParts) {
  const {catalog, admit, isTenant, sender, usage, tokenEndpoints, options, log} = parts
  const cache = new ResponseCache()

  /** What a call meets that nobody has thought of ends this call, and not the node. */
  const unforeseen = (call: GatewayCall, response: ServerResponse, error: unknown) => {
    log('ERROR', 'Gateway', `${String(error)} ${CORRELATION_HEADER}=${call.id}`)
    if (response.headersSent) response.destroy()
    else if (!response.destroyed) sendFault(response, UNCHECKED, [CORRELATION_HEADER, call.id])
  }

  const forward = (
    call: GatewayCall,
    response: ServerResponse,
    pass: Pass,
    rest: string,
    added: string[],
    body?: Buffer,
  ) => {
    let backendTook = 0
    let fault: CallFault | undefined
    response.on('close', () => {
      const took = Date.now() - call.began
      const bytes = Number(response.getHeader('content-length') ?? 0)
      usage.answered(call, pass, {status: response.statusCode, bytes, took, backendTook, fault})
    })
    const giveUp = (given: CallFault) => {
      fault = given
      sendFault(response, given, added)
    }
    const query = pass.entry.takes.apiKey ? withoutApiKey(call.query) : call.query
    const {method} = call
    const {endpoints} = pass
    const {cacheSeconds = 0, uuid, digest} = pass.entry.api
    const cacheKey = `${uuid} ${digest}`

    const attempt = (now: Pass, tried: readonly Endpoint[]) => {
      const {endpoint} = now
      const {target, timeout} = endpoint
      const path = pathAt(target, rest, query)
      const headers = headersFor(call, now, parts)
      const sent = Date.now()
      const key = cacheSeconds && ResponseCache.keyOf(cacheKey, call.request, path, headers)
      const kept = key ? cache.find(key) : undefined
      if (kept) {
        const own = kept.headers.slice(added.length)
        response.writeHead(kept.status, [...added, ...own, 'Age', String(Math.floor((sent - kept.at) / 1000))])
        return response.end(kept.body)
      }
      const answered = (head: Head, given: readonly string[]) => {
        backendTook = Date.now() - sent
        endpoints.answered(endpoint)
        return key ? cache.keep(key, head, given, cacheSeconds) : undefined
      }
      const failed = (given: CallFault, again: boolean) => {
        endpoints.failed(endpoint, given.code, Date.now())
        const all = [...tried, endpoint]
        const next = again && endpoints.failsOver ? endpoints.pick(Date.now(), all) : undefined
        if (next) attempt({...now, endpoint: next}, all)
        else giveUp(given)
      }
      const send = (more: readonly string[]) =>
        sender.send(call.request, response, {
          target,
          timeout,
          path,
          method,
          body,
          headers: more.length === 0 ? headers : [...headers, ...more],
          added,
          answered,
          failed,
        })
      if (!now.login || !('digest' in now.login)) return send([])
      logInByDigest(sender, {target, method, path, headers}, now.login.digest)
        .then(
          more => {
            if (!response.destroyed) send(more)
          },
          (error: unknown) => failed(backendFault(error as NodeJS.ErrnoException), true),
        )
        .catch((error: unknown) => unforeseen(call, response, error))
    }
    attempt(pass, [])
  }

  const corsOf = ({request: {headers}}: GatewayCall, {entry}: Match, resource: Resource) =>
    entry.cors?.(resource, headers.origin, headers['access-control-request-headers'] as string) ?? []

  const decide = (call: GatewayCall, response: ServerResponse, {match, resource}: Found) => {
    const added = [CORRELATION_HEADER, call.id, ...corsOf(call, match, resource)]
    if (call.method === 'OPTIONS' && resource.mapping.httpMethod.toUpperCase() !== 'OPTIONS') {
      response.writeHead(200, [...added, 'Content-Length', '0'])
      return response.end()
    }
    const finish = (verdict: CallFault | Pass) => {
      if (response.destroyed) return
      if (isFault(verdict)) sendFault(response, verdict, added)
      else forward(call, response, verdict, match.rest, added)
    }
    const verdict = admit(call, match, resource)
    if (!(verdict instanceof Promise)) return finish(verdict)
    verdict.then(finish).catch((error: unknown) => unforeseen(call, response, error))
  }

  const serveGraph = (call: GatewayCall, response: ServerResponse, match: Match) => {
    const added = [CORRELATION_HEADER, call.id, ...corsOf(call, match, preflight(match.entry))]
    if (match.entry.blocked) return sendFault(response, API_BLOCKED, added)
    if (isOdd(call.path)) return sendFault(response, ODD_PATH, added)
    if (call.method === 'OPTIONS') {
      response.writeHead(200, [...added, 'Content-Length', '0'])
      return void response.end()
    }
    awaitBody(call.request, options.backendSilence)
    admitGraph(call, match, admit)
      .then(verdict => {
        if (response.destroyed) return
        if (isFault(verdict)) sendFault(response, verdict, added)
        else forward(call, response, verdict.pass, match.rest, added, verdict.body)
      })
      .catch((error: unknown) => unforeseen(call, response, error))
  }

  const serve = (call: GatewayCall, response: ServerResponse, match: Match) => {
    if (match.entry.api.apiType === 'GRAPHQL') return serveGraph(call, response, match)
    const found = findResource(match, call)
    if (isFault(found)) sendFault(response, found, [CORRELATION_HEADER, call.id])
    else decide(call, response, found)
  }

  const noApi = (call: GatewayCall, response: ServerResponse) => {
    const target = tokenEndpoints.get(call.path)
    const added = [CORRELATION_HEADER, call.id]
    if (!target) {
      response.setHeader(CORRELATION_HEADER, call.id)
      return sendNoApi(response, call.path.slice(0, 200))
    }
    const headers = backendHeaders(call.request, target.authority, call.tls ? 'https' : 'http', () => false)
    sender.send(call.request, response, {
      target,
      path: pathAt(target, '', call.query),
      method: call.method,
      headers: [...headers, CORRELATION_HEADER, call.id],
      added,
      answered: () => undefined,
      failed: fault => sendFault(response, fault, added),
    })
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const call = callOf(request)
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    response.on('close', () => logCall(log, call, response.writableFinished ? response.statusCode : 499))
    const coding = codingFault(request)
    if (coding) return sendFault(response, coding, [CORRELATION_HEADER, call.id])
    const handle = (match: Match | undefined) => (match ? serve(call, response, match) : noApi(call, response))
    try {
      const match = findApi(catalog, call, 'HTTP')
      const tenant = match === undefined || isTenant(call.path)
      if (tenant === true) return handle(match)
      Promise.resolve(tenant)
        .then(exists => handle(exists ? match : undefined))
        .catch((error: unknown) => unforeseen(call, response, error))
    } catch (error) {
      unforeseen(call, response, error)
    }
  }
}
