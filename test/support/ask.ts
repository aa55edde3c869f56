import {request as httpRequest, type IncomingHttpHeaders, type RequestOptions} from 'node:http'
import {request as httpsRequest} from 'node:https'

export interface AskOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  readonly json?: unknown
  readonly form?: Record<string, string>
  readonly basic?: string
  readonly bearer?: string
}

export interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  /** The bytes as UTF-8. */
  readonly text: string
  /** The text as JSON, if it is some. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads it as it pleases
  readonly body: any
}

const bodyOf = ({json, form, body}: AskOptions) => {
  if (json !== undefined) return {type: 'application/json', body: JSON.stringify(json)}
  return form ? {type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString()} : {body}
}

/** A text as JSON, or undefined where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is asked: GET without a body, POST with one, unless it is said. */
export const methodOf = (options: AskOptions): string =>
  options.method ?? (bodyOf(options).body === undefined ? 'GET' : 'POST')

/** One exchange with what `target` names: host, port, path, agent and, over TLS, whom to trust. Throws after `timeout` milliseconds. */
export const ask = (
  tls: boolean,
  target: RequestOptions & {readonly ca?: string | Buffer; readonly servername?: string},
  options: AskOptions = {},
  timeout = 15_000,
): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const {basic, bearer} = options
    const {type, body} = bodyOf(options)
    const headers = {
      ...target.headers,
      ...(type !== undefined && {'content-type': type}),
      ...(basic !== undefined && {authorization: `Basic ${Buffer.from(basic).toString('base64')}`}),
      ...(bearer !== undefined && {authorization: `Bearer ${bearer}`}),
      ...(body !== undefined && {'content-length': String(Buffer.byteLength(body))}),
      ...options.headers,
    }
    const method = methodOf(options)
    const request = (tls ? httpsRequest : httpRequest)({...target, method, headers}, response => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(parts)
        const text = bytes.toString('utf8')
        resolve({status: response.statusCode ?? 0, headers: response.headers, bytes, text, body: parsed(text)})
      })
    })
    const what = `${method} ${String(target.path).slice(0, 100)} of ${target.servername ?? target.host}`
    request.setTimeout(timeout, () => request.destroy(new Error(`no answer to ${what} in ${timeout} ms`)))
    request.on('error', reject)
    request.end(body)
  })
