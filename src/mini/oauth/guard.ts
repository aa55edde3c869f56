import type {Pool} from 'mysql2/promise'
import type {Call} from '../http/call.js'
import {basicOf, bearerOf, type Account} from '../http/credentials.js'
import {Fault} from '../http/fault.js'
import {activeTenantById, authenticate, fullName, rolesOf, type Tenant, type User} from '../users/users.js'
import {grantedScopes} from './scopes.js'
import {findToken, isExpired, opaqueIdentifier, type Identifier, type StoredToken} from './stored-token.js'

/** Who calls a REST API, and what the token allows. */
export interface Principal {
  /** Without the tenant. */
  readonly name: string
  readonly tenant: Tenant
  /** Empty for who has come with user name and password. */
  readonly consumerKey: string
  readonly scopes: readonly string[]
}

/** As it stands outside of the tenant: `admin`, `a@example.com`. */
export const nameOf = ({name, tenant}: Principal): string => fullName({name, domain: tenant.domain})

export interface Guard {
  /** The caller, by token or account. Throws a Fault 401 without a valid one, 403 for a token that has none of the scopes. */
  principal(call: Call, scopes: readonly string[]): Promise<Principal>
  /** The caller with an account of its own (admin services, registration). Throws a Fault 401. */
  user(call: Call): Promise<User>
}

const BASIC = 'Basic realm="carbon"'

/** 900902 and 900901: APISecurityConstants of carbon-apimgt v6.7.206. */
const unauthorized = (code: number, description: string, scheme = 'Bearer') =>
  new Fault(401, description, {
    code,
    message: 'Unclassified Authentication Failure',
    headers: {'www-authenticate': scheme},
  })

/**
 * Checks callers as the product's REST APIs do: tokens against apimgtdb, without asking the key manager, so one from any node serves on
 * all. `identifierOf` gives a JWT's jti after checking its signature; throws if it is not genuine.
 */
export function makeGuard(
  apim: Pool,
  shared: Pool,
  identifierOf: (token: string) => Promise<Identifier> = token => Promise.resolve(opaqueIdentifier(token)),
): Guard {
  const tenant = async (id: number): Promise<Tenant> => {
    const found = await activeTenantById(shared, id)
    if (!found) throw unauthorized(900901, 'The tenant of this token is not active')
    return found
  }
  const find = async (token: string): Promise<StoredToken> => {
    let identifier: Identifier
    try {
      identifier = token.includes('.') ? await identifierOf(token) : opaqueIdentifier(token)
    } catch {
      throw unauthorized(900901, 'Invalid Credentials')
    }
    const found = await findToken(apim, identifier)
    if (!found || found.state !== 'ACTIVE' || isExpired(found)) throw unauthorized(900901, 'Invalid Credentials')
    return found
  }
  /** A user without a token: BasicAuthenticationInterceptor of carbon-apimgt v6.7.206 answers 401 for a missing role too. */
  const byAccount = async (account: Account, scopes: readonly string[]): Promise<Principal> => {
    const refuse = () => unauthorized(900901, 'Unauthenticated request', BASIC)
    const user = await authenticate(shared, account)
    if (!user) throw refuse()
    const {name, id, domain} = user
    const roles = await rolesOf(shared, user)
    const granted = await grantedScopes({apim, shared}, scopes, {tenantId: id, roles, isApplication: false})
    const own = granted.filter(it => scopes.includes(it))
    if (own.length === 0) throw refuse()
    return {name, tenant: {id, domain}, consumerKey: '', scopes: own}
  }
  return {
    principal: async (call, named) => {
      const scopes = [...named, ...call.openedBy]
      const account = basicOf(call)
      if (account) return byAccount(account, scopes)
      const token = bearerOf(call)
      if (token === undefined) throw unauthorized(900902, 'Missing Credentials')
      const found = await find(token)
      if (!scopes.some(it => found.scopes.includes(it))) {
        throw new Fault(403, 'The access token does not allow you to access the requested resource', {code: 900910})
      }
      const {user: name, consumerKey, tenantId} = found
      return {name, tenant: await tenant(tenantId), consumerKey, scopes: found.scopes}
    },
    user: async call => {
      const account = basicOf(call)
      const user = account && (await authenticate(shared, account))
      if (!user) throw unauthorized(900901, 'Unknown user or wrong password', BASIC)
      return user
    },
  }
}
