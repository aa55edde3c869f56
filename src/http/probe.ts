import type {HttpTarget} from '../model/exchange.js'
import {exchange} from './exchange.js'
import {broken, failure, ok, type Outcome} from './outcome.js'

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'YXBpbS1sYWIgbGluayBwcg==',
}

/** What nginx itself says when no component has the host name, or none of its nodes answers. */
const REFUSALS = [421, 502, 503, 504]

export interface HttpProbe {
  readonly path?: string
  /** Asks for a WebSocket, as its clients do. */
  readonly upgrade?: boolean
}

/** Whether something answers, whatever its status: bytes went both ways, and over TLS the certificate was verified. */
export async function probe(
  target: HttpTarget,
  {path = '/services/Version', upgrade = false}: HttpProbe,
  timeoutMs: number,
): Promise<Outcome> {
  try {
    const {status} = await exchange(target, {method: 'GET', path, ...(upgrade && {headers: UPGRADE})}, {timeoutMs})
    return REFUSALS.includes(status) ? broken(`HTTP ${status}: its backend is unreachable`) : ok(`HTTP ${status}`)
  } catch (error) {
    return failure(error)
  }
}
