import {request as httpRequest, type IncomingMessage} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {lookupWithin} from '../names/lookup.js'
import {MOST_BODY_BYTES, type HttpAnswer, type HttpRequest, type HttpTarget} from '../model/exchange.js'
import {machineLoad} from './machine-load.js'
import {underLoad} from '../model/load.js'
import {NoAnswer} from './outcome.js'
import {nameMs} from './time-limits.js'

/** Long for a machine that is busy; what is not there is refused at once. */
const ANSWER_MS = 8000

/** How long an answer may take, in milliseconds: longer on a machine that is busy. */
export const answerMs = (): number => underLoad(ANSWER_MS, machineLoad())

/** Options of a TLS connection: the certificate is verified only where an authority is known. */
export const trust = (authority: string | undefined): {rejectUnauthorized: false} | {ca: string} =>
  authority === undefined ? {rejectUnauthorized: false} : {ca: authority}

export const hostHeaderOf = ({hostHeader, serverName, port}: HttpTarget): string =>
  `${hostHeader ?? serverName}:${port}`

export interface ExchangeOptions {
  /** Without a byte for so long, it fails. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const headersOf = ({headers}: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))

/** The answer with the beginning of its body; the rest of a long one is not waited for. */
export const readAnswer = (response: IncomingMessage, done: (answer: HttpAnswer) => void): void => {
  const chunks: Buffer[] = []
  let bytes = 0
  const finish = () =>
    done({
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: Buffer.concat(chunks).toString('utf8', 0, MOST_BODY_BYTES),
    })
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes < MOST_BODY_BYTES) return
    finish()
    response.destroy()
  })
  response.on('end', finish)
}

/** One HTTP exchange on a connection of its own. A switch of protocols ends it with status 101. Throws network errors. */
export function exchange(
  target: HttpTarget,
  {method, path, headers, body}: HttpRequest,
  {timeoutMs = answerMs(), signal}: ExchangeOptions = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const {host, port, tls, serverName, authority} = target
    const request = (tls ? httpsRequest : httpRequest)(
      {
        host,
        port,
        method,
        path,
        headers: {
          host: hostHeaderOf(target),
          ...(body !== undefined && {'content-length': Buffer.byteLength(body)}),
          ...headers,
        },
        timeout: timeoutMs,
        lookup: lookupWithin(nameMs(timeoutMs)),
        agent: false,
        ...(signal && {signal}),
        ...(tls && {servername: serverName, ...trust(authority)}),
      },
      response => {
        response.on('error', reject)
        readAnswer(response, resolve)
      },
    )
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({status: response.statusCode ?? 0, headers: headersOf(response), body: ''})
    })
    request.on('timeout', () => request.destroy(new NoAnswer(timeoutMs)))
    request.on('error', reject)
    request.end(body)
  })
}
