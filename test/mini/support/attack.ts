import {Agent} from 'node:http'
import {connect} from 'node:net'
import {connect as connectTls} from 'node:tls'
import type {MakeComponent} from '../../../src/mini/component.js'
import type {HttpHandler} from '../../../src/mini/ports.js'
import {PORTS} from '../../../src/mini/ports.js'
import type {ComponentName} from '../../../src/mini/profiles.js'
import {ROLES} from '../../../src/mini/profiles.js'
import {ask, type Asked, type AskOptions} from '../../support/ask.js'
import {MAKERS} from './maker-of.js'
import {CA_PEM} from './pki.js'

/** A route of a running component. */
export interface KnownRoute {
  readonly component: ComponentName
  readonly method: string
  readonly path: string
  readonly bodyLimit: number
  /** The plain port of the table that serves it. */
  readonly port: number
}

const portOf = (component: ComponentName, handler: HttpHandler): number => {
  const {profile} = ROLES.find(it => it.component === component)!
  return PORTS[profile].find(it => 'handler' in it && it.handler === handler && it.protocol === 'http')!.port
}

const agent = new Agent({keepAlive: true, maxSockets: 24})

/** Notes the routes of all components that a suite makes in later hooks and in its tests: to be called before what makes them. */
export const noteRoutes = (): readonly KnownRoute[] => {
  const routes: KnownRoute[] = []
  const makers = {...MAKERS}
  const noting =
    (name: ComponentName, make: MakeComponent): MakeComponent =>
    context => {
      const component = make(context)
      for (const [handler, list] of Object.entries(component.routes ?? {})) {
        for (const {method, path, bodyLimit = 1024 * 1024} of list) {
          routes.push({component: name, method, path, bodyLimit, port: portOf(name, handler as HttpHandler)})
        }
      }
      return component
    }
  before(() => {
    for (const [name, make] of Object.entries(makers) as [ComponentName, MakeComponent][])
      MAKERS[name] = noting(name, make)
  })
  after(() => {
    Object.assign(MAKERS, makers)
    agent.destroy()
  })
  return routes
}

/** One exchange over a kept connection: an attacker has many tries. */
export const tryIt = (port: number, method: string, path: string, options: AskOptions = {}): Promise<Asked> =>
  ask(false, {host: '127.0.0.1', port, path, agent}, {...options, method})

/** Works through a list, some at a time. */
export const inParallel = async <T>(list: readonly T[], work: (it: T) => Promise<void>, width = 16): Promise<void> => {
  let at = 0
  const worker = async () => {
    while (at < list.length) await work(list[at++] as T)
  }
  await Promise.all(Array.from({length: width}, worker))
}

/** A client that connects to a port and says nothing. */
export function stranger(port: number) {
  const socket = connect({host: '127.0.0.1', port})
  const seen = {text: '', open: true}
  socket.on('data', part => (seen.text += part.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => (seen.open = false))
  return {seen, leave: () => socket.destroy()}
}

export interface RawOptions {
  readonly tls?: boolean
  /** Milliseconds after which the client has seen enough. */
  readonly wait?: number
}

/** Sends bytes and gives what came back until the server closed the connection, or `wait` was over (`open`). */
export const rawly = (port: number, bytes: string | Buffer, {tls = false, wait = 3_000}: RawOptions = {}) =>
  new Promise<{readonly text: string; readonly open: boolean}>(resolve => {
    const parts: Buffer[] = []
    const socket = tls
      ? connectTls({host: 'localhost', port, ca: CA_PEM})
      : connect({host: '127.0.0.1', port, allowHalfOpen: true})
    const finish = (open: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({text: Buffer.concat(parts).toString('utf8'), open})
    }
    const timer = setTimeout(() => finish(true), wait)
    socket.on('data', part => parts.push(part))
    socket.on('error', () => undefined)
    socket.on('end', () => finish(false))
    socket.on('close', () => finish(false))
    socket.write(bytes)
  })
