import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {Agent as HttpsAgent, request as httpsRequest, type AgentOptions} from 'node:https'
import type {Socket} from 'node:net'
import {lookup} from '../../../names/lookup.js'
import {backendFault, SILENT, UNREACHED} from './backend-fault.js'
import {trailerPairs} from './headers.js'
import type {Relay} from './relay.js'
import {isIdempotent, type Sending} from './sending.js'
import type {Target} from './target.js'

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

/** Sends calls with a body by Node's own client, since undici sends no trailers and closes a body that was not read; and opens tunnels. */
export function nodeClient(verification: AgentOptions, idle: number) {
  const common = {keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' as const, timeout: idle}
  const http = new HttpAgent(common)
  const https = new HttpsAgent({...common, ...verification})
  const open = ({tls, host, port}: Target, method: string, path: string, headers: string[]): ClientRequest => {
    const options = {host, port, method, path, headers, lookup, family: 4, setHost: false} as const
    return tls ? httpsRequest({...options, agent: https}) : httpRequest({...options, agent: http})
  }
  const send = (request: IncomingMessage, response: ServerResponse, sending: Sending, relay: Relay): void => {
    const {target, path, method, headers, failed, timeout, body} = sending
    const outgoing = open(target, method, path, headers)
    if (timeout !== undefined) outgoing.setTimeout(timeout)
    /** Something of the body was read. */
    let begun = false
    let connected = false
    const gone = () => {
      if (!response.writableFinished) outgoing.destroy()
    }
    const fail = (error: NodeJS.ErrnoException) => {
      response.off('close', gone)
      if (relay.begun) return void response.destroy()
      if (!response.destroyed) failed(backendFault(error), !begun && (isIdempotent(method) || !connected))
    }
    // Node tells of neither as an error.
    const notHttp = (error: unknown) => {
      outgoing.destroy()
      fail(error as Error)
    }
    outgoing.on('upgrade', () => notHttp(Object.assign(new Error('nobody asked for it'), {code: 'HPE_UPGRADE'})))
    outgoing.on('response', answer => {
      if (timeout !== undefined) outgoing.setTimeout(idle)
      answer.on('error', () => response.destroy())
      const {statusCode: status = 502, statusMessage: message = '', rawHeaders} = answer
      try {
        relay.head({status, message, headers: rawHeaders})
      } catch (error) {
        return notHttp(error)
      }
      const resume = () => answer.resume()
      answer.on('data', (part: Buffer) => {
        if (!relay.part(part, resume)) answer.pause()
      })
      answer.on('end', () => relay.end(answer.rawTrailers))
    })
    outgoing.on('timeout', () => giveUp(outgoing))
    outgoing.on('error', fail)
    response.once('close', gone)
    whenConnected(outgoing, () => {
      connected = true
      if (body) return
      // Nothing of the body is read before there is a connection: until then the call can still go elsewhere.
      begun = true
      request.on('end', () => {
        const {rawTrailers} = request
        if (rawTrailers.length > 0) outgoing.addTrailers(trailerPairs(rawTrailers))
      })
      request.pipe(outgoing)
      // What the backend does not take any more is read nevertheless: the caller's next call comes after it.
      outgoing.once('close', () => request.resume())
    })
    if (body) outgoing.end(body)
  }
  return {
    open,
    send,
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}
