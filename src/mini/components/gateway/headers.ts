import type {IncomingMessage} from 'node:http'
import {CODED, ENDLESS, type CallFault} from './faults.js'

/** Headers of one connection only (RFC 9110, 7.6.1), and those that the gateway writes itself. */
const HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']
const REQUEST_DROPPED = new Set([
  ...HOP,
  'proxy-authorization',
  'host',
  'expect',
  'activityid',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
])
const ANSWER_DROPPED = new Set([...HOP, 'proxy-authenticate', 'activityid'])

export const hasBody = ({headers}: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/** Why a body can't be passed on: in another coding than chunks, which Node does not undo, or one whose end nobody knows (RFC 9112, 6). */
export function codingFault({headers}: IncomingMessage): CallFault | undefined {
  const coding = headers['transfer-encoding']?.trim().toLowerCase()
  if (coding === undefined || coding === 'chunked') return undefined
  return /(^|[, ])chunked$/.test(coding) ? CODED : ENDLESS
}

/**
 * Names that a Connection header has besides the usual ones. The length is of the message, whoever names it: a body without it would
 * be read as the next request.
 */
const named = (connection: string | undefined): readonly string[] =>
  connection === undefined || connection === 'keep-alive' || connection === 'close'
    ? []
    : connection
        .split(',')
        .map(it => it.trim().toLowerCase())
        .filter(it => it !== 'content-length')

/**
 * The headers for a backend: those of the call without what belongs to its connection and without `dropped` (lower case), and where the
 * call came from.
 */
export function backendHeaders(
  request: IncomingMessage,
  authority: string,
  proto: string,
  dropped: (name: string) => boolean,
): string[] {
  const {rawHeaders, headers} = request
  const more = named(headers.connection)
  const chunked = headers['transfer-encoding'] !== undefined
  const found = ['Host', authority]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const lower = name.toLowerCase()
    if (REQUEST_DROPPED.has(lower) || dropped(lower) || (more.length > 0 && more.includes(lower))) continue
    // Only chunks have trailers: Node throws where others announce them.
    if (lower === 'trailer' && !chunked) continue
    found.push(name, rawHeaders[i + 1] ?? '')
  }
  if (chunked) found.push('Transfer-Encoding', 'chunked')
  if (headers.te !== undefined && /\btrailers\b/i.test(String(headers.te))) found.push('TE', 'trailers')
  const from = request.socket.remoteAddress ?? ''
  const before = headers['x-forwarded-for']
  found.push('X-Forwarded-For', before === undefined ? from : `${String(before)}, ${from}`)
  found.push('X-Forwarded-Host', String(headers['x-forwarded-host'] ?? headers.host ?? ''))
  found.push('X-Forwarded-Proto', String(headers['x-forwarded-proto'] ?? proto))
  return found
}

const OF_BODY = new Set(['content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'trailer'])

/** The headers of a call that goes on without its body. */
export const bodiless = (headers: readonly string[]): readonly string[] =>
  headers.filter((_, i) => !OF_BODY.has((headers[i - (i % 2)] ?? '').toLowerCase()))

/** Whether a name is this one, which is lower case. */
const isCalled = (given: string, name: string) => given.length === name.length && given.toLowerCase() === name

/** The value of a header, of all its lines; `name`: lower case. */
export function valueOf(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!isCalled(rawHeaders[i] ?? '', name)) continue
    const value = rawHeaders[i + 1] ?? ''
    found = found === undefined ? value : `${found}, ${value}`
  }
  return found
}

function isNamed(headers: readonly string[], name: string): boolean {
  for (let i = 0; i < headers.length; i += 2) if (isCalled(headers[i] ?? '', name)) return true
  return false
}

/**
 * The headers of a backend's answer for the client; what the gateway adds takes the place of the backend's. `trailers`: whether the
 * client's answer can have any.
 */
export function answerHeaders(rawHeaders: readonly string[], added: readonly string[], trailers: boolean): string[] {
  const more = named(valueOf(rawHeaders, 'connection'))
  const found = [...added]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const lower = name.toLowerCase()
    if (ANSWER_DROPPED.has(lower) || isNamed(added, lower) || (more.length > 0 && more.includes(lower))) continue
    if (lower === 'trailer' && !trailers) continue
    found.push(name, rawHeaders[i + 1] ?? '')
  }
  return found
}

/** What no trailer may say (RFC 9110, 6.5.1): it would be about the framing, the route or the login of a message that has gone on already. */
const NO_TRAILERS = new Set([
  ...REQUEST_DROPPED,
  ...ANSWER_DROPPED,
  'trailer',
  'content-length',
  'authorization',
  'set-cookie',
])

/** The trailers of one message for another, as Node takes them. */
export function trailerPairs(rawTrailers: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < rawTrailers.length; i += 2) pairs.push([rawTrailers[i] ?? '', rawTrailers[i + 1] ?? ''])
  return pairs.filter(([name]) => !NO_TRAILERS.has(name.toLowerCase()))
}
