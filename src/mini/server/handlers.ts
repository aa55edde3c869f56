import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import type {HttpHandler} from '../ports.js'
import {errorBody, sendJson, sendNoApi, sendVersion} from './bodies.js'

/** What the HTTP ports show of the node. */
export interface NodeView {
  readonly version: string
  health(): {readonly ready: boolean}
}

const pathOf = (request: IncomingMessage) => (request.url ?? '/').split('?')[0] ?? '/'

const notFound = (response: ServerResponse, path: string) =>
  sendJson(response, 404, errorBody(404, 'Not Found', `mini has nothing at ${path.slice(0, 200)}`))

const get = (request: IncomingMessage) => request.method === 'GET' || request.method === 'HEAD'

/** The handler of an HTTP port. Nothing pretends: what mini does not have is not found. */
export const requestListener =
  (handler: HttpHandler, view: NodeView): RequestListener =>
  (request, response) => {
    // A body that nobody reads would hold the connection.
    request.resume()
    request.on('error', () => undefined)
    const path = pathOf(request)
    const known = handler !== 'websocket' && path === '/services/Version'
    const health = handler === 'management' && path === '/health'
    if ((known || health) && !get(request)) {
      response.setHeader('allow', 'GET, HEAD')
      sendJson(response, 405, errorBody(405, 'Method Not Allowed', `${path} answers GET only`))
    } else if (known) sendVersion(response, view.version)
    else if (health) {
      const state = view.health()
      sendJson(response, state.ready ? 200 : 503, state)
    } else if (handler === 'management' || handler === 'store-query') notFound(response, path)
    else sendNoApi(response, path.slice(0, 200))
  }
