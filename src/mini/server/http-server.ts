import {createServer as createHttp, type Server as HttpServer} from 'node:http'
import {createServer as createHttps, type Server as HttpsServer} from 'node:https'
import type {Duplex} from 'node:stream'
import type {KeyStore} from '../config/stores.js'
import {Fault} from '../http/fault.js'
import {answerRaw} from './raw-answer.js'
import type {Surface} from './surface.js'

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

/** An HTTP server of this node (HTTPS with a key store), not listening yet. */
export const httpServer = ({request, upgrade}: Surface, keyStore?: KeyStore): HttpServer | HttpsServer => {
  const server = keyStore
    ? createHttps({...LIMITS, ...keyStore, handshakeTimeout: LIMITS.headersTimeout}, request)
    : createHttp(LIMITS, request)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? 400
    const fault = new Fault(status, 'malformed request')
    answerRaw(socket, status, 'application/json', JSON.stringify(fault.body()))
  })
  if (upgrade) server.on('upgrade', upgrade)
  return server
}
