import type {MakeComponent} from '../../component.js'
import {oauthNode} from '../../oauth/node-guard.js'
import {oauthRoutes} from '../../oauth/routes.js'

/** The publisher of the built-in release. */
export const makePublisher: MakeComponent = context => ({routes: {management: oauthRoutes(oauthNode(context))}})
