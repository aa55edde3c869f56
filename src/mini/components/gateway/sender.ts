import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https'
import type {Socket} from 'node:net'
import {createSecureContext} from 'node:tls'
import {lookup} from '../../../names/lookup.js'
import {
  BACKEND_CLOSED,
  BACKEND_CONNECT,
  BACKEND_CONNECT_TIMEOUT,
  BACKEND_PROTOCOL,
  BACKEND_SEND,
  BACKEND_SILENT,
  type CallFault,
} from './faults.js'
import {answerHeaders, hasBody, passTrailers} from './headers.js'
import type {Target} from './target.js'

/** One call to a backend. */
interface Sending {
  readonly target: Target
  /** Milliseconds for the head of the answer, where it is not the gateway's own time. */
  readonly timeout?: number | undefined
  readonly path: string
  readonly method: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** What is sent in place of the call's own body, which was read already. */
  readonly body?: Buffer | undefined
  /** What the gateway adds to the answer. */
  readonly added: readonly string[]
  /** The head of the answer is there, with the headers that go to the client. */
  readonly answered: (answer: IncomingMessage, headers: readonly string[]) => void
  /** There is none, and nothing was sent to the client yet. `again`: the call may be sent to another backend, where that does no harm. */
  readonly failed: (fault: CallFault, again: boolean) => void
}

interface SenderOptions {
  /** CA certificates that backends are verified with. */
  readonly trust: Buffer | undefined
  readonly anyHostName: boolean
  /** Milliseconds of silence after which a backend is given up. */
  readonly idle: number
}

export interface Sender {
  /** Passes a call on and its answer back, both as streams: what one side does not take, the other does not send. */
  send(request: IncomingMessage, response: ServerResponse, sending: Sending): void
  /** A request that the caller ends, and listens to: for a tunnel, or without a body. */
  open(target: Target, method: string, path: string, headers: string[]): ClientRequest
  close(): void
}

const SILENT = 'BACKEND_SILENT'
const UNREACHED = 'BACKEND_UNREACHED'

/** What an error before the head of an answer means, by the beginning of its code: error codes of Synapse's transport. */
const FAULTS: readonly (readonly [RegExp, CallFault])[] = [
  [/^BACKEND_SILENT/, BACKEND_SILENT],
  [/^(BACKEND_UNREACHED|ETIMEDOUT)/, BACKEND_CONNECT_TIMEOUT],
  [/^(ECONNRESET|ECONNABORTED)/, BACKEND_CLOSED],
  [/^HPE_/, BACKEND_PROTOCOL],
  [/^(EPIPE|ERR_HTTP|ERR_STREAM|ERR_INVALID)/, BACKEND_SEND],
]

/** Anything else kept the connection from being made: no such name, nobody there, a certificate that is not trusted. */
export const backendFault = ({code = ''}: NodeJS.ErrnoException): CallFault =>
  FAULTS.find(([codes]) => codes.test(code))?.[1] ?? BACKEND_CONNECT

const isIdempotent = (method: string) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

/** Ends a request whose backend says nothing. */
export function giveUp(outgoing: ClientRequest): void {
  const socket = outgoing.socket as (Socket & {secureConnecting?: boolean}) | null
  const connecting = socket === null || socket.connecting || socket.secureConnecting === true
  const code = connecting ? UNREACHED : SILENT
  outgoing.destroy(Object.assign(new Error('the backend is silent'), {code}))
}

/** Does something as soon as a request has its connection, over TLS when that is agreed on. */
function whenConnected(outgoing: ClientRequest, then: () => void): void {
  outgoing.once('socket', (socket: Socket & {secureConnecting?: boolean}) => {
    if (socket.secureConnecting) socket.once('secureConnect', then)
    else if (socket.connecting) socket.once('connect', then)
    else then()
  })
}

export function makeSender({trust, anyHostName, idle}: SenderOptions): Sender {
  const common = {keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' as const, timeout: idle}
  const verification = {
    ...(trust && {secureContext: createSecureContext({ca: trust})}),
    ...(anyHostName && {checkServerIdentity: () => undefined}),
  }
  const http = new HttpAgent(common)
  const https = new HttpsAgent({...common, ...verification})
  const open = ({tls, host, port}: Target, method: string, path: string, headers: string[]): ClientRequest => {
    const options = {host, port, method, path, headers, lookup, family: 4, setHost: false} as const
    return tls ? httpsRequest({...options, agent: https}) : httpRequest({...options, agent: http})
  }

  const send = (request: IncomingMessage, response: ServerResponse, sending: Sending, again = true): void => {
    const {target, path, method, headers, added, answered, failed, timeout, body} = sending
    const outgoing = open(target, method, path, headers)
    if (timeout !== undefined) outgoing.setTimeout(timeout)
    let head = false
    /** Something of the body was read. */
    let begun = false
    let connected = false
    const gone = () => {
      if (!response.writableFinished) outgoing.destroy()
    }
    outgoing.on('response', answer => {
      head = true
      if (timeout !== undefined) outgoing.setTimeout(idle)
      const given = answerHeaders(answer, added)
      answered(answer, given)
      // Whoever is too slow on either side is given up: the backend's silence is measured, and waiting for the client is silence.
      answer.on('error', () => response.destroy())
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', given)
      answer.on('end', () => passTrailers(answer, response))
      answer.pipe(response)
    })
    outgoing.on('timeout', () => giveUp(outgoing))
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      response.off('close', gone)
      if (head || response.headersSent) return response.destroy()
      if (response.destroyed) return
      // A kept connection may close just as it is taken: nothing of this call was handled there.
      const stale = outgoing.reusedSocket && again && /^(ECONNRESET|EPIPE)/.test(error.code ?? '')
      if (stale && isIdempotent(method) && !hasBody(request)) return send(request, response, sending, false)
      failed(backendFault(error), !begun && (isIdempotent(method) || !connected))
    })
    response.once('close', gone)
    if (!hasBody(request) || body) {
      if (!isIdempotent(method)) whenConnected(outgoing, () => (connected = true))
      return void outgoing.end(body)
    }
    // Nothing of the body is read before there is a connection: until then the call can still go elsewhere.
    whenConnected(outgoing, () => {
      begun = true
      request.on('end', () => passTrailers(request, outgoing))
      request.pipe(outgoing)
    })
  }
  return {
    send,
    open,
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}
