import type {ClientRequest, IncomingMessage, ServerResponse} from 'node:http'
import {createSecureContext} from 'node:tls'
import {hasBody} from './headers.js'
import {nodeClient} from './node-client.js'
import {pools} from './pools.js'
import {Relay} from './relay.js'
import type {Sending} from './sending.js'
import type {Target} from './target.js'

interface SenderOptions {
  /** CA certificates that backends are verified with. */
  readonly trust: Buffer | undefined
  readonly anyHostName: boolean
  /** Milliseconds of silence after which a backend is given up. */
  readonly idle: number
}

export interface Sender {
  /** Passes a call on and its answer back, both as streams: what one side does not take, the other does not send. */
  send(request: IncomingMessage, response: ServerResponse, sending: Sending): void
  /** A request that the caller ends, and listens to: for a tunnel, or without a body. */
  open(target: Target, method: string, path: string, headers: string[]): ClientRequest
  close(): void
}

export function makeSender({trust, anyHostName, idle}: SenderOptions): Sender {
  const verification = {
    ...(trust && {secureContext: createSecureContext({ca: trust})}),
    ...(anyHostName && {checkServerIdentity: () => undefined}),
  }
  const node = nodeClient(verification, idle)
  const light = pools(verification, idle)
  return {
    send: (request, response, sending) => {
      const relay = new Relay(response, sending.added, sending.answered, idle)
      if (hasBody(request)) node.send(request, response, sending, relay)
      else light.send(response, sending, relay)
    },
    open: node.open,
    close: () => {
      node.close()
      light.close()
    },
  }
}
