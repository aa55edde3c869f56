import {randomBytes} from 'node:crypto'
import type {Call} from '../http/call.js'
import {basicOf} from '../http/credentials.js'
import {change, row, rows, type Queryable} from '../databases/sql.js'
import {notFound} from '../http/fault.js'
import type {User} from '../users/users.js'
import {invalidClient, invalidRequest} from './oauth-fault.js'
import {isSecret, keptSecret} from './kept-secret.js'
import {deleteServiceProvider, insertServiceProvider, updateServiceProvider} from './service-provider.js'

/** `OAUTH`: opaque tokens. */
export type TokenType = 'JWT' | 'OAUTH'

/** What its owner says of an OAuth application. */
export interface ClientSettings {
  readonly name: string
  /** Empty where there is none. */
  readonly callbackUrl: string
  readonly grantTypes: readonly string[]
  readonly tokenType: TokenType
  /** Whether users of all tenants may log in. */
  readonly saas: boolean
}

/** An OAuth application: a row of IDN_OAUTH_CONSUMER_APPS, and its properties in IDN_OIDC_PROPERTY. */
export interface Client extends ClientSettings {
  readonly id: number
  readonly key: string
  /** As it is kept: `secretOf` tells it. */
  readonly keptSecret: string
  /** Whether users may log in to it only with PKCE. */
  readonly needsPkce: boolean
  /** Whether PKCE's challenge may be the verifier itself (`plain`). */
  readonly takesPlainPkce: boolean
  /** Without the tenant. */
  readonly owner: string
  readonly tenantId: number
  /** Seconds. */
  readonly validFor: {
    readonly user: number
    readonly application: number
    readonly refresh: number
    readonly idToken: number
  }
}

interface ClientRow {
  readonly id: number
  readonly key: string
  readonly keptSecret: string | null
  readonly pkce: string | null
  readonly plain: string | null
  readonly owner: string
  readonly tenantId: number
  readonly name: string
  readonly callbackUrl: string | null
  readonly grantTypes: string | null
  readonly user: number
  readonly application: number
  readonly refresh: number
  readonly idToken: number | null
}

const SELECT =
  'SELECT ID AS id, CONSUMER_KEY AS `key`, CONSUMER_SECRET AS keptSecret, PKCE_MANDATORY AS pkce, PKCE_SUPPORT_PLAIN AS plain, USERNAME AS owner, TENANT_ID AS tenantId, APP_NAME AS name, ' +
  'CALLBACK_URL AS callbackUrl, GRANT_TYPES AS grantTypes, USER_ACCESS_TOKEN_EXPIRE_TIME AS `user`, ' +
  'APP_ACCESS_TOKEN_EXPIRE_TIME AS application, REFRESH_TOKEN_EXPIRE_TIME AS refresh, ID_TOKEN_EXPIRE_TIME AS idToken FROM IDN_OAUTH_CONSUMER_APPS'

const words = (text: string | null) => (text ?? '').split(' ').filter(it => it !== '')

async function complete(apim: Queryable, found: ClientRow | undefined): Promise<Client | undefined> {
  if (!found) return undefined
  const sql = 'SELECT PROPERTY_KEY AS name, PROPERTY_VALUE AS value FROM IDN_OIDC_PROPERTY WHERE CONSUMER_KEY = ?'
  const properties = await rows<{name: string; value: string}>(apim, sql, [found.key])
  const property = (name: string) => properties.find(it => it.name === name)?.value
  const {user, application, refresh, idToken, pkce, plain, ...same} = found
  return {
    ...same,
    keptSecret: found.keptSecret ?? '',
    needsPkce: pkce === '1',
    takesPlainPkce: plain === '1',
    callbackUrl: found.callbackUrl ?? '',
    grantTypes: words(found.grantTypes),
    tokenType: property('tokenType') === 'JWT' ? 'JWT' : 'OAUTH',
    saas: property('saasApp') === 'true',
    validFor: {
      user: Number(user),
      application: Number(application),
      refresh: Number(refresh),
      idToken: Number(idToken ?? 3600),
    },
  }
}

/** The application of a key, or undefined. Collations don't tell cases apart, keys do. */
export async function findClient(apim: Queryable, key: string): Promise<Client | undefined> {
  const found = await row<ClientRow>(apim, `${SELECT} WHERE CONSUMER_KEY = ?`, [key])
  return found?.key === key ? complete(apim, found) : undefined
}

/** The application that an owner has under a name, or undefined. */
export async function findClientByName(
  apim: Queryable,
  {tenantId, owner, name}: Pick<Client, 'tenantId' | 'owner' | 'name'>,
): Promise<Client | undefined> {
  const sql = `${SELECT} WHERE USERNAME = ? AND TENANT_ID = ? AND APP_NAME = ?`
  return complete(apim, await row<ClientRow>(apim, sql, [owner, tenantId, name]))
}

/** 28 letters, digits and underscores, as long as the product's. */
const random = () => randomBytes(21).toString('base64url').replaceAll('-', '_')

export interface Credentials {
  readonly key: string
  readonly secret: string
}

/** Adds an application and returns its credentials: given ones, or new ones. Inside of a transaction. */
export async function insertClient(
  apim: Queryable,
  client: ClientSettings & Pick<Client, 'owner' | 'tenantId'>,
  {hashed, ...given}: {readonly hashed: boolean} & Partial<Credentials>,
): Promise<Credentials> {
  const {key = random(), secret = random()} = given
  await change(
    apim,
    'INSERT INTO IDN_OAUTH_CONSUMER_APPS (CONSUMER_KEY, CONSUMER_SECRET, USERNAME, TENANT_ID, USER_DOMAIN, APP_NAME, OAUTH_VERSION, ' +
      "CALLBACK_URL, GRANT_TYPES) VALUES (?, ?, ?, ?, 'PRIMARY', ?, 'OAuth-2.0', ?, ?)",
    [
      key,
      keptSecret(secret, hashed),
      client.owner,
      client.tenantId,
      client.name,
      client.callbackUrl,
      client.grantTypes.join(' '),
    ],
  )
  await writeProperties(apim, key, client)
  await insertServiceProvider(apim, key, client)
  return {key, secret}
}

