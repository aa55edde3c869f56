import {connect as tcpConnect} from 'node:net'
import {connect as tlsConnect} from 'node:tls'
import {WebSocket} from 'ws'
import type {HttpAnswer, HttpRequest, HttpTarget} from '../model/exchange.js'
import {ANSWER_MS, hostHeaderOf, readAnswer, trust, type ExchangeOptions} from './exchange.js'

/**
 * Opens a WebSocket, says `body` and closes it after the first message: an answer of status 101 whose body that message is. Where
 * the server refuses the switch, its answer. Throws network errors.
 */
export function sayOverWebSocket(
  target: HttpTarget,
  {path, headers, body = ''}: Omit<HttpRequest, 'method'>,
  {timeoutMs = ANSWER_MS, signal}: ExchangeOptions = {},
): Promise<HttpAnswer> {
  const {host, port, tls, serverName, authority} = target
  const options = {
    headers: {...headers},
    handshakeTimeout: timeoutMs,
    // The name is not looked up: it may be known to the server only.
    createConnection: () =>
      tls ? tlsConnect({host, port, servername: serverName, ...trust(authority)}) : tcpConnect({host, port}),
  }
  const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://${hostHeaderOf(target)}${path}`, options)
  const over = new AbortController()
  const answered = new Promise<HttpAnswer>((resolve, reject) => {
    const fail = (why: string) => () => reject(new Error(why))
    const timer = setTimeout(fail(`no message within ${timeoutMs} ms`), timeoutMs)
    over.signal.addEventListener('abort', () => clearTimeout(timer))
    signal?.addEventListener('abort', () => reject(signal.reason as Error), {signal: over.signal})
    socket.on('open', () => socket.send(body))
    socket.on('message', data => resolve({status: 101, headers: {}, body: String(data)}))
    socket.on('unexpected-response', (_, response) => {
      response.on('error', reject)
      readAnswer(response, resolve)
    })
    socket.on('close', fail('the WebSocket was closed without a message'))
    socket.on('error', reject)
  })
  return answered.finally(() => {
    over.abort()
    socket.terminate()
  })
}
