import {route, type Route} from '../http/router.js'
import type {HttpHandler} from '../ports.js'
import {versionBody} from './bodies.js'

/** What the HTTP ports show of the node. */
export interface NodeView {
  readonly version: string
  health(): {readonly ready: boolean}
}

/** What every node answers: its version and, on management ports, its health. */
export const nodeRoutes = (handler: HttpHandler, view: NodeView): readonly Route[] => [
  route.get(
    '/services/Version',
    () => ({status: 200, body: versionBody(view.version), type: 'text/xml; charset=UTF-8'}),
    {quiet: true},
  ),
  ...(handler === 'management' ? [health(view)] : []),
]

const health = (view: NodeView): Route =>
  route.get(
    '/health',
    () => {
      const state = view.health()
      return {status: state.ready ? 200 : 503, body: state}
    },
    {quiet: true},
  )
