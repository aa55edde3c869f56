import {createServer as createTcp, type Server, type Socket} from 'node:net'
import {createServer as createTls} from 'node:tls'
import type {KeyStore} from '../config/stores.js'
import type {Log} from '../log.js'
import {greet, type Greeting, type Pace, type Serve} from '../wire.js'
import {makeDoor} from './door.js'

/** How long a TLS handshake may take. */
const HANDSHAKE_MS = 10_000

/** A server of mini's wire protocol (over TLS with a key store), not listening yet. */
export function greetingServer(
  greeting: (port: number) => Greeting,
  pace: Pace,
  keyStore?: KeyStore,
  serve?: Serve,
  log: Log = () => undefined,
): Server {
  const server = keyStore ? createTls({...keyStore, handshakeTimeout: HANDSHAKE_MS}) : createTcp({noDelay: true})
  // Before the handshake: connections that never make one count too.
  const door = makeDoor(server, log)
  server.on(keyStore ? 'secureConnection' : 'connection', (socket: Socket) => {
    const {localPort = 0, remoteAddress} = socket
    greet(socket, greeting(localPort), pace, serve, {
      loggedIn: () => door.letIn(socket),
      dropped: why => log('WARN', 'Listeners', `dropped ${remoteAddress} from port ${localPort}: ${why}`),
    })
  })
  // A failed handshake is the client's business: a plain connect by a port probe is one.
  server.on('tlsClientError', () => undefined)
  return server
}
