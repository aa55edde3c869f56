import {randomUUID} from 'node:crypto'
import {route, type Route} from '../http/router.js'
import {change, transaction, type Queryable} from '../databases/sql.js'
import type {RevocationNotice} from '../hub/events.js'
import {fullName, activeTenantById} from '../users/users.js'
import {authenticateClient, deleteClient, type Client} from './clients.js'
import type {OAuthNode} from './node-guard.js'
import {invalidRequest, oauth, oauthParameters, OAuthFault} from './oauth-fault.js'
import {
  endToken,
  findByRefreshToken,
  findToken,
  isExpired,
  publicIdOf,
  tokensOf,
  type StoredToken,
} from './stored-token.js'

/** Hears of each token that was revoked, after the database knows. */
export type OnRevoked = (notice: RevocationNotice, correlationId: string) => void

async function noticeOf({shared}: Pick<OAuthNode, 'shared'>, token: StoredToken): Promise<RevocationNotice> {
  const {id, type} = publicIdOf(token)
  const domain = (await activeTenantById(shared, token.tenantId))?.domain ?? ''
  return {
    eventId: randomUUID(),
    revokedToken: id,
    tokenType: type,
    expiryTime: token.issuedAt.getTime() + token.validFor,
    consumerKey: token.consumerKey,
    user: fullName({name: token.user, domain}),
    tenantDomain: domain,
  }
}

/**
 * Revokes a token, inside of a transaction. With `listed` it is also listed in AM_REVOKED_JWT, for those who start later, and its notice
 * is for the listener once the transaction is done. Undefined where nobody has to be told: another call has done it, or it has expired.
 */
export async function revokeOn(
  on: Queryable,
  node: Pick<OAuthNode, 'shared'>,
  token: StoredToken,
  {listed, state = 'REVOKED'}: {readonly listed: boolean; readonly state?: 'REVOKED' | 'INACTIVE'},
): Promise<{readonly revoked: boolean; readonly notice?: RevocationNotice}> {
  // Nobody takes an expired access token, so nobody has to be told.
  const notice = listed && !isExpired(token) ? await noticeOf(node, token) : undefined
  if (!(await endToken(on, token, state))) return {revoked: false}
  if (!notice) return {revoked: true}
  const insert =
    'INSERT INTO AM_REVOKED_JWT (UUID, SIGNATURE, EXPIRY_TIMESTAMP, TENANT_ID, TOKEN_TYPE) VALUES (?, ?, ?, ?, ?)'
  const {eventId, revokedToken, expiryTime, tokenType} = notice
  await change(on, insert, [eventId, revokedToken, expiryTime, token.tenantId, tokenType])
  return {revoked: true, notice}
}

/** Revokes a token; with a listener it is listed before the listener hears of it. */
export async function revokeToken(
  node: OAuthNode,
  token: StoredToken,
  correlationId: string,
  onRevoked?: OnRevoked,
): Promise<void> {
  const listed = onRevoked !== undefined
  const {notice} = await transaction(node.apim, on => revokeOn(on, node, token, {listed}))
  if (notice) onRevoked?.(notice, correlationId)
}

/** Removes an application with its tokens; a listener hears of each: gateways take JWTs without asking. */
export async function removeClient(
  node: OAuthNode,
  client: Client,
  correlationId: string,
  onRevoked?: OnRevoked,
): Promise<void> {
  for (const token of await tokensOf(node.apim, client.key)) await revokeToken(node, token, correlationId, onRevoked)
  await transaction(node.apim, on => deleteClient(on, client))
}

async function find({apim, signer}: OAuthNode, token: string): Promise<StoredToken | undefined> {
  // A JWT that is not genuine is as unknown as any other text.
  const identifier = await signer.identifierOf(token, 'ignored').catch(() => undefined)
  const found = identifier === undefined ? undefined : await findToken(apim, identifier)
  return found ?? findByRefreshToken(apim, token)
}

/** POST /oauth2/revoke: of an access token or a refresh token; unknown ones are revoked already (section 2.2 of RFC 7009). */
export const revokeRoute = (node: OAuthNode, onRevoked?: OnRevoked): Route =>
  route.post(
    '/oauth2/revoke',
    oauth(async call => {
      const form = await oauthParameters(call)
      const client = await authenticateClient(node.apim, call, form)
      const text = form.get('token') ?? ''
      if (text === '') throw invalidRequest('Missing parameters: token')
      const token = await find(node, text)
      if (token && token.consumerKey !== client.key) {
        throw new OAuthFault(401, 'unauthorized_client', 'Unauthorized Client')
      }
      if (token) await revokeToken(node, token, call.correlationId, onRevoked)
      return {status: 200}
    }),
  )
