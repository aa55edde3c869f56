import {createHash, randomUUID} from 'node:crypto'
import {change, row, rows, transaction, type Queryable} from '../databases/sql.js'
import {sameSecret} from '../http/credentials.js'
import type {User} from '../users/users.js'
import type {AuthorizationRequest, ChallengeMethod} from './authorization-request.js'
import type {Client} from './clients.js'
import type {LoginFacts} from './id-token.js'
import {hashSecret, keptSecret} from './kept-secret.js'
import type {OAuthNode} from './node-guard.js'
import {invalidGrant} from './oauth-fault.js'
import {findTokenById, type StoredToken} from './stored-token.js'

/** How long a code is good: the product's default. */
const LIFE_SECONDS = 300

/** A row of IDN_OAUTH2_AUTHORIZATION_CODE. */
interface StoredCode {
  readonly id: string
  readonly consumerKey: string
  /** Without the tenant. */
  readonly user: string
  readonly tenantId: number
  readonly callbackUrl: string
  readonly challenge: string | null
  readonly challengeMethod: ChallengeMethod | null
  readonly state: string
  /** Milliseconds since 1970. */
  readonly expires: number
  readonly scopes: readonly string[]
}

/**
 * Makes a code for a login. One of a login with OpenID Connect carries what its ID token has to say, sealed: the product's table has no
 * column for that, and the token may be asked for on another node.
 */
export async function makeCode(
  node: OAuthNode,
  client: Client,
  user: User,
  {
    scopes,
    loggedInAt,
    ...request
  }: AuthorizationRequest & {readonly scopes: readonly string[]; readonly loggedInAt: number},
): Promise<string> {
  const id = randomUUID()
  const facts = {nonce: request.nonce, auth_time: Math.floor(loggedInAt / 1000)}
  const suffix = scopes.includes('openid') ? `.${await node.seal.seal('code', facts, LIFE_SECONDS)}` : ''
  const code = `${randomUUID()}${suffix}`
  const columns = {
    CODE_ID: id,
    AUTHORIZATION_CODE: keptSecret(code, node.rules.hashed),
    AUTHORIZATION_CODE_HASH: hashSecret(code),
    CONSUMER_KEY_ID: client.id,
    CALLBACK_URL: request.redirectUri,
    AUTHZ_USER: user.name,
    TENANT_ID: user.id,
    USER_DOMAIN: 'PRIMARY',
    VALIDITY_PERIOD: LIFE_SECONDS * 1000,
    SUBJECT_IDENTIFIER: `${user.name}@${user.domain}`,
    PKCE_CODE_CHALLENGE: request.challenge ?? null,
    PKCE_CODE_CHALLENGE_METHOD: request.challengeMethod ?? null,
  }
  const names = Object.keys(columns)
  await transaction(node.apim, async on => {
    const sql =
      `INSERT INTO IDN_OAUTH2_AUTHORIZATION_CODE (${names.join(', ')}, TIME_CREATED) ` +
      `VALUES (${names.map(() => '?').join(', ')}, FROM_UNIXTIME(?))`
    await change(on, sql, [...Object.values(columns), Math.floor(Date.now() / 1000)])
    for (const scope of scopes) {
      const insert = 'INSERT INTO IDN_OAUTH2_AUTHZ_CODE_SCOPE (CODE_ID, SCOPE, TENANT_ID) VALUES (?, ?, ?)'
      await change(on, insert, [id, scope, user.id])
    }
  })
  return code
}

