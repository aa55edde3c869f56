import {randomUUID} from 'node:crypto'
import {change, row, rows, transaction, type Queryable} from '../../databases/sql.js'
import {sameSecret} from '../../http/credentials.js'
import {badRequest, Fault, missing, missingOperation} from '../../http/fault.js'
import {lockApplication, type Application} from './application-store.js'
import {RESIDENT_KEY_MANAGER} from '../../hub/data.js'
import {type ClientRequest, type Credentials, type IssuedToken} from './key-manager.js'
import {enabledKeyManager} from './key-managers.js'
import {type KeysPortal, type PortalData} from './portal.js'

type KeyType = 'PRODUCTION' | 'SANDBOX'

/** An OAuth client of an application: a row of AM_APPLICATION_KEY_MAPPING. */
export interface ApplicationKey {
  readonly uuid: string
  readonly consumerKey: string
  readonly keyType: KeyType
  readonly state: string
  readonly keyManager: string
  readonly grantTypes: readonly string[]
  readonly callbackUrl: string | null
  /** What its owner says of it besides, as it came. */
  readonly properties?: unknown
}

interface KeyRow extends Omit<ApplicationKey, keyof Info> {
  readonly info: Buffer | null
}

/** What AM_APPLICATION_KEY_MAPPING.APP_INFO keeps of a client, so that it can be shown with the key manager away. */
interface Info {
  readonly grantTypes: readonly string[]
  readonly callbackUrl: string | null
  readonly properties?: unknown
}

/** Characters of AM_APPLICATION_REGISTRATION.INPUTS. */
const MOST_INPUTS = 1000

const SELECT =
  "SELECT COALESCE(UUID, '') AS uuid, COALESCE(CONSUMER_KEY, '') AS consumerKey, KEY_TYPE AS keyType, STATE AS state, " +
  'KEY_MANAGER AS keyManager, APP_INFO AS info FROM AM_APPLICATION_KEY_MAPPING WHERE APPLICATION_ID = ?'

function toKey({info, ...key}: KeyRow): ApplicationKey {
  const known = info ? (JSON.parse(info.toString('utf8')) as Partial<Info>) : {}
  const {grantTypes = [], callbackUrl = null, properties} = known
  return {...key, grantTypes, callbackUrl, properties}
}

const infoOf = ({grantTypes, callbackUrl, properties}: Info) =>
  Buffer.from(JSON.stringify({grantTypes, callbackUrl, properties}))

/** The keys of an application. */
export const keysOf = async ({apim}: PortalData, {id}: Pick<Application, 'id'>): Promise<readonly ApplicationKey[]> =>
  (await rows<KeyRow>(apim, `${SELECT} ORDER BY KEY_TYPE`, [id])).map(toKey)

/** The key of a type or of a mapping's id. Throws a Fault 404. */
export async function keyOf(portal: KeysPortal, application: Application, wanted: string): Promise<ApplicationKey> {
  const all = await keysOf(portal, application)
  // Of two of a type, the one that can be asked for more.
  const ofType = all.filter(it => it.keyType === wanted)
  const found = all.find(it => it.uuid === wanted) ?? ofType.find(isOwnKey) ?? ofType[0]
  if (!found) throw missing('Application Consumer Key', wanted)
  return found
}

/**
 * The client at the key manager. Its name ends in the mapping's id, unlike in the product: a client that was registered just before a
 * node died must not be in the way of the next one.
 */
const clientOf = (
  {owner, name, tokenType}: Application,
  {uuid, keyType}: Pick<ApplicationKey, 'uuid' | 'keyType'>,
  {grantTypes, callbackUrl}: Info,
): ClientRequest => ({
  client_name: `${owner.replaceAll('@', '-AT-').slice(0, 90)}_${name}_${keyType}_${uuid}`,
  grant_types: grantTypes,
  redirect_uris: callbackUrl ? callbackUrl.split(/\s*,\s*/) : [],
  token_type_extension: tokenType,
  ext_application_owner: owner,
})

/** ExceptionCodes.KEY_MAPPING_ALREADY_EXIST of carbon-apimgt v6.7.206. */
const alreadyThere = () => new Fault(409, 'Application already Registered', {code: 901408})

const insertMapping = (on: Queryable, {id}: Application, key: ApplicationKey, mode: 'CREATED' | 'MAPPED') =>
  change(
    on,
    'INSERT INTO AM_APPLICATION_KEY_MAPPING (UUID, APPLICATION_ID, CONSUMER_KEY, KEY_TYPE, STATE, CREATE_MODE, KEY_MANAGER, APP_INFO) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [key.uuid, id, key.consumerKey, key.keyType, key.state, mode, key.keyManager, infoOf(key)],
  )

