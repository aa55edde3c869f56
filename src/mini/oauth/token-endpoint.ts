import type {Route} from '../http/router.js'
import {json, route} from '../http/router.js'
import {change, isOrphan, transaction} from '../databases/sql.js'
import {authenticate, findUserIn, rolesOf, splitName, activeTenantById, type Tenant, type User} from '../users/users.js'
import {authenticateClient, type Client} from './clients.js'
import {issueToken, type Issued, type Order} from './issue.js'
import type {OAuthNode} from './node-guard.js'
import {invalidClient, invalidGrant, invalidRequest, oauth, oauthForm, OAuthFault} from './oauth-fault.js'
import {grantedScopes, scopesOf} from './scopes.js'
import {findByRefreshToken, isRefreshExpired, type StoredToken} from './stored-token.js'

type GrantHandler = (node: OAuthNode, client: Client, form: URLSearchParams) => Promise<Issued>

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
  {apim, shared, signer}: OAuthNode,
  order: Omit<Order, 'scopes'>,
  form: URLSearchParams,
  user: User | undefined,
): Promise<Issued> {
  const {client, isApplication} = order
  const roles = user ? await rolesOf(shared, user) : []
  const asked = scopesOf(form.get('scope'))
  const scopes = await grantedScopes(apim, asked, {tenantId: client.tenantId, roles, isApplication})
  return transaction(apim, on => issueToken(on, signer, {...order, scopes}))
}

const clientCredentials: GrantHandler = async (node, client, form) => {
  const tenant = await activeTenant(node, client.tenantId)
  const owner = await findUserIn(node.shared, tenant, client.owner)
  const order = {
    client,
    user: {name: client.owner, tenant},
    isApplication: true,
    grantType: 'client_credentials',
    validFor: validityOf(form, client.validFor.application),
  }
  return issueScoped(node, order, form, owner)
}

const password: GrantHandler = async (node, client, form) => {
  const username = required(form, 'username')
  const user = await authenticate(node.shared, {username, password: required(form, 'password')})
  // One message for all reasons: it must not tell which users there are. Another tenant's users may log in to SaaS applications only.
  if (!user || (user.id !== client.tenantId && !client.saas)) {
    throw invalidGrant(`Authentication failed for ${splitName(username).name.slice(0, 100)}`)
  }
  const {name, id, domain} = user
  const order = {
    client,
    user: {name, tenant: {id, domain}},
    isApplication: false,
    grantType: 'password',
    validFor: client.validFor.user,
  }
  return issueScoped(node, order, form, user)
}

function narrowed({scopes}: StoredToken, form: URLSearchParams): readonly string[] {
  const asked = scopesOf(form.get('scope'))
  if (asked.some(it => !scopes.includes(it))) {
    throw new OAuthFault(400, 'invalid_scope', 'The token has fewer scopes than were asked for')
  }
  return asked.length === 0 ? [...scopes].sort() : [...asked].sort()
}

const refreshToken: GrantHandler = async (node, client, form) => {
  const old = await findByRefreshToken(node.apim, required(form, 'refresh_token'))
  const gone = () => invalidGrant('Persisted access token data not found')
  if (!old || old.consumerKey !== client.key || old.state !== 'ACTIVE') throw gone()
  if (isRefreshExpired(old)) throw invalidGrant('Refresh token is expired.')
  const tenant = await activeTenant(node, old.tenantId)
  const order = {
    client,
    user: {name: old.user, tenant},
    isApplication: false,
    grantType: 'refresh_token',
    scopes: narrowed(old, form),
    validFor: client.validFor.user,
  }
  return transaction(node.apim, async on => {
    // Of two who come with the same token at once, one gets the new one.
    const sql =
      "UPDATE IDN_OAUTH2_ACCESS_TOKEN SET TOKEN_STATE = 'INACTIVE' WHERE TOKEN_ID = ? AND TOKEN_STATE = 'ACTIVE'"
    const {count} = await change(on, sql, [old.id])
    if (count === 0) throw gone()
    return issueToken(on, node.signer, order)
  })
}

const GRANTS: ReadonlyMap<string, GrantHandler> = new Map([
  ['client_credentials', clientCredentials],
  ['password', password],
  ['refresh_token', refreshToken],
])

/** Names of the grants, for discovery. */
export const GRANT_TYPES: readonly string[] = [...GRANTS.keys()]

/** POST /oauth2/token. */
export const tokenRoute = (node: OAuthNode): Route =>
  route.post(
    '/oauth2/token',
    oauth(async call => {
      const form = await oauthForm(call)
      const name = required(form, 'grant_type')
      const grant = GRANTS.get(name)
      if (!grant) throw new OAuthFault(400, 'unsupported_grant_type', 'Unsupported grant_type value')
      const client = await authenticateClient(node.apim, call, form)
      if (!client.grantTypes.includes(name)) {
        const description = 'The authenticated client is not authorized to use this authorization grant type'
        throw new OAuthFault(400, 'unauthorized_client', description)
      }
      try {
        return json(await grant(node, client, form))
      } catch (error) {
        if (!isOrphan(error)) throw error
        throw invalidClient('The application was removed meanwhile')
      }
    }),
  )
