import type {Route} from '../http/router.js'
import {authorizeRoutes} from './authorize.js'
import {loginPageRoutes} from './login-page.js'
import {logoutRoutes} from './logout.js'
import {registrationRoutes} from './registration.js'
import {discoveryRoutes} from './discovery.js'
import {introspectRoute} from './introspect.js'
import type {OAuthNode} from './node-guard.js'
import {revokeRoute, type OnRevoked} from './revoke.js'
import {tokenRoute} from './token-endpoint.js'

/** What key manager, publisher and devportal answer below /oauth2, /oidc and /client-registration, and the login page. Only the key manager tells of revocations. */
export const oauthRoutes = (node: OAuthNode, onRevoked?: OnRevoked): readonly Route[] => [
  tokenRoute(node, onRevoked),
  ...authorizeRoutes(node),
  ...logoutRoutes(node),
  ...loginPageRoutes,
  revokeRoute(node, onRevoked),
  introspectRoute(node),
  ...discoveryRoutes(node),
  ...registrationRoutes(node, onRevoked),
]
