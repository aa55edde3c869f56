import {bearerOf} from '../http/credentials.js'
import {json, route, type Route} from '../http/router.js'
import {activeTenantById} from '../users/users.js'
import {activeToken} from './introspect.js'
import {subjectOf} from './issue.js'
import type {OAuthNode} from './node-guard.js'
import {oauth, OAuthFault} from './oauth-fault.js'
import {GRANT_TYPES} from './token-endpoint.js'

function document(issuer: string) {
  const base = issuer.replace(/\/token$/, '')
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    userinfo_endpoint: `${base}/userinfo`,
    revocation_endpoint: `${base}/revoke`,
    introspection_endpoint: `${base}/introspect`,
    jwks_uri: `${base}/jwks`,
    end_session_endpoint: `${base.replace(/\/oauth2$/, '')}/oidc/logout`,
    grant_types_supported: GRANT_TYPES,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    scopes_supported: ['openid'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'nonce', 'at_hash', 'auth_time'],
  }
}

const userInfo = (node: OAuthNode): Route['handle'] =>
  oauth(async call => {
    const bearer = bearerOf(call)
    const token = bearer === undefined ? undefined : await activeToken(node, bearer)
    const tenant = token && (await activeTenantById(node.shared, token.tenantId))
    if (!token || !tenant) {
      throw new OAuthFault(401, 'invalid_token', 'The access token is not valid', {'www-authenticate': 'Bearer'})
    }
    if (!token.scopes.includes('openid')) {
      throw new OAuthFault(403, 'insufficient_scope', 'Access token does not have the openid scope')
    }
    return json({sub: subjectOf({name: token.user, tenant})})
  })

// A traffic manager asks for a tenant's below its path; mini has one key for all.
const prefixed = (path: string) => [path, `/t/:tenant${path}`]

/** GET of the keys, of the discovery document and of the caller's own claims. */
export const discoveryRoutes = (node: OAuthNode): readonly Route[] => [
  ...prefixed('/oauth2/jwks').map((path): Route => route.get(path, () => json(node.signer.jwks()), {quiet: true})),
  ...['/oauth2/token', '/oauth2/oidcdiscovery']
    .flatMap(prefixed)
    .map((path): Route =>
      route.get(`${path}/.well-known/openid-configuration`, () => json(document(node.signer.issuer)), {quiet: true}),
    ),
  route.get('/oauth2/userinfo', userInfo(node)),
  route.post('/oauth2/userinfo', userInfo(node)),
]
