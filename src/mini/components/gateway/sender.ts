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
  readonly path: string
  readonly method: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** What the gateway adds to the answer. */
  readonly added: readonly string[]
  /** The head of the answer is there. */
  readonly answered: (status: number) => void
  /** There is none, and nothing was sent to the client yet. */
  readonly failed: (fault: CallFault) => void
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
    const {target, path, method, headers, added, answered, failed} = sending
    const outgoing = open(target, method, path, headers)
    let head = false
    const gone = () => {
      if (!response.writableFinished) outgoing.destroy()
    }
    outgoing.on('response', answer => {
      head = true
      answered(answer.statusCode ?? 502)
      // Whoever is too slow on either side is given up: the backend's silence is measured, and waiting for the client is silence.
      answer.on('error', () => response.destroy())
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', answerHeaders(answer, added))
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
      failed(backendFault(error))
    })
    response.once('close', gone)
    if (hasBody(request)) {
      request.on('end', () => passTrailers(request, outgoing))
      request.pipe(outgoing)
    } else outgoing.end()
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
