import type {Route} from '../http/router.js'
import {registrationRoutes} from './registration.js'
import {discoveryRoutes} from './discovery.js'
import {introspectRoute} from './introspect.js'
import type {OAuthNode} from './node-guard.js'
import {revokeRoute, type OnRevoked} from './revoke.js'
import {tokenRoute} from './token-endpoint.js'

/** What key manager, publisher and devportal answer below /oauth2 and /client-registration. Only the key manager tells of revocations. */
export const oauthRoutes = (node: OAuthNode, onRevoked?: OnRevoked): readonly Route[] => [
  tokenRoute(node),
  revokeRoute(node, onRevoked),
  introspectRoute(node),
  ...discoveryRoutes(node),
  ...registrationRoutes(node, onRevoked),
]
