import type {Route} from '../http/router.js'
import {json, route} from '../http/router.js'
import {isOrphan, type Queryable} from '../databases/sql.js'
import {authenticate, findUserIn, rolesOf, splitName, activeTenantById, type Tenant, type User} from '../users/users.js'
import {checkCode, findCode, loginOfCode, nameToken, tokenOfCode, useCode} from './authorization-code.js'
import {authenticateClient, mayLogIn, type Client} from './clients.js'
import {issueToken, type Issued, type Order, type Telling} from './issue.js'
import type {OAuthNode} from './node-guard.js'
import {invalidClient, invalidGrant, invalidRequest, oauth, oauthParameters, OAuthFault} from './oauth-fault.js'
import {revokeToken, type OnRevoked} from './revoke.js'
import {grantedScopes, scopesOf} from './scopes.js'
import {findByRefreshToken, isRefreshExpired, type StoredToken} from './stored-token.js'

/** A call of the token endpoint by a client that is known. */
interface TokenRequest extends Telling {
  readonly node: OAuthNode
  readonly client: Client
  readonly form: URLSearchParams
}

type GrantHandler = (request: TokenRequest) => Promise<Issued>

/** What a token lives that is asked for without an end (a negative period, in the product too). */
const FOR_EVER_SECONDS = 100 * 365 * 24 * 3600

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? ''
  if (value === '') throw invalidRequest(`Missing parameters: ${name}`)
  return value
}

function validityOf(form: URLSearchParams, usual: number): number {
  const given = form.get('validity_period')
  if (given === null) return usual
  if (!/^-?\d{1,15}$/.test(given)) throw invalidRequest('validity_period is not a number of seconds')
  const seconds = Number(given)
  if (seconds === 0) return usual
  return seconds < 0 ? FOR_EVER_SECONDS : Math.min(seconds, FOR_EVER_SECONDS)
}

/** The tenant of an application's or a token's user. Throws an OAuthFault 401 where it is not active. */
async function activeTenant({shared}: OAuthNode, id: number): Promise<Tenant> {
  const tenant = await activeTenantById(shared, id)
  if (!tenant) throw invalidClient('The tenant of this application is not active')
  return tenant
}

async function issueScoped(
  {node, form, ...telling}: TokenRequest,
  order: Omit<Order, 'scopes'>,
  user: User | undefined,
): Promise<Issued> {
  const {client, isApplication} = order
  const roles = user ? await rolesOf(node.shared, user) : []
  const asked = scopesOf(form.get('scope'))
  const scopes = await grantedScopes(node, asked, {tenantId: client.tenantId, roles, isApplication})
  return issueToken(node, {...order, scopes}, telling)
}

const clientCredentials: GrantHandler = async request => {
  const {node, client, form} = request
  const tenant = await activeTenant(node, client.tenantId)
  const owner = await findUserIn(node.shared, tenant, client.owner)
  const order = {
    client,
    user: {name: client.owner, tenant},
    isApplication: true,
    grantType: 'client_credentials',
    validFor: validityOf(form, client.validFor.application),
  }
  return issueScoped(request, order, owner)
}

const password: GrantHandler = async request => {
  const {node, client, form} = request
  const username = required(form, 'username')
  const user = await authenticate(node.shared, {username, password: required(form, 'password')})
  // One message for all reasons: it must not tell which users there are.
  if (!user || !mayLogIn(user, client)) {
    throw invalidGrant(`Authentication failed for ${splitName(username).name.slice(0, 100)}`)
  }
  const {name, id, domain} = user
  const order = {
    client,
    user: {name, tenant: {id, domain}},
    isApplication: false,
    grantType: 'password',
    validFor: validityOf(form, client.validFor.user),
  }
  return issueScoped(request, order, user)
}

const authorizationCode: GrantHandler = async ({node, client, form, ...telling}) => {
  const code = required(form, 'code')
  const found = await findCode(node, code)
  if (found?.consumerKey !== client.key) throw invalidGrant('Invalid authorization code received from token request')
  const reused = async () => {
    // Whoever has it too has stolen it, or was stolen from: section 4.1.2 of RFC 6749.
    const token = await tokenOfCode(node, found)
    if (token) await revokeToken(node, token, telling.correlationId, telling.onRevoked)
    return invalidGrant('Inactive authorization code received from token request')
  }
  if (found.state !== 'ACTIVE') throw await reused()
  checkCode(found, {redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier')})
  const tenant = await activeTenant(node, found.tenantId)
  const order = {
    client,
    user: {name: found.user, tenant},
    isApplication: false,
    grantType: 'authorization_code',
    scopes: found.scopes,
    validFor: validityOf(form, client.validFor.user),
    login: await loginOfCode(node, code),
  }
  let isFirst = true
  const before = async (on: Queryable) => {
    isFirst = await useCode(on, found)
    if (!isFirst) throw invalidGrant('The code is used')
  }
  try {
    return await issueToken(node, order, telling, {before, after: (on, id) => nameToken(on, found, id)})
  } catch (error) {
    throw isFirst ? error : await reused()
  }
}

function narrowed({scopes}: StoredToken, form: URLSearchParams): readonly string[] {
  const asked = scopesOf(form.get('scope'))
  if (asked.some(it => !scopes.includes(it))) {
    throw new OAuthFault(400, 'invalid_scope', 'The token has fewer scopes than were asked for')
  }
  return asked.length === 0 ? [...scopes].sort() : [...asked].sort()
}

const refreshToken: GrantHandler = async ({node, client, form, ...telling}) => {
  const old = await findByRefreshToken(node.apim, required(form, 'refresh_token'))
  if (!old || old.consumerKey !== client.key || old.state !== 'ACTIVE') {
    throw invalidGrant('Persisted access token data not found')
  }
  if (isRefreshExpired(old)) throw invalidGrant('Refresh token is expired.')
  const tenant = await activeTenant(node, old.tenantId)
  const order = {
    client,
    user: {name: old.user, tenant},
    isApplication: false,
    grantType: 'refresh_token',
    scopes: narrowed(old, form),
    validFor: validityOf(form, client.validFor.user),
    refreshed: old,
  }
  return issueToken(node, order, telling)
}

const GRANTS: ReadonlyMap<string, GrantHandler> = new Map([
  ['client_credentials', clientCredentials],
  ['password', password],
  ['refresh_token', refreshToken],
  ['authorization_code', authorizationCode],
])

/** Names of the grants, for discovery. */
export const GRANT_TYPES: readonly string[] = [...GRANTS.keys()]

/** POST /oauth2/token. */
export const tokenRoute = (node: OAuthNode, onRevoked?: OnRevoked): Route =>
  route.post(
    '/oauth2/token',
    oauth(async call => {
      const form = await oauthParameters(call)
      const name = required(form, 'grant_type')
      const grant = GRANTS.get(name)
      if (!grant) throw new OAuthFault(400, 'unsupported_grant_type', 'Unsupported grant_type value')
      const client = await authenticateClient(node.apim, call, form)
      if (!client.grantTypes.includes(name)) {
        const description = 'The authenticated client is not authorized to use this authorization grant type'
        throw new OAuthFault(400, 'unauthorized_client', description)
      }
      try {
        return json(await grant({node, client, form, onRevoked, correlationId: call.correlationId}))
      } catch (error) {
        if (!isOrphan(error)) throw error
        throw invalidClient('The application was removed meanwhile')
      }
    }),
  )
