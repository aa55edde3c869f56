import {createHash, randomUUID} from 'node:crypto'
import {change, row, rows, type Queryable} from '../databases/sql.js'
import {hashSecret} from './kept-secret.js'

/** What a token is stored under: itself, or a JWT's `jti`, which is no secret and must not pass for an opaque token. */
export interface Identifier {
  readonly text: string
  readonly isJwt: boolean
}

export const opaqueIdentifier = (token: string): Identifier => ({text: token, isJwt: false})

export interface StoredToken {
  /** TOKEN_ID: a JWT's `jti`. */
  readonly id: string
  readonly consumerKey: string
  /** Without the tenant. */
  readonly user: string
  readonly tenantId: number
  readonly grantType: string
  readonly state: 'ACTIVE' | 'INACTIVE' | 'EXPIRED' | 'REVOKED'
  readonly issuedAt: Date
  /** Milliseconds. */
  readonly validFor: number
  readonly refreshIssuedAt: Date
  /** Milliseconds. */
  readonly refreshValidFor: number
  /** `hashSecret` of what the token is stored under. */
  readonly hash: string
  /** The token as it is kept, by `keptSecret`; of a JWT its `jti`. */
  readonly kept: string | null
  readonly keptRefresh: string | null
  readonly scopes: readonly string[]
}

interface TokenRow extends Omit<StoredToken, 'scopes' | 'issuedAt' | 'refreshIssuedAt'> {
  /** Seconds since 1970: the server's time zone may be another. */
  readonly issuedAt: number
  readonly refreshIssuedAt: number
}

const SELECT =
  'SELECT t.TOKEN_ID AS id, c.CONSUMER_KEY AS consumerKey, t.AUTHZ_USER AS user, t.TENANT_ID AS tenantId, t.GRANT_TYPE AS grantType, ' +
  't.ACCESS_TOKEN AS kept, t.REFRESH_TOKEN AS keptRefresh, t.TOKEN_STATE AS state, UNIX_TIMESTAMP(t.TIME_CREATED) AS issuedAt, t.VALIDITY_PERIOD AS validFor, t.ACCESS_TOKEN_HASH AS hash, ' +
  'UNIX_TIMESTAMP(t.REFRESH_TOKEN_TIME_CREATED) AS refreshIssuedAt, t.REFRESH_TOKEN_VALIDITY_PERIOD AS refreshValidFor ' +
  'FROM IDN_OAUTH2_ACCESS_TOKEN t JOIN IDN_OAUTH_CONSUMER_APPS c ON c.ID = t.CONSUMER_KEY_ID'

async function complete(apim: Queryable, found: TokenRow | undefined): Promise<StoredToken | undefined> {
  if (!found) return undefined
  const sql = 'SELECT TOKEN_SCOPE AS scope FROM IDN_OAUTH2_ACCESS_TOKEN_SCOPE WHERE TOKEN_ID = ?'
  const scopes = (await rows<{scope: string}>(apim, sql, [found.id])).map(({scope}) => scope)
  return {
    ...found,
    issuedAt: new Date(Number(found.issuedAt) * 1000),
    validFor: Number(found.validFor),
    refreshIssuedAt: new Date(Number(found.refreshIssuedAt) * 1000),
    refreshValidFor: Number(found.refreshValidFor),
    scopes,
  }
}

const isJwt = ({id, hash}: StoredToken) => hash === hashSecret(id)

/** The token of an identifier, or undefined. Expiry is the caller's to check. */
export async function findToken(apim: Queryable, identifier: Identifier): Promise<StoredToken | undefined> {
  const sql = `${SELECT} WHERE t.ACCESS_TOKEN_HASH = ?`
  const found = await complete(apim, await row<TokenRow>(apim, sql, [hashSecret(identifier.text)]))
  return found && isJwt(found) === identifier.isJwt ? found : undefined
}

/** The token of a row's id, or undefined. */
export const findTokenById = async (apim: Queryable, id: string): Promise<StoredToken | undefined> =>
  complete(apim, await row<TokenRow>(apim, `${SELECT} WHERE t.TOKEN_ID = ?`, [id]))

