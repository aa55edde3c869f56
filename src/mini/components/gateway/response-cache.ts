import type {IncomingMessage} from 'node:http'
import {LRUCache} from 'lru-cache'
import {CORRELATION_HEADER} from '../../http/call.js'
import {valueOf} from './headers.js'
import type {Copy, Head} from './relay.js'

/** Bytes of all answers that are kept, and of one. */
const MOST = 8 * 1024 * 1024
const MOST_OF_ONE = 512 * 1024

interface Kept {
  readonly status: number
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: Buffer
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Headers that differ from call to call and say nothing of what is asked for. */
const OF_THE_CALL = new Set([CORRELATION_HEADER, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'])

/** `max-age=60, no-cache`: what Cache-Control says, by its names. */
const directives = (value: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (value ?? '').split(',').map((it): [string, string] => {
      const [name = '', of = ''] = it.trim().toLowerCase().split('=')
      return [name, of.replaceAll('"', '')]
    }),
  )

const forbids = (said: ReadonlyMap<string, string>) => said.has('no-store') || said.has('no-cache')

/** Seconds that an answer may be kept; 0: not at all. */
function lifeOf({status, headers}: Head, seconds: number): number {
  const said = directives(valueOf(headers, 'cache-control'))
  if (status < 200 || status > 299 || forbids(said) || said.has('private')) return 0
  // An answer to one caller alone.
  if (valueOf(headers, 'set-cookie') !== undefined || valueOf(headers, 'vary') === '*') return 0
  const age = said.get('s-maxage') ?? said.get('max-age')
  return age === undefined || !/^\d+$/.test(age) ? seconds : Math.min(seconds, Number(age))
}

/**
 * Answers to GETs, kept for APIs with `responseCachingEnabled`: one for each path, query and set of headers that the backend would get, as
 * the product's cache mediator has it (hash generator of request and headers; answers 2xx; Cache-Control is kept to).
 */
export class ResponseCache {
  private readonly kept = new LRUCache<string, Kept>({
    maxSize: MOST,
    maxEntrySize: MOST_OF_ONE,
    sizeCalculation: it => it.body.length + 1024,
    perf: Date,
    ttlResolution: 0,
  })

  /** The key of a call; undefined: it is neither answered from here nor kept. `api`: tells what is deployed from all else. */
  static keyOf(api: string, request: IncomingMessage, path: string, headers: readonly string[]): string | undefined {
    if (request.method !== 'GET' || forbids(directives(request.headers['cache-control']))) return undefined
    const lines: string[] = []
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i]?.toLowerCase() ?? ''
      if (!OF_THE_CALL.has(name)) lines.push(`${name}:${headers[i + 1]}`)
    }
    return `${api} ${path}\n${lines.toSorted().join('\n')}`
  }

  find(key: string): Kept | undefined {
    return this.kept.get(key)
  }

  /** What keeps an answer while it passes: as long as Cache-Control says, `seconds` at most. */
  keep(key: string, head: Head, headers: readonly string[], seconds: number): Copy | undefined {
    const life = lifeOf(head, seconds)
    if (life === 0) return undefined
    const parts: Buffer[] = []
    let length = 0
    return {
      part: bytes => {
        length += bytes.length
        if (length <= MOST_OF_ONE) parts.push(bytes)
        else parts.length = 0
      },
      end: () => {
        if (length > MOST_OF_ONE) return
        const kept = {status: head.status, headers, body: Buffer.concat(parts), at: Date.now()}
        this.kept.set(key, kept, {ttl: life * 1000})
      },
    }
  }
}