async function writeProperties(
  apim: Queryable,
  key: string,
  {tenantId, tokenType, saas}: ClientSettings & Pick<Client, 'tenantId'>,
): Promise<void> {
  await change(apim, 'DELETE FROM IDN_OIDC_PROPERTY WHERE CONSUMER_KEY = ?', [key])
  const sql =
    'INSERT INTO IDN_OIDC_PROPERTY (TENANT_ID, CONSUMER_KEY, PROPERTY_KEY, PROPERTY_VALUE) VALUES (?, ?, ?, ?)'
  for (const [name, value] of Object.entries({tokenType, saasApp: String(saas)})) {
    await change(apim, sql, [tenantId, key, name, value])
  }
}

/** Keeps an application from being removed, or from getting new tokens, until the transaction ends. Throws a Fault 404 if it is gone. */
async function hold(apim: Queryable, {id}: Client): Promise<void> {
  const found = await row(apim, 'SELECT ID FROM IDN_OAUTH_CONSUMER_APPS WHERE ID = ? FOR UPDATE', [id])
  if (!found) throw notFound('There is no application of this client id')
}

/** Writes what the owner may change. Inside of a transaction. Throws a Fault 404 if the application is gone. */
export async function updateClient(apim: Queryable, client: Client): Promise<void> {
  await hold(apim, client)
  const sql =
    'UPDATE IDN_OAUTH_CONSUMER_APPS SET APP_NAME = ?, CALLBACK_URL = ?, GRANT_TYPES = ?, USERNAME = ? WHERE ID = ?'
  const {name, callbackUrl, grantTypes, owner, id} = client
  await change(apim, sql, [name, callbackUrl, grantTypes.join(' '), owner, id])
  await writeProperties(apim, client.key, client)
  await updateServiceProvider(apim, client.key, client)
}

/** Gives an application a new secret; the old one is no longer good. */
export async function renewSecret(apim: Queryable, {id}: Client, hashed: boolean): Promise<string> {
  const secret = random()
  await change(apim, 'UPDATE IDN_OAUTH_CONSUMER_APPS SET CONSUMER_SECRET = ? WHERE ID = ?', [
    keptSecret(secret, hashed),
    id,
  ])
  return secret
}

/** What refers to an application, children first: the foreign keys of a schema may not cascade. */
const DELETES = [
  'DELETE s FROM IDN_OAUTH2_ACCESS_TOKEN_SCOPE s JOIN IDN_OAUTH2_ACCESS_TOKEN t ON t.TOKEN_ID = s.TOKEN_ID WHERE t.CONSUMER_KEY_ID = ?',
  'DELETE FROM IDN_OAUTH2_ACCESS_TOKEN WHERE CONSUMER_KEY_ID = ?',
  'DELETE s FROM IDN_OAUTH2_AUTHZ_CODE_SCOPE s JOIN IDN_OAUTH2_AUTHORIZATION_CODE c ON c.CODE_ID = s.CODE_ID WHERE c.CONSUMER_KEY_ID = ?',
  'DELETE FROM IDN_OAUTH2_AUTHORIZATION_CODE WHERE CONSUMER_KEY_ID = ?',
  'DELETE p FROM IDN_OIDC_PROPERTY p JOIN IDN_OAUTH_CONSUMER_APPS c ON c.CONSUMER_KEY = p.CONSUMER_KEY WHERE c.ID = ?',
  'DELETE FROM IDN_OAUTH_CONSUMER_APPS WHERE ID = ?',
]

/** Removes an application with its tokens. Inside of a transaction. Throws a Fault 404 if it is gone. */
export async function deleteClient(apim: Queryable, client: Client): Promise<void> {
  await hold(apim, client)
  await deleteServiceProvider(apim, client.key)
  for (const sql of DELETES) await change(apim, sql, [client.id])
}

/** Whether a user may log in to an application: another tenant's users to SaaS applications only. */
export const mayLogIn = (user: Pick<User, 'id'>, {tenantId, saas}: Pick<Client, 'tenantId' | 'saas'>): boolean =>
  saas || user.id === tenantId

/** Section 2.3.1 of RFC 6749 has both halves of Basic credentials encoded as in a form; the product's own clients send them as they are. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** The application that calls, by Basic credentials or by those of the form. Throws an OAuthFault 401, or 400 where it comes with both. */
export async function authenticateClient(apim: Queryable, call: Call, form: URLSearchParams): Promise<Client> {
  const basic = basicOf(call)
  // BasicAuthClientAuthenticator, identity-inbound-auth-oauth v6.4.2; section 2.3 of RFC 6749.
  if (basic && form.has('client_id') && form.has('client_secret')) {
    throw invalidRequest('Request body and headers contain authorization information')
  }
  const key = basic?.username ?? form.get('client_id')
  const secret = basic?.password ?? form.get('client_secret')
  if (key === null || secret === null) throw invalidClient('Unsupported Client Authentication Method!')
  const client = (await findClient(apim, key)) ?? (basic && (await findClient(apim, formDecoded(key))))
  if (!client) throw invalidClient(`A valid OAuth client could not be found for client_id: ${key.slice(0, 100)}`)
  const isRight = isSecret(secret, client.keptSecret) || (basic && isSecret(formDecoded(secret), client.keptSecret))
  if (!isRight) throw invalidClient('Client Authentication failed.')
  return client
}
