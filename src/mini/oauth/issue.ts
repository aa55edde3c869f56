import {createHash, randomUUID} from 'node:crypto'
import {change, marks, type Queryable} from '../databases/sql.js'
import type {Tenant} from '../users/users.js'
import type {Client} from './clients.js'
import type {Signer} from './signer.js'
import {hashSecret, jwtIdentifier} from './stored-token.js'

/** A token to be issued. */
export interface Order {
  readonly client: Client
  /** Whose token it is: of the application's owner where the application asks for itself. */
  readonly user: {readonly name: string; readonly tenant: Tenant}
  readonly isApplication: boolean
  readonly grantType: string
  readonly scopes: readonly string[]
  /** Seconds. */
  readonly validFor: number
}

/** Section 5.1 of RFC 6749. */
export interface Issued {
  readonly access_token: string
  readonly refresh_token?: string
  readonly scope: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
}

/** `admin@carbon.super`: how tokens name their user. */
export const subjectOf = ({name, tenant}: Order['user']): string => `${name}@${tenant.domain}`

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
    aut: isApplication ? 'APPLICATION' : 'APPLICATION_USER',
    aud: client.key,
    nbf: now,
    azp: client.key,
    scope: scopes.join(' '),
    iss: signer.issuer,
    exp: now + validFor,
    iat: now,
    jti: id,
  })
  return {token, identifier: jwtIdentifier(id)}
}

/**
 * Issues a token. Inside of a transaction. Each time a new one, and the old ones stay good: the product returns the active token again
 * unless it keeps hashes only, as here. TOKEN_STATE_ID makes rows differ that the table's unique key would take for the same.
 */
export async function issueToken(apim: Queryable, signer: Signer, order: Order): Promise<Issued> {
  const {client, user, isApplication, grantType, scopes, validFor} = order
  const id = randomUUID()
  const now = Math.floor(Date.now() / 1000)
  const {token, identifier} = await makeToken(order, id, now, signer)
  const refresh = isApplication ? undefined : randomUUID()
  const scope = scopes.join(' ')
  const row = {
    TOKEN_ID: id,
    ACCESS_TOKEN: hashSecret(identifier),
    ACCESS_TOKEN_HASH: hashSecret(identifier),
    REFRESH_TOKEN: refresh === undefined ? null : hashSecret(refresh),
    REFRESH_TOKEN_HASH: refresh === undefined ? null : hashSecret(refresh),
    CONSUMER_KEY_ID: client.id,
    AUTHZ_USER: user.name,
    TENANT_ID: user.tenant.id,
    USER_DOMAIN: 'PRIMARY',
    USER_TYPE: isApplication ? 'APPLICATION' : 'APPLICATION_USER',
    GRANT_TYPE: grantType,
    VALIDITY_PERIOD: validFor * 1000,
    REFRESH_TOKEN_VALIDITY_PERIOD: client.validFor.refresh * 1000,
    TOKEN_SCOPE_HASH: createHash('md5').update(scope).digest('hex'),
    TOKEN_STATE: 'ACTIVE',
    TOKEN_STATE_ID: id,
    SUBJECT_IDENTIFIER: subjectOf(user),
  }
  const columns = Object.keys(row)
  await change(
    apim,
    `INSERT INTO IDN_OAUTH2_ACCESS_TOKEN (${columns.join(', ')}, TIME_CREATED, REFRESH_TOKEN_TIME_CREATED) ` +
      `VALUES (${marks(columns)}, FROM_UNIXTIME(?), FROM_UNIXTIME(?))`,
    [...Object.values(row), now, now],
  )
  const insert = 'INSERT INTO IDN_OAUTH2_ACCESS_TOKEN_SCOPE (TOKEN_ID, TOKEN_SCOPE, TENANT_ID) VALUES '
  const values = scopes.flatMap(it => [id, it, user.tenant.id])
  await change(apim, insert + scopes.map(() => '(?, ?, ?)').join(', '), values)
  return {
    access_token: token,
    ...(refresh !== undefined && {refresh_token: refresh}),
    scope,
    token_type: 'Bearer',
    expires_in: validFor,
  }
}
