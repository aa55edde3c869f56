import type {MakeComponent} from '../../component.js'
import {oauthNode} from '../../oauth/node-guard.js'
import {oauthRoutes} from '../../oauth/routes.js'

/** The devportal of the built-in release. */
export const makeDevportal: MakeComponent = context => ({routes: {management: oauthRoutes(oauthNode(context))}})
