import type {HttpAnswer, HttpRequest, HttpTarget} from '../model/exchange.js'
import {exchange, type ExchangeOptions} from './exchange.js'
import type {Outcome} from './outcome.js'
import {askTwice} from './time-limits.js'
import {probe, type HttpProbe} from './probe.js'
import {sayOverWebSocket} from './web-socket.js'

export interface Published {
  /** As the engine tells it. */
  readonly address: string
  readonly port: number
  /** Name in the URL: SNI, certificate and Host header, whatever this host resolves it to. */
  readonly hostName: string
  readonly tls: boolean
  /** PEM. */
  readonly authority: string
}

const ANY: Readonly<Record<string, string>> = {'0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1'}

const publishedTarget = ({address, port, hostName, tls, authority}: Published): HttpTarget => ({
  host: ANY[address] ?? address,
  port,
  tls,
  serverName: hostName,
  authority,
})

/** Asks a port that a lab publishes, as a user of this host would. */
export function askPublished(published: Published, question: HttpProbe): Promise<Outcome> {
  return askTwice(limitMs => probe(publishedTarget(published), question, limitMs))
}

/** One HTTP exchange with a port that a lab publishes; over WebSocket the body is said, and the first message told back. */
export function exchangePublished(
  published: Published,
  request: HttpRequest,
  {webSocket, ...options}: ExchangeOptions & {readonly webSocket: boolean},
): Promise<HttpAnswer> {
  return (webSocket ? sayOverWebSocket : exchange)(publishedTarget(published), request, options)
}
