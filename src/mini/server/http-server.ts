import {createServer as createHttp, type Server as HttpServer} from 'node:http'
import {createServer as createHttps, type Server as HttpsServer} from 'node:https'
import {STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'
import type {KeyStore} from '../config/stores.js'
import type {HttpHandler} from '../ports.js'
import {errorBody, noApiBody} from './bodies.js'
import {requestListener, type NodeView} from './handlers.js'

/** Milliseconds and bytes: slow or talkative clients can't hold a connection. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

const answerRaw = (socket: Duplex, status: number, type: string, body: string) => {
  if (!socket.writable) return socket.destroy()
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${type}; charset=UTF-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

/** An HTTP server of this node (HTTPS with a key store), not listening yet. */
export const httpServer = (handler: HttpHandler, view: NodeView, keyStore?: KeyStore): HttpServer | HttpsServer => {
  const listener = requestListener(handler, view)
  const server = keyStore
    ? createHttps({...LIMITS, ...keyStore, handshakeTimeout: LIMITS.headersTimeout}, listener)
    : createHttp(LIMITS, listener)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? 400
    const message = STATUS_CODES[status] ?? 'Bad Request'
    answerRaw(socket, status, 'application/json', JSON.stringify(errorBody(status, message, 'malformed request')))
  })
  if (handler === 'websocket') {
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => undefined)
      answerRaw(socket, 404, 'application/xml', noApiBody((request.url ?? '/').slice(0, 200)))
    })
  }
  return server
}
