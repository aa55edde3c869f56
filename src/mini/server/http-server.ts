import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http'
import {createServer as createHttps, type Server as HttpsServer} from 'node:https'
import type {Duplex} from 'node:stream'
import type {KeyStore} from '../config/stores.js'
import {Fault} from '../http/fault.js'
import {answerRaw} from './raw-answer.js'

/** What an HTTP port answers. */
export interface Surface {
  readonly request: RequestListener
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Bodies may take as long as they keep coming: whoever they are for gives up a silent one. */
  readonly streams?: boolean
}

/** Milliseconds and bytes: slow or talkative clients can't hold a connection. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the time between two checks of a link: a TLS handshake costs ten times as much as a check.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
}

/** Connections to one port; one over TLS costs some 50 KB. */
const MOST = 1_000

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** An HTTP server of this node (HTTPS with a key store), not listening yet. */
export function httpServer({request, upgrade, streams}: Surface, keyStore?: KeyStore): HttpServer | HttpsServer {
  const limits = {...LIMITS, ...(streams && {requestTimeout: 0})}
  const server = keyStore
    ? createHttps({...limits, ...keyStore, handshakeTimeout: LIMITS.headersTimeout}, request)
    : createHttp(limits, request)
  server.maxConnections = MOST
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const status = CLIENT_ERRORS[error.code ?? ''] ?? 400
    const fault = new Fault(status, 'malformed request')
    answerRaw(socket, status, 'application/json', JSON.stringify(fault.body()))
  })
  if (upgrade) server.on('upgrade', upgrade)
  return server
}
