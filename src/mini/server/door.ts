import type {Server, Socket} from 'node:net'
import type {Log} from '../log.js'
import {makeTally} from '../tally.js'

/** Connections to one port: all, and those of clients that have not logged in. */
const MOST = 256
const MOST_ANONYMOUS = 64

/** Keeps the connections of a port bounded. */
export interface Door {
  /** The client of this connection, which may be one over TLS, has logged in. */
  letIn(socket: Socket): void
}

/** A connection and what runs over it have the same two ends. */
const nameOf = ({remoteAddress, remotePort}: Socket) => `${remoteAddress} ${remotePort}`

/**
 * Watches a server from the first byte on, before any handshake. With too many who have not logged in the oldest of them goes: a node
 * logs in at once. With too many who have logged in nobody else is let in.
 */
export function makeDoor(server: Server, log: Log): Door {
  /** The oldest first. */
  const anonymous = new Map<string, Socket>()
  const known = new Set<string>()
  const portOf = () => {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : '?'
  }
  const tally = makeTally(log, 'Listeners', {
    begun: 'connections without a login are dropped: there are too many of them',
    ended: count => `${count} connections to port ${portOf()} were dropped, most of them without a login`,
  })
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket)
    anonymous.set(name, socket)
    socket.once('close', () => {
      anonymous.delete(name)
      known.delete(name)
    })
    const [oldest] = anonymous.values()
    const full = known.size + anonymous.size > MOST ? socket : undefined
    const victim = full ?? (anonymous.size > MOST_ANONYMOUS ? oldest : undefined)
    if (!victim) return
    tally.add()
    victim.destroy()
  })
  return {
    letIn: socket => {
      const name = nameOf(socket)
      if (anonymous.delete(name)) known.add(name)
    },
  }
}
