import {createHash, randomUUID} from 'node:crypto'
import {change, exclusive, marks, transaction, type Queryable} from '../databases/sql.js'
import type {RevocationNotice} from '../hub/events.js'
import type {Tenant} from '../users/users.js'
import type {Client} from './clients.js'
import {makeIdToken, type LoginFacts} from './id-token.js'
import {hashSecret, keptSecret, secretOf} from './kept-secret.js'
import type {OAuthNode} from './node-guard.js'
import {invalidGrant} from './oauth-fault.js'
import {revokeOn, type OnRevoked} from './revoke.js'
import type {Signer} from './signer.js'
import {
  activeTokensOf,
  endToken,
  isExpired,
  isRefreshExpired,
  scopeHashOf,
  userTypeOf,
  type Combination,
  type StoredToken,
} from './stored-token.js'

/** A refresh token, and the times that its row keeps. */
interface Refresh {
  readonly token: string
  readonly issuedAt: Date
  /** Milliseconds. */
  readonly validFor: number
}

/** A token to be issued. */
export interface Order {
  readonly client: Client
  /** Whose token it is: of the application's owner where the application asks for itself. */
  readonly user: {readonly name: string; readonly tenant: Tenant}
  readonly isApplication: boolean
  readonly grantType: string
  /** In the alphabet's order. */
  readonly scopes: readonly string[]
  /** Seconds. */
  readonly validFor: number
  readonly login?: LoginFacts
  /** The token that this one replaces, whose refresh token was presented. */
  readonly refreshed?: StoredToken
}

/** Section 5.1 of RFC 6749. */
export interface Issued {
  readonly access_token: string
  readonly refresh_token?: string
  readonly scope: string
  readonly id_token?: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
}

/** Who is told of tokens that a new one ends, and under which id. */
export interface Telling {
  readonly onRevoked?: OnRevoked | undefined
  readonly correlationId: string
}

/** Work of a grant in the transaction of its token. */
export interface GrantWork {
  /** Takes what the token is given for: throws where another call has it already. */
  readonly before?: (on: Queryable) => Promise<void>
  readonly after?: (on: Queryable, tokenId: string) => Promise<void>
}

/** `admin@carbon.super`: how tokens name their user. */
export const subjectOf = ({name, tenant}: Order['user']): string => `${name}@${tenant.domain}`

const combinationOf = ({client, user, isApplication, scopes}: Order): Combination => ({
  clientId: client.id,
  user: user.name,
  tenantId: user.tenant.id,
  isApplication,
  scopes,
})

/** An access token and what it is stored under; `id` is a JWT's `jti`. */
async function makeToken(
  {client, user, isApplication, scopes, validFor}: Order,
  id: string,
  now: number,
  signer: Signer,
): Promise<{readonly token: string; readonly identifier: string}> {
  if (client.tokenType !== 'JWT') {
    const token = randomUUID()
    return {token, identifier: token}
  }
  // Claims of the self-contained access tokens of 3.2.0.
  const token = await signer.sign({
    sub: subjectOf(user),
    aut: userTypeOf({isApplication}),
    aud: client.key,
    nbf: now,
    azp: client.key,
    scope: scopes.join(' '),
    iss: signer.issuer,
    exp: now + validFor,
    iat: now,
    jti: id,
  })
  return {token, identifier: id}
}

/** Whether a token ends no former one. */
const standsBeside = ({rules}: OAuthNode, {client, grantType}: Order): boolean =>
  rules.hashed || rules.beside[client.tokenType].has(grantType)

interface Made {
  readonly id: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Seconds. */
  readonly left: number
}

/** Adds a token. One that stands beside others is told apart by its binding, as the product's are, bound to their request. */
async function insertToken(
  on: Queryable,
  {signer, rules}: OAuthNode,
  order: Order,
  refresh: Refresh | undefined,
  isBeside: boolean,
): Promise<Made> {
  const {client, user, grantType, scopes, validFor} = order
  const id = randomUUID()
  const now = Math.floor(Date.now() / 1000)
  const {token, identifier} = await makeToken(order, id, now, signer)
  const row = {
    TOKEN_ID: id,
    // A jti is no secret.
    ACCESS_TOKEN: keptSecret(identifier, rules.hashed),
    ACCESS_TOKEN_HASH: hashSecret(identifier),
    REFRESH_TOKEN: refresh ? keptSecret(refresh.token, rules.hashed) : null,
    REFRESH_TOKEN_HASH: refresh ? hashSecret(refresh.token) : null,
    CONSUMER_KEY_ID: client.id,
    AUTHZ_USER: user.name,
    TENANT_ID: user.tenant.id,
    USER_DOMAIN: 'PRIMARY',
    USER_TYPE: userTypeOf(order),
    GRANT_TYPE: grantType,
    VALIDITY_PERIOD: validFor * 1000,
    REFRESH_TOKEN_VALIDITY_PERIOD: refresh?.validFor ?? client.validFor.refresh * 1000,
    TOKEN_SCOPE_HASH: scopeHashOf(scopes),
    TOKEN_STATE: 'ACTIVE',
    TOKEN_BINDING_REF: isBeside ? createHash('md5').update(id).digest('hex') : 'NONE',
    SUBJECT_IDENTIFIER: subjectOf(user),
  }
  const columns = Object.keys(row)
  const refreshedAt = refresh ? Math.floor(refresh.issuedAt.getTime() / 1000) : now
  await change(
    on,
    `INSERT INTO IDN_OAUTH2_ACCESS_TOKEN (${columns.join(', ')}, TIME_CREATED, REFRESH_TOKEN_TIME_CREATED) ` +
      `VALUES (${marks(columns)}, FROM_UNIXTIME(?), FROM_UNIXTIME(?))`,
    [...Object.values(row), now, refreshedAt],
  )
  const insert = 'INSERT INTO IDN_OAUTH2_ACCESS_TOKEN_SCOPE (TOKEN_ID, TOKEN_SCOPE, TENANT_ID) VALUES '
  const values = scopes.flatMap(it => [id, it, user.tenant.id])
  await change(on, insert + scopes.map(() => '(?, ?, ?)').join(', '), values)
  return {id, accessToken: token, refreshToken: refresh?.token, left: validFor}
}