/** The token that came with a refresh token, or undefined. One that outlived its token came with several: the one that is not ended counts. */
export async function findByRefreshToken(apim: Queryable, refreshToken: string): Promise<StoredToken | undefined> {
  const sql = `${SELECT} WHERE t.REFRESH_TOKEN_HASH = ? ORDER BY t.TOKEN_STATE = 'ACTIVE' DESC, t.TIME_CREATED DESC`
  return complete(apim, await row<TokenRow>(apim, sql, [hashSecret(refreshToken)]))
}

const completeAll = async (apim: Queryable, found: readonly TokenRow[]): Promise<readonly StoredToken[]> =>
  (await Promise.all(found.map(it => complete(apim, it)))).filter(it => it !== undefined)

/** The tokens of an application that can still be used. */
export async function tokensOf(apim: Queryable, consumerKey: string): Promise<readonly StoredToken[]> {
  const sql = `${SELECT} WHERE c.CONSUMER_KEY = ? AND t.TOKEN_STATE = 'ACTIVE'`
  return (await completeAll(apim, await rows<TokenRow>(apim, sql, [consumerKey]))).filter(it => !isExpired(it))
}

/** Of what one token may live at a time: the table's unique key. */
export interface Combination {
  readonly clientId: number
  /** Without the tenant. */
  readonly user: string
  readonly tenantId: number
  readonly isApplication: boolean
  readonly scopes: readonly string[]
}

export const userTypeOf = ({isApplication}: Pick<Combination, 'isApplication'>): string =>
  isApplication ? 'APPLICATION' : 'APPLICATION_USER'

export const scopeHashOf = (scopes: readonly string[]): string =>
  createHash('md5').update(scopes.join(' ')).digest('hex')

/** The tokens of a combination that nobody has ended, expired ones too, the newest first. */
export async function activeTokensOf(apim: Queryable, of: Combination): Promise<readonly StoredToken[]> {
  const sql =
    `${SELECT} WHERE t.CONSUMER_KEY_ID = ? AND t.AUTHZ_USER = ? AND t.TENANT_ID = ? AND t.USER_TYPE = ? AND t.TOKEN_SCOPE_HASH = ? ` +
    "AND t.TOKEN_STATE = 'ACTIVE' ORDER BY t.TIME_CREATED DESC"
  const values = [of.clientId, of.user, of.tenantId, userTypeOf(of), scopeHashOf(of.scopes)]
  return completeAll(apim, await rows<TokenRow>(apim, sql, values))
}

/** Ends a token; false where another call has done it. The state's id makes rows differ that the unique key would take for the same. */
export async function endToken(
  on: Queryable,
  {id}: Pick<StoredToken, 'id'>,
  state: 'INACTIVE' | 'EXPIRED' | 'REVOKED',
): Promise<boolean> {
  const sql =
    "UPDATE IDN_OAUTH2_ACCESS_TOKEN SET TOKEN_STATE = ?, TOKEN_STATE_ID = ? WHERE TOKEN_ID = ? AND TOKEN_STATE = 'ACTIVE'"
  return (await change(on, sql, [state, randomUUID(), id])).count > 0
}

export const isExpired = (
  {issuedAt, validFor}: Pick<StoredToken, 'issuedAt' | 'validFor'>,
  now = Date.now(),
): boolean => issuedAt.getTime() + validFor <= now

/** Whether it can't be exchanged for a new one. */
export const isRefreshExpired = ({refreshIssuedAt, refreshValidFor}: StoredToken, now = Date.now()): boolean =>
  refreshIssuedAt.getTime() + refreshValidFor <= now

/** How nodes speak of a token without telling it: the `jti` of a JWT, the hash of an opaque one in hexadecimal. */
export const publicIdOf = (token: StoredToken): {readonly id: string; readonly type: 'JWT' | 'DEFAULT'} =>
  isJwt(token) ? {id: token.id, type: 'JWT'} : {id: (JSON.parse(token.hash) as {hash: string}).hash, type: 'DEFAULT'}
