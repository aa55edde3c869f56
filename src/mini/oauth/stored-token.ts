import {createHash} from 'node:crypto'
import {row, rows, type Runner} from '../databases/sql.js'

/**
 * How the product keeps secrets with hashing switched on (HashingPersistenceProcessor of identity-inbound-auth-oauth): a JSON text with
 * algorithm and hash, in the column of the secret itself and, for tokens, in the column of the hash too.
 */
export const hashSecret = (secret: string): string =>
  JSON.stringify({hash: createHash('sha256').update(secret).digest('hex'), algorithm: 'SHA-256'})

/** What a JWT is stored under; not its bare `jti`, which is no secret and must not pass for an opaque token. */
export const jwtIdentifier = (jti: string): string => `jwt:${jti}`

export interface StoredToken {
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
  readonly scopes: readonly string[]
}

interface TokenRow extends Omit<StoredToken, 'scopes' | 'issuedAt'> {
  /** Seconds since 1970: the server's time zone may be another. */
  readonly issuedAt: number
}

/**
 * The token of an identifier (the token itself where it is opaque, `jwtIdentifier` where it is a JWT), or undefined. Expiry is the
 * caller's to check.
 */
export const findToken = async (apim: Runner, identifier: string): Promise<StoredToken | undefined> => {
  const found = await row<TokenRow>(
    apim,
    'SELECT t.TOKEN_ID AS id, c.CONSUMER_KEY AS consumerKey, t.AUTHZ_USER AS user, t.TENANT_ID AS tenantId, t.GRANT_TYPE AS grantType, ' +
      't.TOKEN_STATE AS state, UNIX_TIMESTAMP(t.TIME_CREATED) AS issuedAt, t.VALIDITY_PERIOD AS validFor ' +
      'FROM IDN_OAUTH2_ACCESS_TOKEN t JOIN IDN_OAUTH_CONSUMER_APPS c ON c.ID = t.CONSUMER_KEY_ID WHERE t.ACCESS_TOKEN_HASH = ?',
    [hashSecret(identifier)],
  )
  if (!found) return undefined
  const sql = 'SELECT TOKEN_SCOPE AS scope FROM IDN_OAUTH2_ACCESS_TOKEN_SCOPE WHERE TOKEN_ID = ?'
  const scopes = (await rows<{scope: string}>(apim, sql, [found.id])).map(({scope}) => scope)
  return {...found, issuedAt: new Date(Number(found.issuedAt) * 1000), validFor: Number(found.validFor), scopes}
}

export const isExpired = ({issuedAt, validFor}: StoredToken, now = Date.now()): boolean =>
  issuedAt.getTime() + validFor <= now
