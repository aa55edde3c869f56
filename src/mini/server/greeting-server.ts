import {createServer as createTcp, type Server, type Socket} from 'node:net'
import {createServer as createTls} from 'node:tls'
import type {KeyStore} from '../config/stores.js'
import {greet, type Greeting, type Pace, type Serve} from '../wire.js'

/** A server of mini's wire protocol (over TLS with a key store), not listening yet. */
export const greetingServer = (
  greeting: (port: number) => Greeting,
  pace: Pace,
  keyStore?: KeyStore,
  serve?: Serve,
): Server => {
  const accept = (socket: Socket) => void greet(socket, greeting(socket.localPort ?? 0), pace, serve)
  if (!keyStore) return createTcp({noDelay: true}, accept)
  const server = createTls({...keyStore, handshakeTimeout: 10_000}, accept)
  // A failed handshake is the client's business: a plain connect by a port probe is one.
  server.on('tlsClientError', () => undefined)
  return server
}
