import {request as httpRequest} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {lookup} from '../../names/lookup.js'

export interface Got {
  readonly status: number
  readonly statusText: string
  readonly text: string
}

interface Options {
  readonly method?: 'GET' | 'HEAD'
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs?: number
  /** Bytes of the answer above which it counts as failed. */
  readonly limit?: number
}

/**
 * Asks an address that a user has given, once: redirects are not followed, nothing of the node's is sent along. Throws Error if the
 * address is none of HTTP or HTTPS, or gives no answer in time.
 */
export async function get(
  url: string,
  {method = 'GET', timeoutMs = 5_000, limit = 1024 * 1024}: Options = {},
): Promise<Got> {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (!target || !/^https?:$/.test(target.protocol)) throw new Error('it is no http or https URL')
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(target, {method, agent: false, lookup, headers: {accept: '*/*'}}, response => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        if (length > limit) outgoing.destroy(new Error(`it answers with more than ${limit} bytes`))
        else parts.push(part)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          text: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    const late = setTimeout(() => outgoing.destroy(new Error(`it did not answer in ${timeoutMs} ms`)), timeoutMs)
    outgoing.on('close', () => clearTimeout(late))
    outgoing.on('error', reject)
    outgoing.end()
  })
}
