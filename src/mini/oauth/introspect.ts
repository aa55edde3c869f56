import type {Call} from '../http/call.js'
import {basicOf, bearerOf} from '../http/credentials.js'
import {json, route, type Route} from '../http/router.js'
import {ADMIN_ROLE} from '../users/roles.js'
import {authenticate, rolesOf, SUPER_TENANT, activeTenantById} from '../users/users.js'
import {subjectOf} from './issue.js'
import type {OAuthNode} from './node-guard.js'
import {invalidClient, invalidRequest, oauth, oauthForm, OAuthFault} from './oauth-fault.js'
import {findToken, isExpired, type StoredToken} from './stored-token.js'

/** The product opens its endpoint to callers with this scope, or with the permission behind it, which administrators have. */
const SCOPES = ['internal_application_mgt_view', 'apim:admin']

/** A token that can be used now, or undefined. */
export async function activeToken({apim, signer}: OAuthNode, text: string): Promise<StoredToken | undefined> {
  const identifier = await signer.identifierOf(text).catch(() => undefined)
  const token = identifier === undefined ? undefined : await findToken(apim, identifier)
  return token?.state === 'ACTIVE' && !isExpired(token) ? token : undefined
}

/** The tenant of who asks. Throws an OAuthFault 401 or 403. */
async function callerOf(node: OAuthNode, call: Call): Promise<number> {
  const forbidden = () => new OAuthFault(403, 'insufficient_scope', 'The caller may not introspect tokens')
  const bearer = bearerOf(call)
  if (bearer !== undefined) {
    const token = await activeToken(node, bearer)
    if (!token)
      throw new OAuthFault(401, 'invalid_token', 'The access token is not valid', {'www-authenticate': 'Bearer'})
    if (!SCOPES.some(it => token.scopes.includes(it))) throw forbidden()
    return token.tenantId
  }
  const account = basicOf(call)
  const user = account && (await authenticate(node.shared, account))
  if (!user) throw invalidClient('Authentication failed')
  if (!(await rolesOf(node.shared, user)).includes(ADMIN_ROLE)) throw forbidden()
  return user.id
}

/** POST /oauth2/introspect: fields of IntrospectInfo, carbon-apimgt v6.7.206. Quiet: gateways ask for each new token. */
export const introspectRoute = (node: OAuthNode): Route =>
  route.post(
    '/oauth2/introspect',
    oauth(async call => {
      const caller = await callerOf(node, call)
      const text = (await oauthForm(call)).get('token') ?? ''
      if (text === '') throw invalidRequest('Missing parameters: token')
      const token = await activeToken(node, text)
      const tenant = token && (await activeTenantById(node.shared, token.tenantId))
      // Tenants don't see each other's tokens.
      if (!token || !tenant || (caller !== SUPER_TENANT.id && caller !== tenant.id)) return json({active: false})
      const seconds = Math.floor(token.issuedAt.getTime() / 1000)
      return json({
        aut: token.grantType === 'client_credentials' ? 'APPLICATION' : 'APPLICATION_USER',
        nbf: seconds,
        scope: [...token.scopes].sort().join(' '),
        active: true,
        token_type: 'Bearer',
        exp: seconds + Math.floor(token.validFor / 1000),
        iat: seconds,
        client_id: token.consumerKey,
        username: subjectOf({name: token.user, tenant}),
      })
    }),
    {quiet: true},
  )