/**
 * The registration that comes before the key, in the workflow that approves at once: ApiMgtDAO.createApplicationRegistrationEntry of
 * carbon-apimgt v6.7.206.
 */
const insertRegistration = async (on: Queryable, {id, owner}: Application, key: ApplicationKey, validity = 3600) => {
  const inputs = JSON.stringify({
    username: owner,
    grant_types: key.grantTypes.join(','),
    redirect_uris: key.callbackUrl ?? '',
  })
  const sql =
    'INSERT INTO AM_APPLICATION_REGISTRATION (SUBSCRIBER_ID, WF_REF, APP_ID, TOKEN_TYPE, TOKEN_SCOPE, INPUTS, ALLOWED_DOMAINS, ' +
    "VALIDITY_PERIOD, KEY_MANAGER) SELECT SUBSCRIBER_ID, ?, APPLICATION_ID, ?, 'default', ?, 'ALL', ?, ? FROM AM_APPLICATION " +
    'WHERE APPLICATION_ID = ?'
  const known = inputs.length <= MOST_INPUTS ? inputs : null
  await change(on, sql, [randomUUID(), key.keyType, known, validity, key.keyManager, id])
}

const announce = (
  {hub}: KeysPortal,
  tenantDomain: string,
  {id: applicationId}: Application,
  {consumerKey, keyType, keyManager}: Pick<ApplicationKey, 'consumerKey' | 'keyType' | 'keyManager'>,
) => hub.notify('APPLICATION_REGISTRATION_CREATE', tenantDomain, {applicationId, consumerKey, keyType, keyManager})

interface KeyRequest extends Info {
  readonly keyType: KeyType
  /** Seconds; the key manager's own where it is not given. */
  readonly validity?: number | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
}

/** Registers a client for an application. Throws a Fault 409 where it has one of this type. */
export async function addKey(
  portal: KeysPortal,
  tenantDomain: string,
  application: Application,
  request: KeyRequest,
  correlationId?: string,
): Promise<{readonly key: ApplicationKey; readonly credentials: Credentials}> {
  const {keyType, clientId, clientSecret} = request
  await enabledKeyManager(portal, tenantDomain, RESIDENT_KEY_MANAGER)
  const {key, credentials} = await transaction(portal.apim, async on => {
    // Two calls at once, on two nodes: the second must not reset the first one's client.
    await lockApplication(on, application)
    const sql = `${SELECT} AND KEY_TYPE = ? AND KEY_MANAGER = ?`
    if (await row(on, sql, [application.id, keyType, RESIDENT_KEY_MANAGER])) throw alreadyThere()
    const uuid = randomUUID()
    const client = {
      ...clientOf(application, {uuid, keyType}, request),
      ext_param_client_id: clientId,
      ext_param_client_secret: clientSecret,
    }
    const made = await portal.keyManager.register(client, correlationId)
    const {grantTypes, callbackUrl, properties} = request
    const added = {
      ...{uuid, consumerKey: made.clientId, keyType, state: 'COMPLETED', keyManager: RESIDENT_KEY_MANAGER},
      ...{grantTypes, callbackUrl, properties},
    }
    await insertRegistration(on, application, added, request.validity)
    await insertMapping(on, application, added, 'CREATED')
    return {key: added, credentials: made}
  })
  announce(portal, tenantDomain, application, key)
  return {key, credentials}
}

/** The secret of a key, as the key manager has it; null where that is away, has no such client any more, or keeps hashes. */
export async function secretOf({keyManager}: KeysPortal, key: ApplicationKey, id?: string): Promise<string | null> {
  const {consumerKey} = key
  if (consumerKey === '' || !isOwnKey(key)) return null
  try {
    return (await keyManager.find(consumerKey, id))?.clientSecret || null
  } catch {
    // What else there is to say of the key is in the database.
    return null
  }
}

/** Adds a client that is there already. Throws a Fault 409 where the application has one of its type, or another application has it. */
const insertMapped = ({apim}: KeysPortal, application: Application, key: ApplicationKey) =>
  transaction(apim, async on => {
    await lockApplication(on, application)
    const {keyManager, keyType, consumerKey} = key
    // Gateways find a key by its id alone.
    const taken =
      'SELECT APPLICATION_ID FROM AM_APPLICATION_KEY_MAPPING WHERE (KEY_MANAGER = ? AND APPLICATION_ID = ? AND KEY_TYPE = ?) ' +
      'OR CONSUMER_KEY = ?'
    if (await row(on, taken, [keyManager, application.id, keyType, consumerKey])) throw alreadyThere()
    await insertMapping(on, application, key, 'MAPPED')
  })

