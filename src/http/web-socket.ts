import {connect as tcpConnect} from 'node:net'
import {connect as tlsConnect} from 'node:tls'
import {WebSocket} from 'ws'
import type {HttpAnswer, HttpRequest, HttpTarget} from '../model/exchange.js'
import {lookupWithin} from '../names/lookup.js'
import {NoAnswer} from './outcome.js'
import {nameMs} from './time-limits.js'
import {answerMs, hostHeaderOf, readAnswer, trust, type ExchangeOptions} from './exchange.js'

/**
 * Opens a WebSocket, says `body` and closes it after the first message: an answer of status 101 whose body that message is. Where
 * the server refuses the switch, its answer. Throws network errors.
 */
export function sayOverWebSocket(
  target: HttpTarget,
  {path, headers, body = ''}: Omit<HttpRequest, 'method'>,
  {timeoutMs = answerMs(), signal}: ExchangeOptions = {},
): Promise<HttpAnswer> {
  const {host, port, tls, serverName, authority} = target
  const lookup = lookupWithin(nameMs(timeoutMs))
  const options = {
    headers: {...headers},
    handshakeTimeout: timeoutMs,
    // The name is not looked up: it may be known to the server only.
    createConnection: () =>
      tls
        ? tlsConnect({host, port, lookup, servername: serverName, ...trust(authority)})
        : tcpConnect({host, port, lookup}),
  }
  const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://${hostHeaderOf(target)}${path}`, options)
  const over = new AbortController()
  const answered = new Promise<HttpAnswer>((resolve, reject) => {
    const fail = (error: Error) => () => reject(error)
    const timer = setTimeout(fail(new NoAnswer(timeoutMs, 'no message')), timeoutMs)
    over.signal.addEventListener('abort', () => clearTimeout(timer))
    signal?.addEventListener('abort', () => reject(signal.reason as Error), {signal: over.signal})
    socket.on('open', () => socket.send(body))
    socket.on('message', data => resolve({status: 101, headers: {}, body: String(data)}))
    socket.on('unexpected-response', (_, response) => {
      response.on('error', reject)
      readAnswer(response, resolve)
    })
    socket.on('close', fail(new Error('the WebSocket was closed without a message')))
    socket.on('error', reject)
  })
  return answered.finally(() => {
    over.abort()
    socket.terminate()
  })
}
