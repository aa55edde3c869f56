import type {IncomingMessage, RequestListener} from 'node:http'
import type {Duplex} from 'node:stream'
import type {Component} from '../component.js'
import {splitUrl} from '../http/call.js'
import {router} from '../http/router.js'
import type {Log} from '../log.js'
import type {HttpHandler} from '../ports.js'
import {noApiBody, sendNoApi, VERSION_PATH} from './bodies.js'
import type {Surface} from './http-server.js'
import {nodeRoutes, type NodeView} from './node-routes.js'
import {answerRaw} from './raw-answer.js'

function refuseUpgrade(request: IncomingMessage, socket: Duplex) {
  socket.on('error', () => undefined)
  answerRaw(socket, 404, 'application/xml', noApiBody((request.url ?? '/').slice(0, 200)))
}

/** Puts together what the node answers on a kind of port, and what its component adds. */
export function surface(handler: HttpHandler, component: Component, view: NodeView, log: Log): Surface {
  const own = nodeRoutes(handler, view)
  const routes = [...own, ...(component.routes?.[handler] ?? [])]
  const routed = router(routes, handler === 'management' ? (component.apis ?? []) : [], log)
  if (handler === 'management' || handler === 'store-query') return {request: routed}

  const noApi: RequestListener = (request, response) => {
    request.resume()
    sendNoApi(response, splitUrl(request.url).path.slice(0, 200))
  }
  const raw = component.raw?.[handler]
  const others = raw?.request ?? noApi
  const request: RequestListener =
    handler === 'websocket'
      ? others
      : (incoming, response) => {
          const isVersion = splitUrl(incoming.url).path === VERSION_PATH
          if (isVersion) routed(incoming, response)
          else others(incoming, response)
        }
  const upgrade = raw?.upgrade ?? (handler === 'websocket' ? refuseUpgrade : undefined)
  return {request, streams: handler === 'gateway', ...(upgrade && {upgrade})}
}