/** Gives an application a client that is at the key manager already. Throws a Fault 400 without it, 409 where a key is there. */
export async function mapKey(
  portal: KeysPortal,
  tenantDomain: string,
  application: Application,
  {keyType, consumerKey, secret}: Pick<ApplicationKey, 'keyType' | 'consumerKey'> & {readonly secret: string},
  correlationId?: string,
): Promise<ApplicationKey> {
  const found = await portal.keyManager.find(consumerKey, correlationId)
  if (found?.clientSecret === '') throw missingOperation('mini maps no keys where secrets are kept as hashes')
  // Who has a key may see its secret and remove the client: so the product's word for it is not enough.
  if (!found || !sameSecret(found.clientSecret, secret)) {
    throw badRequest('consumerKey: there is no client of this key and secret')
  }
  const {grantTypes, callbackUrl} = found
  const key = {uuid: randomUUID(), consumerKey, keyType, state: 'COMPLETED', keyManager: RESIDENT_KEY_MANAGER}
  await insertMapped(portal, application, {...key, grantTypes, callbackUrl})
  announce(portal, tenantDomain, application, key)
  return {...key, grantTypes, callbackUrl}
}

/** Where a client is at someone else's key manager, nothing is asked of that. */
export const isOwnKey = ({keyManager}: Pick<ApplicationKey, 'keyManager'>): boolean =>
  keyManager === RESIDENT_KEY_MANAGER

/** What someone else's key manager would have to be asked for. */
export const foreign = (name: string) =>
  missingOperation(`mini asks nothing of the key manager ${name}: make the client there, and map its key`)

/** Throws a Fault 501 for a client of someone else's key manager. */
export function checkOwn(key: Pick<ApplicationKey, 'keyManager'>): void {
  if (!isOwnKey(key)) throw foreign(key.keyManager)
}

/** Gives an application a client of someone else's key manager. Throws a Fault 409 where a key is there. */
export async function mapForeignKey(
  portal: KeysPortal,
  tenantDomain: string,
  application: Application,
  given: Pick<ApplicationKey, 'keyType' | 'consumerKey' | 'keyManager'>,
): Promise<ApplicationKey> {
  const key = {...given, uuid: randomUUID(), state: 'COMPLETED', grantTypes: [], callbackUrl: null}
  await insertMapped(portal, application, key)
  announce(portal, tenantDomain, application, key)
  return key
}

/** Changes what a client may do, at the key manager first. */
export async function updateKey(
  portal: KeysPortal,
  application: Application,
  key: ApplicationKey,
  info: Info,
  correlationId?: string,
): Promise<ApplicationKey> {
  checkOwn(key)
  await portal.keyManager.update(key.consumerKey, clientOf(application, key, info), correlationId)
  const sql = 'UPDATE AM_APPLICATION_KEY_MAPPING SET APP_INFO = ? WHERE UUID = ? AND APPLICATION_ID = ?'
  await change(portal.apim, sql, [infoOf(info), key.uuid, application.id])
  return {...key, ...info}
}

/** Gives a client a new secret: the old one is no longer good. */
export async function newSecretOf({keyManager}: KeysPortal, key: ApplicationKey, id: string): Promise<Credentials> {
  checkOwn(key)
  return keyManager.newSecret(key.consumerKey, id)
}

/** Removes a client, at the key manager first. */
export async function removeKey(
  portal: KeysPortal,
  {id}: Pick<Application, 'id'>,
  key: ApplicationKey,
  correlationId?: string,
) {
  if (key.consumerKey !== '' && isOwnKey(key)) await portal.keyManager.remove(key.consumerKey, correlationId)
  const sql = 'DELETE FROM AM_APPLICATION_KEY_MAPPING WHERE APPLICATION_ID = ? AND KEY_TYPE = ? AND KEY_MANAGER = ?'
  const values = [id, key.keyType, key.keyManager]
  await transaction(portal.apim, async on => {
    const registration =
      'DELETE FROM AM_APPLICATION_REGISTRATION WHERE APP_ID = ? AND TOKEN_TYPE = ? AND KEY_MANAGER = ?'
    await change(on, registration, values)
    await change(on, sql, values)
  })
}

/** ApplicationKey of store-api.yaml, carbon-apimgt v6.7.206. */
export const keyView = (
  {uuid, keyManager, consumerKey, grantTypes, callbackUrl, state, keyType, properties}: ApplicationKey,
  once: {readonly consumerSecret?: string | null; readonly token?: IssuedToken | undefined} = {},
) => ({
  keyMappingId: uuid,
  keyManager,
  consumerKey,
  consumerSecret: once.consumerSecret ?? null,
  supportedGrantTypes: grantTypes,
  callbackUrl,
  keyState: state,
  keyType,
  groupId: null,
  token: once.token ?? null,
  additionalProperties: properties ?? {},
})
