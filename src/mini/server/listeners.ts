import type {AddressInfo, Server, Socket} from 'node:net'
import {reasonOf, StartFailure} from '../failure.js'
import type {KeyStore} from '../config/stores.js'
import type {Component} from '../component.js'
import type {Protocols} from '../links/dial.js'
import type {Log} from '../log.js'
import type {Port} from '../ports.js'
import {PROTOCOL, type Pace} from '../wire.js'
import {greetingServer} from './greeting-server.js'
import {httpServer} from './http-server.js'
import type {NodeView} from './node-routes.js'
import {surface} from './surface.js'

export interface Listener {
  /** The port of the table. */
  readonly table: Port
  /** The port that is bound: the same, except in tests. */
  readonly port: number
  close(): void
}

interface ListenerOptions {
  readonly host: string
  readonly node: string
  readonly component: string
  /** What the node's component answers. */
  readonly serves: Component
  readonly log: Log
  readonly keyStore: KeyStore
  readonly pace: Pace
  readonly view: NodeView
  readonly protocols?: Protocols | undefined
  /** Which port to bind for a port of the table. */
  readonly portFor: (port: number) => number
}

function makeServer(table: Port, options: ListenerOptions): Server {
  const {node, component, serves, keyStore, pace, view, protocols, log} = options
  const tls = table.protocol === 'https' || table.protocol === 'wss' || table.protocol === 'tls' ? keyStore : undefined
  if ('handler' in table) return httpServer(surface(table.handler, serves, view, log), tls)
  const other = protocols?.get(table.port)
  if (other) return other.server(log)
  const {service} = table
  const greeting = (port: number) => ({protocol: PROTOCOL, component, node, port, service}) as const
  return greetingServer(greeting, pace, tls, serves.services?.[service], log)
}

/** Opens one port of the table. Throws StartFailure if it can't be bound. */
export const listen = (table: Port, options: ListenerOptions): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const server = makeServer(table, options)
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    })
    server.once('error', error =>
      reject(new StartFailure(`port ${table.port} (${table.purpose}) can't be opened: ${reasonOf(error)}`)),
    )
    server.listen({host: options.host, port: options.portFor(table.port)}, () => {
      const {port} = server.address() as AddressInfo
      server.on('error', () => undefined)
      resolve({
        table,
        port,
        close: () => {
          server.close()
          for (const socket of sockets) socket.destroy()
        },
      })
    })
  })
