import type {IncomingMessage} from 'node:http'
import type {TLSSocket} from 'node:tls'
import {correlationIdOf, splitUrl} from '../../http/call.js'
import {clientIp} from './ip.js'

/** One call of an API. */
export interface GatewayCall {
  readonly request: IncomingMessage
  readonly method: string
  /** Undecoded. */
  readonly path: string
  readonly query: string
  readonly tls: boolean
  readonly ip: string
  readonly id: string
  /** Milliseconds since 1970. */
  readonly began: number
}

export function callOf(request: IncomingMessage): GatewayCall {
  const {path, query} = splitUrl(request.url)
  return {
    request,
    method: request.method ?? 'GET',
    path,
    query,
    tls: (request.socket as TLSSocket).encrypted === true,
    ip: clientIp(request),
    id: correlationIdOf(request),
    began: Date.now(),
  }
}

const DOTS = /(?:^|\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:$|\/|\\|;|%2f|%5c)/i

/** Whether a backend might take a path for another one than the gateway checked: dot segments in any encoding, NUL, a fragment. */
export const isOdd = (path: string): boolean =>
  path.includes('#') || ((path.includes('.') || path.includes('%')) && (DOTS.test(path) || /%00/.test(path)))

const ENCODED = /%(?:[46][1-9a-f]|[57][0-9a]|3\d|2d|2e|5f|7e)/gi

/** A path as resources are looked up: letters, digits, `-._~` are the same encoded or not (RFC 3986, 6.2.2.2). */
export const plainPath = (path: string): string =>
  path.includes('%') ? path.replace(ENCODED, it => decodeURIComponent(it)) : path
