import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'
import {CORRELATION_HEADER} from '../../http/call.js'
import {noApiBody} from '../../server/bodies.js'
import {answerRaw} from '../../server/raw-answer.js'
import {withoutApiKey} from './api-keys.js'
import type {Pass} from './admission.js'
import {callOf, type GatewayCall} from './call.js'
import type {Endpoint} from './endpoint-group.js'
import {BACKEND_PROTOCOL, faultBody, isFault, statusText, UNCHECKED, type CallFault} from './faults.js'
import {findApi, findResource} from './find-api.js'
import {bodiless} from './headers.js'
import {headersFor, logCall, type HandlerParts} from './handler.js'
import {backendFault} from './backend-fault.js'
import {giveUp} from './node-client.js'
import {pathAt} from './target.js'
import {FrameMeter, textFrame} from './ws-frames.js'

const TOKEN = 'access_token'

/** The query without the token, which is no business of the backend's; and the token. */
function splitToken(query: string): {readonly token: string | undefined; readonly rest: string} {
  const pairs = query.split('&')
  const own = pairs.find(it => it.startsWith(`${TOKEN}=`))
  if (own === undefined) return {token: undefined, rest: query}
  let token: string
  try {
    token = decodeURIComponent(own.slice(TOKEN.length + 1))
  } catch {
    token = ''
  }
  return {token, rest: pairs.filter(it => !it.startsWith(`${TOKEN}=`)).join('&')}
}

function head(status: number, text: string, headers: readonly string[]): string {
  let lines = `HTTP/1.1 ${status} ${text}\r\n`
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return `${lines}\r\n`
}

/** What a client is told in place of a frame that its quota does not have: WebsocketInboundHandler of carbon-apimgt v6.7.206. */
const THROTTLED = textFrame('Websocket frame throttled out')

/** Joins two sockets until one of them ends. `first`: bytes that came with the handshake. `passes`: asked for each data frame. */
function join(client: Joined, backend: Joined, passes: (bytes: number) => boolean) {
  const down = new FrameMeter(bytes => told(passes(bytes)))
  const up = new FrameMeter(bytes => told(passes(bytes)))
  const told = (passed: boolean) => {
    if (!passed) down.inject(THROTTLED)
    return passed
  }
  for (const [from, meter, to] of [
    [client, up, backend],
    [backend, down, client],
  ] as const) {
    if (from.first.length > 0) meter.write(from.first)
    from.socket.pipe(meter).pipe(to.socket)
    const broken = () => to.socket.destroy()
    from.socket.on('error', broken)
    meter.on('error', broken)
    from.socket.on('close', () => meter.end())
  }
}

interface Joined {
  readonly socket: Duplex
  readonly first: Buffer
}

/** Handles the upgrades of 9099 and 8099: checked as a call is, then a tunnel. */
export function makeUpgrade(parts: HandlerParts) {
  const {catalog, admit, frame, isTenant, sender, log} = parts

  const tunnel = (
    call: GatewayCall,
    client: Duplex,
    first: Buffer,
    pass: Pass,
    rest: string,
    query: string,
    tried: readonly Endpoint[] = [],
  ) => {
    const {headers} = call.request
    const {endpoint, endpoints} = pass
    const {target} = endpoint
    const outgoing = sender.open(
      target,
      'GET',
      pathAt(target, rest, pass.entry.takes.apiKey ? withoutApiKey(query) : query),
      [...bodiless(headersFor(call, pass, parts)), 'Connection', 'Upgrade', 'Upgrade', String(headers.upgrade)],
    )
    client.once('close', () => outgoing.destroy())
    outgoing.on('upgrade', (answer: IncomingMessage, backend: Duplex, begun: Buffer) => {
      endpoints.answered(endpoint)
      logCall(log, call, answer.statusCode ?? 101)
      const added = [...answer.rawHeaders, CORRELATION_HEADER, call.id]
      client.write(head(answer.statusCode ?? 101, answer.statusMessage ?? statusText(101), added))
      join({socket: client, first}, {socket: backend, first: begun}, bytes => frame(call, pass, bytes))
    })
    outgoing.on('response', answer => {
      answer.resume()
      refuse(call, client, BACKEND_PROTOCOL)
    })
    outgoing.on('timeout', () => giveUp(outgoing))
    outgoing.on('error', error => {
      const fault = backendFault(error)
      endpoints.failed(endpoint, fault.code, Date.now())
      const all = [...tried, endpoint]
      const next = endpoints.failsOver && !client.destroyed ? endpoints.pick(Date.now(), all) : undefined
      if (next) tunnel(call, client, first, {...pass, endpoint: next}, rest, query, all)
      else refuse(call, client, fault)
    })
    outgoing.end()
  }
  const refuse = (call: GatewayCall, client: Duplex, fault: CallFault) => {
    if (client.destroyed) return
    logCall(log, call, fault.status)
    answerRaw(client, fault.status, 'application/json', faultBody(fault))
  }

  const serve = async (call: GatewayCall, client: Duplex, first: Buffer) => {
    const match = findApi(catalog, call, 'WS')
    if (!match || !(await isTenant(call.path))) {
      logCall(log, call, 404)
      return answerRaw(client, 404, 'application/xml', noApiBody(call.path.slice(0, 200)))
    }
    const found = findResource(match, call)
    if (isFault(found)) return refuse(call, client, found)
    const {token, rest} = splitToken(call.query)
    const verdict = await admit(call, match, found.resource, token)
    if (isFault(verdict)) refuse(call, client, verdict)
    else if (!client.destroyed) tunnel(call, client, first, verdict, match.rest, rest)
  }

  return (request: IncomingMessage, client: Duplex, first: Buffer): void => {
    const call = callOf(request)
    client.on('error', () => undefined)
    serve(call, client, first).catch((error: unknown) => {
      log('ERROR', 'Gateway', `${String(error)} ${CORRELATION_HEADER}=${call.id}`)
      refuse(call, client, UNCHECKED)
    })
  }
}
