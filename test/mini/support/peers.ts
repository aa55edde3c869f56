import {createServer as createHttps} from 'node:https'
import type {AddressInfo, Server, Socket} from 'node:net'
import {greetingServer} from '../../../src/mini/server/greeting-server.js'
import {PROTOCOL} from '../../../src/mini/wire.js'
import {NODE, type Certificate} from './pki.js'

export interface Peer {
  readonly port: number
  /** Ends its connections, and takes new ones. */
  dropConnections(): void
  stop(): Promise<void>
}

const listen = async (server: Server, port: number): Promise<Peer> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      dropConnections()
    })
  return {port: (server.address() as AddressInfo).port, dropConnections, stop}
}

/** A peer's management port; `status` is what /services/Version answers. */
export const httpsPeer = async (
  port = 0,
  {certificate = NODE, status = 200, headers = {}} = {},
): Promise<Peer & {requests(): number}> => {
  let requests = 0
  const server = createHttps({key: certificate.key, cert: certificate.cert}, (request, response) => {
    requests++
    response.writeHead(request.url === '/services/Version' ? status : 404, headers)
    response.end('<return>peer</return>')
  })
  return {...(await listen(server, port)), requests: () => requests}
}

const PACE = {pingEvery: 1_000, silence: 5_000}

/** A peer that speaks mini's wire protocol, over TLS with a certificate. */
export const greetingPeer = (component: string, port = 0, certificate?: Certificate, service = 'test'): Promise<Peer> =>
  listen(
    greetingServer(
      bound => ({protocol: PROTOCOL, component, node: `${component}-1`, port: bound, service}),
      PACE,
      certificate && {key: certificate.key, cert: certificate.cert},
    ),
    port,
  )
