import type {Server, Socket} from 'node:net'
import type {Log} from '../log.js'
import {makeTally} from '../tally.js'

/** Connections to one port: all, and those of clients that have not logged in. */
const MOST = 256
const MOST_STRANGERS = 64

/** Keeps the connections of a port bounded. */
export interface Door {
  /** The client of this connection, which may be one over TLS, has logged in. */
  letIn(socket: Socket): void
}

/** A connection and what runs over it have the same two ends. */
const nameOf = ({remoteAddress, remotePort}: Socket) => `${remoteAddress} ${remotePort}`

/**
 * Watches a server from the first byte on, before any handshake. With too many strangers the oldest of them goes: a node that logs in
 * does so at once. With too many who have logged in nobody else is let in.
 */
export function makeDoor(server: Server, log: Log): Door {
  /** The oldest first. */
  const strangers = new Map<string, Socket>()
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
    strangers.set(name, socket)
    socket.once('close', () => {
      strangers.delete(name)
      known.delete(name)
    })
    const [oldest] = strangers.values()
    const full = known.size + strangers.size > MOST ? socket : undefined
    const victim = full ?? (strangers.size > MOST_STRANGERS ? oldest : undefined)
    if (!victim) return
    tally.add()
    victim.destroy()
  })
  return {
    letIn: socket => {
      const name = nameOf(socket)
      if (strangers.delete(name)) known.add(name)
    },
  }
}
