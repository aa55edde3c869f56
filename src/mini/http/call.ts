import {randomUUID} from 'node:crypto'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {TLSSocket} from 'node:tls'
import {badRequest, Fault} from './fault.js'

/** The header by which the product follows a call through its nodes. */
export const CORRELATION_HEADER = 'activityid'
const CORRELATION_ID = /^[\w.:-]{1,100}$/

/** The id that a request carries, or a new one: what would spoil a log line is not taken over. */
export function correlationIdOf({headers}: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[CORRELATION_HEADER]
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID()
}

/** Bytes of a body, unless a route says otherwise. */
const BODY_LIMIT = 1024 * 1024

/** Bytes of bodies that all calls of a node may hold at once: a thousand clients that send slowly must not take its memory. */
const HELD_LIMIT = 16 * 1024 * 1024
let held = 0

/** One request on its way through the router. */
export class Call {
  readonly path: string
  readonly query: URLSearchParams
  readonly correlationId: string
  /** Values of the route's parameters, decoded. */
  private params: Readonly<Record<string, string>> = {}
  private bodyLimit = BODY_LIMIT
  /** Asked so often that it is not logged. */
  quiet = false
  /** Scopes that open the operation beside those that it names itself. */
  openedBy: readonly string[] = []

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    const {path, query} = splitUrl(request.url)
    this.path = path
    this.query = new URLSearchParams(query)
    this.correlationId = correlationIdOf(request)
  }

  /** Says which route takes it: with these parameters, and so many bytes of a body. */
  routed(params: Readonly<Record<string, string>>, bodyLimit = BODY_LIMIT): void {
    this.params = params
    this.bodyLimit = bodyLimit
  }

  get method(): string {
    return this.request.method ?? 'GET'
  }

  get tls(): boolean {
    return (this.request.socket as TLSSocket).encrypted === true
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value[0] : value
  }

  param(name: string): string {
    return this.params[name] ?? ''
  }

  /** The whole body. Throws a Fault 413 above the limit, 503 where too many others are being read. */
  async bytes(): Promise<Buffer> {
    const parts: Buffer[] = []
    let length = 0
    const release = () => {
      held -= length
      length = 0
    }
    this.response.once('close', release)
    try {
      for await (const part of this.request as AsyncIterable<Buffer>) {
        length += part.length
        held += part.length
        if (held > HELD_LIMIT) {
          throw new Fault(503, 'Too many bodies are being read; try again', {
            headers: {'retry-after': '5', connection: 'close'},
          })
        }
        if (length > this.bodyLimit) {
          throw new Fault(413, `The body is larger than ${this.bodyLimit} bytes`, {headers: {connection: 'close'}})
        }
        parts.push(part)
      }
    } catch (error) {
      release()
      // The client's own doing: no database or peer is away.
      throw error instanceof Fault ? error : badRequest('The body breaks off')
    }
    return Buffer.concat(parts)
  }

  /** The body as JSON. Throws a Fault 400 or 415. */
  async json(): Promise<unknown> {
    const type = this.header('content-type')
    if (type !== undefined && !/^[\w.+-]+\/([\w.-]+\+)?json\b/i.test(type)) {
      throw new Fault(415, 'The body must be of type application/json')
    }
    const text = utf8(await this.bytes())
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw badRequest('The body is not valid JSON')
    }
  }

  /** The body as a form. Throws a Fault 415 for another type. */
  async form(): Promise<URLSearchParams> {
    const type = this.header('content-type')
    if (type !== undefined && !/^application\/x-www-form-urlencoded\b/i.test(type)) {
      throw new Fault(415, 'The body must be of type application/x-www-form-urlencoded')
    }
    return new URLSearchParams(utf8(await this.bytes()))
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    throw badRequest('The body is not valid UTF-8')
  }
}

/** Path and query of a request's target, neither decoded. */
export function splitUrl(url = '/'): {readonly path: string; readonly query: string} {
  const at = url.indexOf('?')
  return at < 0 ? {path: url, query: ''} : {path: url.slice(0, at), query: url.slice(at + 1)}
}
