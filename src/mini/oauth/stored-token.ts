import {createHash} from 'node:crypto'
import {row, rows, type Queryable} from '../databases/sql.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * How the product keeps secrets with hashing switched on (HashingPersistenceProcessor of identity-inbound-auth-oauth): a JSON text with
 * algorithm and hash, in the column of the secret itself and, for tokens, in the column of the hash too.
 */
export const hashSecret = (secret: string): string => JSON.stringify({hash: sha256(secret), algorithm: 'SHA-256'})

/** What a JWT is stored under; not its bare `jti`, which is no secret and must not pass for an opaque token. */
export const jwtIdentifier = (jti: string): string => `jwt:${jti}`

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
  readonly scopes: readonly string[]
}

interface TokenRow extends Omit<StoredToken, 'scopes' | 'issuedAt' | 'refreshIssuedAt'> {
  /** Seconds since 1970: the server's time zone may be another. */
  readonly issuedAt: number
  readonly refreshIssuedAt: number
}

const SELECT =
  'SELECT t.TOKEN_ID AS id, c.CONSUMER_KEY AS consumerKey, t.AUTHZ_USER AS user, t.TENANT_ID AS tenantId, t.GRANT_TYPE AS grantType, ' +
  't.TOKEN_STATE AS state, UNIX_TIMESTAMP(t.TIME_CREATED) AS issuedAt, t.VALIDITY_PERIOD AS validFor, t.ACCESS_TOKEN_HASH AS hash, ' +
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

/**
 * The token of an identifier (the token itself where it is opaque, `jwtIdentifier` where it is a JWT), or undefined. Expiry is the
 * caller's to check.
 */
export const findToken = async (apim: Queryable, identifier: string): Promise<StoredToken | undefined> =>
  complete(apim, await row<TokenRow>(apim, `${SELECT} WHERE t.ACCESS_TOKEN_HASH = ?`, [hashSecret(identifier)]))

/** The token that came with a refresh token, or undefined. */
export const findByRefreshToken = async (apim: Queryable, refreshToken: string): Promise<StoredToken | undefined> =>
  complete(apim, await row<TokenRow>(apim, `${SELECT} WHERE t.REFRESH_TOKEN_HASH = ?`, [hashSecret(refreshToken)]))

/** The tokens of an application that can still be used. */
export async function tokensOf(apim: Queryable, consumerKey: string): Promise<readonly StoredToken[]> {
  const found = await rows<TokenRow>(apim, `${SELECT} WHERE c.CONSUMER_KEY = ? AND t.TOKEN_STATE = 'ACTIVE'`, [
    consumerKey,
  ])
  const tokens = await Promise.all(found.map(it => complete(apim, it)))
  return tokens.filter(it => it !== undefined).filter(it => !isExpired(it))
}

export const isExpired = (
  {issuedAt, validFor}: Pick<StoredToken, 'issuedAt' | 'validFor'>,
  now = Date.now(),
): boolean => issuedAt.getTime() + validFor <= now

/** Whether it can't be exchanged for a new one. */
export const isRefreshExpired = ({refreshIssuedAt, refreshValidFor}: StoredToken, now = Date.now()): boolean =>
  refreshIssuedAt.getTime() + refreshValidFor <= now

/** How nodes speak of a token without telling it: the `jti` of a JWT, the hash of an opaque one in hexadecimal. */
export const publicIdOf = ({id, hash}: StoredToken): {readonly id: string; readonly type: 'JWT' | 'DEFAULT'} =>
  hash === hashSecret(jwtIdentifier(id))
    ? {id, type: 'JWT'}
    : {id: (JSON.parse(hash) as {hash: string}).hash, type: 'DEFAULT'}
