import type {Route} from '../http/router.js'
import type {HttpHandler} from '../ports.js'
import {versionBody} from './bodies.js'

/** What the HTTP ports show of the node. */
export interface NodeView {
  readonly version: string
  health(): {readonly ready: boolean}
}

/** What every node answers: its version and, on management ports, its health. */
export const nodeRoutes = (handler: HttpHandler, view: NodeView): readonly Route[] => [
  {
    method: 'GET',
    path: '/services/Version',
    quiet: true,
    handle: () => ({status: 200, body: versionBody(view.version), type: 'text/xml; charset=UTF-8'}),
  },
  ...(handler === 'management' ? [health(view)] : []),
]

const health = (view: NodeView): Route => ({
  method: 'GET',
  path: '/health',
  quiet: true,
  handle: () => {
    const state = view.health()
    return {status: state.ready ? 200 : 503, body: state}
  },
})