/** The row of a code, used or not, or undefined. */
export async function findCode({apim}: OAuthNode, code: string): Promise<StoredCode | undefined> {
  const sql =
    'SELECT o.CODE_ID AS id, c.CONSUMER_KEY AS consumerKey, o.AUTHZ_USER AS user, o.TENANT_ID AS tenantId, o.CALLBACK_URL AS callbackUrl, ' +
    'o.PKCE_CODE_CHALLENGE AS challenge, o.PKCE_CODE_CHALLENGE_METHOD AS challengeMethod, o.STATE AS state, ' +
    'UNIX_TIMESTAMP(o.TIME_CREATED) * 1000 + o.VALIDITY_PERIOD AS expires ' +
    'FROM IDN_OAUTH2_AUTHORIZATION_CODE o JOIN IDN_OAUTH_CONSUMER_APPS c ON c.ID = o.CONSUMER_KEY_ID WHERE o.AUTHORIZATION_CODE_HASH = ?'
  const found = await row<Omit<StoredCode, 'scopes'>>(apim, sql, [hashSecret(code)])
  if (!found) return undefined
  const select = 'SELECT SCOPE AS scope FROM IDN_OAUTH2_AUTHZ_CODE_SCOPE WHERE CODE_ID = ?'
  const scopes = (await rows<{scope: string}>(apim, select, [found.id])).map(({scope}) => scope).sort()
  return {...found, expires: Number(found.expires), scopes}
}

/** A verifier of section 4.1 of RFC 7636. */
const VERIFIER = /^[\w.~-]{43,128}$/
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** Checks that a code is presented by who asked for it, and in time. Throws an OAuthFault 400. */
export function checkCode(
  {expires, callbackUrl, challenge, challengeMethod}: StoredCode,
  {redirectUri, verifier}: {readonly redirectUri: string | null; readonly verifier: string | null},
  now = Date.now(),
): void {
  if (expires <= now) throw invalidGrant('Expired authorization code received from token request')
  if (redirectUri !== callbackUrl) throw invalidGrant('Callback url mismatch')
  if (challenge === null) {
    // A client that has a verifier asked with a challenge: someone has taken it out on the way.
    if (verifier !== null) throw invalidGrant('PKCE validation failed')
    return
  }
  const given = verifier ?? ''
  const made = challengeMethod === 'plain' ? given : challengeOf(given)
  if (!VERIFIER.test(given) || !sameSecret(made, challenge)) throw invalidGrant('PKCE validation failed')
}

/** Uses up a code; false where another call has done it. Inside of a transaction. */
export async function useCode(on: Queryable, {id}: StoredCode): Promise<boolean> {
  const sql = "UPDATE IDN_OAUTH2_AUTHORIZATION_CODE SET STATE = 'INACTIVE' WHERE CODE_ID = ? AND STATE = 'ACTIVE'"
  return (await change(on, sql, [id])).count > 0
}

/** Notes which token a code was used for. */
export async function nameToken(on: Queryable, {id}: StoredCode, tokenId: string): Promise<void> {
  await change(on, 'UPDATE IDN_OAUTH2_AUTHORIZATION_CODE SET TOKEN_ID = ? WHERE CODE_ID = ?', [tokenId, id])
}

/** The token that a code was used for, if it is there still. */
export async function tokenOfCode({apim}: OAuthNode, {id}: StoredCode): Promise<StoredToken | undefined> {
  const sql = 'SELECT TOKEN_ID AS tokenId FROM IDN_OAUTH2_AUTHORIZATION_CODE WHERE CODE_ID = ?'
  const found = await row<{tokenId: string | null}>(apim, sql, [id])
  return found?.tokenId ? findTokenById(apim, found.tokenId) : undefined
}

/** What a code says for the ID token. */
export async function loginOfCode({seal}: OAuthNode, code: string): Promise<LoginFacts> {
  const at = code.indexOf('.')
  const facts = at < 0 ? undefined : await seal.open('code', code.slice(at + 1))
  return facts ? {nonce: facts.nonce as string | undefined, authTime: facts.auth_time as number} : {}
}

/** Removes codes that ended before a time (ms since 1970): replays of younger ones are known. */
export async function removeCodes(apim: Queryable, before: number): Promise<void> {
  const old = 'UNIX_TIMESTAMP(c.TIME_CREATED) * 1000 + c.VALIDITY_PERIOD < ?'
  const scopes = 'IDN_OAUTH2_AUTHZ_CODE_SCOPE s JOIN IDN_OAUTH2_AUTHORIZATION_CODE c ON c.CODE_ID = s.CODE_ID'
  await change(apim, `DELETE s FROM ${scopes} WHERE ${old}`, [before])
  await change(apim, `DELETE c FROM IDN_OAUTH2_AUTHORIZATION_CODE c WHERE ${old}`, [before])
}
