import {request as httpRequest} from 'node:http'
import {request as httpsRequest} from 'node:https'

const ANSWER_MS = 8000

/** What nginx itself says when no component has the host name, or none of its nodes answers. */
const REFUSALS = [421, 502, 503, 504]

export interface PublishedTarget {
  readonly address: string
  readonly port: number
  /** Name in the URL: SNI, certificate and Host header, whatever this host resolves it to. */
  readonly hostName: string
  readonly tls: boolean
  /** PEM. */
  readonly authority: string
  /** Asks for a WebSocket. */
  readonly upgrade: boolean
}

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'YXBpbS1sYWIgbGluayBwcg==',
}

const ANY: Readonly<Record<string, string>> = {'0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1'}

/** Asks a port that a container publishes, from this host: any HTTP answer of a component is an answer. */
export function askPublished({address, port, hostName, tls, authority, upgrade}: PublishedTarget): Promise<{
  readonly ok: boolean
  readonly detail: string
}> {
  return new Promise(resolve => {
    const answered = (status = 0) =>
      REFUSALS.includes(status)
        ? resolve({ok: false, detail: `HTTP ${status}: nothing behind it answers`})
        : resolve({ok: true, detail: `HTTP ${status}`})
    const request = (tls ? httpsRequest : httpRequest)(
      {
        host: ANY[address] ?? address,
        port,
        path: '/services/Version',
        headers: {host: `${hostName}:${port}`, ...(upgrade && UPGRADE)},
        timeout: ANSWER_MS,
        agent: false,
        ...(tls && {servername: hostName, ca: authority}),
      },
      response => {
        response.resume()
        answered(response.statusCode)
        request.destroy()
      },
    )
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      answered(response.statusCode)
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    request.on('error', error => resolve({ok: false, detail: error.message}))
    request.end()
  })
}
