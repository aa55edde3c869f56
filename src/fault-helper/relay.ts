import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import type {PlacedFault} from '../model/faults/fault-label.js'
import type {End} from '../model/faults/fault-rules.js'
import {Held, Pace} from './held.js'

const DRAIN_MS = 2000

/** Stands between a client and a server: what they say is late, slow, or lost. */
export class Relay {
  readonly #open = new Set<Socket>()
  readonly #held = new Set<Held>()

  private constructor(
    readonly end: End,
    readonly fault: PlacedFault,
    readonly server: Server,
  ) {
    const paces = {to: new Pace(fault, 'to'), from: new Pace(fault, 'from')}
    server.on('connection', client => this.#accept(client, paces))
  }

  static async open(end: End, fault: PlacedFault): Promise<Relay> {
    // A half-closed connection is passed on as such.
    const server = createServer({allowHalfOpen: true, noDelay: true})
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, end.address === null ? '0.0.0.0' : '127.0.0.1', resolve)
    })
    return new Relay(end, fault, server)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  #keep(socket: Socket): void {
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
  }

  #accept(client: Socket, paces: {readonly to: Pace; readonly from: Pace}): void {
    this.#keep(client)
    client.on('error', () => client.destroy())
    // Whatever is said is taken, and lost.
    if (this.fault.kind === 'half-open') return void client.resume()
    const {address, port} = this.end
    const server = connect({host: address ?? '127.0.0.1', port, noDelay: true, allowHalfOpen: true})
    this.#keep(server)
    const forward = (source: Socket, target: Socket, pace: Pace) => {
      const held = new Held(source, target, pace)
      this.#held.add(held)
      target.on('close', () => this.#held.delete(held))
    }
    forward(client, server, paces.to)
    forward(server, client, paces.from)
    // An end in disorder is passed on as one.
    client.on('error', () => server.resetAndDestroy())
    server.on('error', () => client.resetAndDestroy())
    client.on('close', isBad => isBad && server.destroy())
    server.on('close', isBad => isBad && client.destroy())
  }

  /** No more connections. What is held is let go, then both sides are told that it is over. */
  async close(): Promise<void> {
    this.server.close()
    if (this.fault.kind === 'half-open') {
      for (const socket of this.#open) socket.resetAndDestroy()
      return
    }
    for (const held of this.#held) held.finish()
    const closed = [...this.#open].map(socket => new Promise(resolve => socket.once('close', resolve)))
    const late = setTimeout(() => [...this.#open].forEach(socket => socket.destroy()), DRAIN_MS)
    await Promise.all(closed)
    clearTimeout(late)
  }
}
