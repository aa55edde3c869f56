import {connect, createServer, type AddressInfo, type Socket} from 'node:net'

/** A way to a port that can be cut and mended. */
export interface Relay {
  readonly port: number
  /** Ends all connections; new ones are ended at once. */
  cut(): void
  mend(): void
  stop(): Promise<void>
}

/** Passes connections on to a port on loopback. */
export const relayTo = async (target: number): Promise<Relay> => {
  const sockets = new Set<Socket>()
  let open = true
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer(incoming => {
    keep(incoming)
    if (!open) return incoming.destroy()
    const onwards = keep(connect(target, '127.0.0.1'))
    incoming.pipe(onwards).pipe(incoming)
    incoming.on('close', () => onwards.destroy())
    onwards.on('close', () => incoming.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    open = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend: () => void (open = true),
    stop: () => {
      cut()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