/** The refresh token of a new row: that of a former one, where it can be told and goes on, or a new one. */
function refreshOf({client, isApplication, refreshed}: Order, node: OAuthNode, expired: StoredToken | undefined) {
  if (isApplication) return undefined
  const former = refreshed ? (node.rules.refreshRenewed ? undefined : refreshed) : expired
  const token = former && !isRefreshExpired(former) ? secretOf(former.keptRefresh) : undefined
  return former && token !== undefined
    ? {token, issuedAt: former.refreshIssuedAt, validFor: former.refreshValidFor}
    : {token: randomUUID(), issuedAt: new Date(), validFor: client.validFor.refresh * 1000}
}

/**
 * The one live token of client, user and scopes: an opaque one is given again with what is left of its time, a JWT ends the former one
 * (AbstractAuthorizationGrantHandler of identity-inbound-auth-oauth v6.4.2). Where the database has hashes only, or the rules say so, it
 * stands beside the former ones.
 */
async function oneLive(
  on: Queryable,
  node: OAuthNode,
  order: Order,
  revoke: (token: StoredToken) => Promise<unknown>,
): Promise<Made> {
  const {client, refreshed, isApplication} = order
  if (standsBeside(node, order)) {
    return insertToken(on, node, order, refreshOf(order, node, undefined), true)
  }
  const former = await activeTokensOf(on, combinationOf(order))
  const live = former.find(it => !isExpired(it))
  const token = live && secretOf(live.kept)
  if (live && token !== undefined && client.tokenType !== 'JWT' && !node.rules.renewed && !refreshed) {
    const left = Math.floor((live.issuedAt.getTime() + live.validFor - Date.now()) / 1000)
    const refreshToken = isApplication ? undefined : secretOf(live.keptRefresh)
    return {id: live.id, accessToken: token, refreshToken, left}
  }
  for (const it of former) await (isExpired(it) ? endToken(on, it, 'EXPIRED') : revoke(it))
  const expired = live ? undefined : former[0]
  return insertToken(on, node, order, refreshOf(order, node, expired), false)
}

/** Issues a token. Throws what the grant's work throws, and an OAuthFault 400 where another call was faster with a refresh token. */
export async function issueToken(
  node: OAuthNode,
  order: Order,
  {onRevoked, correlationId}: Telling,
  {before, after}: GrantWork = {},
): Promise<Issued> {
  const {client, user, scopes, isApplication, login = {}, refreshed} = order
  const listed = onRevoked !== undefined
  const work = async (on: Queryable) => {
    const notices: RevocationNotice[] = []
    const tell = ({notice}: {readonly notice?: RevocationNotice}) => void (notice && notices.push(notice))
    await before?.(on)
    if (refreshed) {
      // Of two who come with the same token at once, one gets the new one.
      const ended = await revokeOn(on, node, refreshed, {listed, state: 'INACTIVE'})
      if (!ended.revoked) throw invalidGrant('Persisted access token data not found')
      tell(ended)
    }
    const made = await oneLive(on, node, order, async it => tell(await revokeOn(on, node, it, {listed})))
    await after?.(on, made.id)
    return {made, notices}
  }
  const {clientId, tenantId} = combinationOf(order)
  const lock = `token:${clientId}:${tenantId}:${user.name}:${scopeHashOf(scopes)}`
  const {made, notices} = await (standsBeside(node, order)
    ? transaction(node.apim, work)
    : exclusive(node.apim, lock, work))
  for (const it of notices) onRevoked?.(it, correlationId)

  const {accessToken, refreshToken, left} = made
  const isLogin = !isApplication && scopes.includes('openid')
  return {
    access_token: accessToken,
    ...(refreshToken !== undefined && {refresh_token: refreshToken}),
    scope: scopes.join(' '),
    ...(isLogin && {id_token: await makeIdToken(node.signer, {client, sub: subjectOf(user), accessToken, login})}),
    token_type: 'Bearer',
    expires_in: left,
  }
}
