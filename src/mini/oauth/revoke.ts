import {randomUUID} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {route, type Route} from '../http/router.js'
import {change, transaction} from '../databases/sql.js'
import type {RevocationNotice} from '../hub/events.js'
import {fullName, activeTenantById} from '../users/users.js'
import {authenticateClient, deleteClient, type Client} from './clients.js'
import type {OAuthNode} from './node-guard.js'
import {invalidRequest, oauth, oauthForm, OAuthFault} from './oauth-fault.js'
import {findByRefreshToken, findToken, isExpired, publicIdOf, tokensOf, type StoredToken} from './stored-token.js'

/** Hears of each token that was revoked, after the database knows. */
export type OnRevoked = (notice: RevocationNotice, correlationId: string) => void

async function noticeOf({shared}: OAuthNode, token: StoredToken): Promise<RevocationNotice> {
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

/** Marks a token as revoked and lists it for those who start later; false where another call has done it. */
const mark = (apim: Pool, token: StoredToken, notice: RevocationNotice | undefined): Promise<boolean> =>
  transaction(apim, async on => {
    const sql =
      "UPDATE IDN_OAUTH2_ACCESS_TOKEN SET TOKEN_STATE = 'REVOKED' WHERE TOKEN_ID = ? AND TOKEN_STATE = 'ACTIVE'"
    if ((await change(on, sql, [token.id])).count === 0) return false
    if (!notice) return true
    const insert =
      'INSERT INTO AM_REVOKED_JWT (UUID, SIGNATURE, EXPIRY_TIMESTAMP, TENANT_ID, TOKEN_TYPE) VALUES (?, ?, ?, ?, ?)'
    const {eventId, revokedToken, expiryTime, tokenType} = notice
    await change(on, insert, [eventId, revokedToken, expiryTime, token.tenantId, tokenType])
    return true
  })

/** Revokes a token. With a listener the token is also listed in AM_REVOKED_JWT, in the same transaction, before the listener hears of it. */
export async function revokeToken(
  node: OAuthNode,
  token: StoredToken,
  correlationId: string,
  onRevoked?: OnRevoked,
): Promise<void> {
  // Nobody takes an expired access token, so nobody has to be told.
  const notice = onRevoked && !isExpired(token) ? await noticeOf(node, token) : undefined
  if ((await mark(node.apim, token, notice)) && notice) onRevoked?.(notice, correlationId)
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
      const form = await oauthForm(call)
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
