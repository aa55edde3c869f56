import type {Socket} from 'node:net'
import {eventReceiver} from '../../../src/mini/events/receiver.js'
import {greetingServer} from '../../../src/mini/server/greeting-server.js'
import {PROTOCOL, type Serve} from '../../../src/mini/wire.js'
import {NODE} from './pki.js'

export interface EventPeer {
  /** Events that came, in their order. */
  readonly events: readonly {readonly stream: string; readonly event: unknown}[]
  stop(): Promise<void>
}

const PACE = {pingEvery: 1_000, silence: 5_000}

/** A server of events on a port and of logins for them on another, as a traffic manager or an analytics worker has. */
export const eventPeer = async (
  component: string,
  service: string,
  ports: {readonly events: number; readonly login: number},
): Promise<EventPeer> => {
  const events: {readonly stream: string; readonly event: unknown}[] = []
  const receiver = eventReceiver({
    authenticate: ({username, password}) => Promise.resolve(username === 'admin' && password === 'admin'),
    accept: batch => {
      events.push(...batch.map(({stream, event}) => ({stream, event})))
      return Promise.resolve()
    },
    log: () => undefined,
  })
  const sockets = new Set<Socket>()
  const open = async (port: number, name: string, serve: Serve, tls: boolean) => {
    const greeting = (bound: number) =>
      ({protocol: PROTOCOL, component, node: component, port: bound, service: name}) as const
    const server = greetingServer(greeting, PACE, tls ? {key: NODE.key, cert: NODE.cert} : undefined, serve)
    server.on('connection', (socket: Socket) => sockets.add(socket))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    return server
  }
  const servers = [
    await open(ports.events, service, receiver.events, false),
    await open(ports.login, `${service}-auth`, receiver.login, true),
  ]
  return {
    events,
    stop: async () => {
      for (const it of sockets) it.destroy()
      await Promise.all(servers.map(it => new Promise(resolve => it.close(resolve))))
    },
  }
}
