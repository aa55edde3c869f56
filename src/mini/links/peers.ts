import {Agent, request as httpsRequest, type RequestOptions} from 'node:https'
import type {SecureContext} from 'node:tls'
import type {Link} from '../config/links.js'
import {CORRELATION_HEADER} from '../http/call.js'
import {basicHeader, type Account} from '../http/credentials.js'
import {lookup} from '../../names/lookup.js'

export interface PeerRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly account?: Account
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly raw?: {readonly type: string; readonly text: string}
  readonly correlationId?: string | undefined
  /** Milliseconds for the whole exchange; 5000 without it. */
  readonly timeout?: number
  /** Bytes of the answer above which it counts as failed; 64 MB without it. */
  readonly limit?: number
}

export interface PeerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** The body as JSON. Throws Error if it is none. */
  json(): unknown
}

/** HTTPS to peers: verified against the trust store, connections kept. */
export interface Peers {
  /** One exchange with the server of a link. Throws Error (with a `code`) if there is no answer; any status is an answer. */
  ask(link: Pick<Link, 'host' | 'port'>, request: PeerRequest): Promise<PeerAnswer>
  close(): void
}

const TIMEOUT = 5_000
/** Bytes of an answer that a peer may send: all of a large lab's subscriptions. */
const ANSWER_LIMIT = 64 * 1024 * 1024

function bodyOf({json, form, raw}: PeerRequest): {readonly type: string; readonly bytes: Buffer} | undefined {
  if (json !== undefined) return {type: 'application/json', bytes: Buffer.from(JSON.stringify(json))}
  if (raw) return {type: raw.type, bytes: Buffer.from(raw.text)}
  if (!form) return undefined
  return {type: 'application/x-www-form-urlencoded', bytes: Buffer.from(new URLSearchParams(form).toString())}
}

/** Makes the client of a node. */
export function makePeers(trust: SecureContext | undefined): Peers {
  const agent = new Agent({keepAlive: true, maxSockets: 16, ...(trust ? {secureContext: trust} : {})})

  const ask = ({host, port}: Pick<Link, 'host' | 'port'>, asked: PeerRequest): Promise<PeerAnswer> =>
    new Promise((resolve, reject) => {
      const {method = 'GET', path, account, correlationId, timeout = TIMEOUT, limit: most = ANSWER_LIMIT} = asked
      const body = bodyOf(asked)
      const headers = {
        accept: 'application/json',
        ...asked.headers,
        ...(account && {authorization: basicHeader(account)}),
        ...(correlationId && {[CORRELATION_HEADER]: correlationId}),
        ...(body && {'content-type': body.type, 'content-length': String(body.bytes.length)}),
      }
      const options: RequestOptions = {host, port, method, path, headers, agent, lookup, family: 4}
      const outgoing = httpsRequest(options, response => {
        const parts: Buffer[] = []
        let length = 0
        response.on('data', (part: Buffer) => {
          length += part.length
          if (length > most) outgoing.destroy(new Error('the answer does not end'))
          else parts.push(part)
        })
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as unknown,
          })
        })
      })
      const late = () => outgoing.destroy(Object.assign(new Error(`no answer in ${timeout} ms`), {code: 'ETIMEDOUT'}))
      const limit = setTimeout(late, timeout)
      outgoing.on('close', () => clearTimeout(limit))
      outgoing.on('error', reject)
      outgoing.end(body?.bytes)
    })
  return {ask, close: () => agent.destroy()}
}
