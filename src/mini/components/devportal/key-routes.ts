import {z} from 'zod'
import {bodyOf, checked} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {badRequest} from '../../http/fault.js'
import {json, route, type Answer, type Route} from '../../http/router.js'
import {ownApplication, type Application} from './application-store.js'
import {isResident} from '../../oauth/key-manager-store.js'
import {checkMapping, enabledKeyManager} from './key-managers.js'
import {keyProperties} from './key-properties.js'
import {
  addKey,
  checkOwn,
  foreign,
  keyOf,
  keysOf,
  keyView,
  mapForeignKey,
  mapKey,
  newSecretOf,
  removeKey,
  secretOf,
  updateKey,
  type ApplicationKey,
} from './keys.js'
import {BASE, SCOPES, type KeysPortal, type Portal} from './portal.js'

const grantTypes = z
  .array(z.string().regex(/^[\w:./-]+$/, 'is no grant type'))
  .min(1)
  .max(20)
const callbackUrl = z.string().max(2048).nullish()
const scopes = z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is no scope')).nullish()
/** The product takes seconds as text; below zero: as long as may be. */
const seconds = z.union([z.string().regex(/^-?\d{1,15}$/), z.int()]).nullish()
const extra = z.union([z.string(), z.record(z.string(), z.unknown())]).nullish()

const generate = z.object({
  keyType: z.enum(['PRODUCTION', 'SANDBOX']),
  keyManager: z.string().nullish(),
  grantTypesToBeSupported: grantTypes,
  callbackUrl,
  scopes,
  validityTime: seconds,
  clientId: z.string().max(255).nullish(),
  clientSecret: z.string().max(255).nullish(),
  additionalProperties: extra,
})

/**
 * ApplicationKeyMappingRequest; the secret, which the product does not ask for, proves that the client is the caller's. Someone else's key
 * manager is not asked, as it gives no secret away.
 */
const mapping = z.object({
  consumerKey: z.string().min(1).max(255),
  consumerSecret: z.string().max(255).nullish(),
  keyManager: z.string().nullish(),
  keyType: z.enum(['PRODUCTION', 'SANDBOX']),
})

/** Of a key that is there: what it may do. */
const keyBody = z.object({supportedGrantTypes: grantTypes, callbackUrl, additionalProperties: extra})

const generateToken = z.object({
  consumerSecret: z.string().min(1),
  validityPeriod: seconds,
  scopes,
  revokeToken: z.string().nullish(),
  additionalProperties: extra,
})

const periodOf = (value: string | number | null | undefined) => (value ? Number(value) : undefined)

/** Changes what a key may do, as a body asks for it. Throws a Fault 400, or 501 for a key of someone else's key manager. */
export async function changeKey(
  portal: KeysPortal,
  application: Application,
  key: ApplicationKey,
  asked: unknown,
  correlationId: string,
): Promise<ApplicationKey> {
  const {supportedGrantTypes: grantTypes, callbackUrl = null, additionalProperties} = checked(keyBody, asked)
  const properties = keyProperties(additionalProperties) ?? key.properties
  return updateKey(portal, application, key, {grantTypes, callbackUrl, properties}, correlationId)
}

/** Routes about the keys of a user's own applications, by the mapping's id or, as older clients do, by the type of key. */
export function keyRoutes(portal: Portal): readonly Route[] {
  const {keyManager} = portal
  const own = async (call: Call) => {
    const principal = await portal.guard.principal(call, SCOPES.applications)
    return {principal, application: await ownApplication(portal, principal, call.param('applicationId'))}
  }
  const ownKey = async (call: Call) => {
    const {application, principal} = await own(call)
    return {application, principal, key: await keyOf(portal, application, call.param('key'))}
  }

  const shown = async (key: ApplicationKey, {correlationId}: Call) =>
    keyView(key, {consumerSecret: await secretOf(portal, key, correlationId)})
  const map = async (call: Call): Promise<Answer> => {
    const {application, principal} = await own(call)
    const {keyType, consumerKey, consumerSecret: secret, keyManager: name} = await bodyOf(call, mapping)
    const {domain} = principal.tenant
    const by = await enabledKeyManager(portal, domain, name)
    if (!isResident(by)) {
      checkMapping(by)
      return json(
        keyView(await mapForeignKey(portal, domain, application, {keyType, consumerKey, keyManager: by.name})),
      )
    }
    if (!secret) throw badRequest('consumerSecret: is missing')
    const key = await mapKey(portal, domain, application, {keyType, consumerKey, secret}, call.correlationId)
    return json(keyView(key, {consumerSecret: secret}))
  }

  const create = async (call: Call): Promise<Answer> => {
    const {application, principal} = await own(call)
    const given = await bodyOf(call, generate)
    const by = await enabledKeyManager(portal, principal.tenant.domain, given.keyManager)
    if (!isResident(by)) throw foreign(by.name)
    const request = {
      keyType: given.keyType,
      grantTypes: given.grantTypesToBeSupported,
      callbackUrl: given.callbackUrl ?? null,
      properties: keyProperties(given.additionalProperties),
      validity: periodOf(given.validityTime),
      clientId: given.clientId || undefined,
      clientSecret: given.clientSecret || undefined,
    }
    const {key, credentials} = await addKey(portal, principal.tenant.domain, application, request, call.correlationId)
    const token = key.grantTypes.includes('client_credentials')
      ? await keyManager.token(credentials, given.scopes ?? [], periodOf(given.validityTime), call.correlationId)
      : undefined
    return json(keyView(key, {consumerSecret: credentials.clientSecret, token}))
  }
  const list = async (call: Call) => {
    const keys = await keysOf(portal, (await own(call)).application)
    const list = await Promise.all(keys.map(it => shown(it, call)))
    return json({count: keys.length, list})
  }
  const change = async (call: Call) => {
    const {application, key} = await ownKey(call)
    return json(await shown(await changeKey(portal, application, key, await call.json(), call.correlationId), call))
  }
  const newSecret = async (call: Call) => {
    const {key} = await ownKey(call)
    const {clientId, clientSecret} = await newSecretOf(portal, key, call.correlationId)
    return json({consumerKey: clientId, consumerSecret: clientSecret})
  }
  const token = async (call: Call) => {
    const {key} = await ownKey(call)
    checkOwn(key)
    const {consumerSecret, validityPeriod, scopes: wanted, revokeToken} = await bodyOf(call, generateToken)
    const client = {clientId: key.consumerKey, clientSecret: consumerSecret}
    if (revokeToken) await keyManager.revoke(client, revokeToken, call.correlationId)
    return json(await keyManager.token(client, wanted ?? [], periodOf(validityPeriod), call.correlationId))
  }
  const remove = async (call: Call) => {
    const {application, key} = await ownKey(call)
    await removeKey(portal, application, key, call.correlationId)
    return {status: 200}
  }

  const application = `${BASE}/applications/:applicationId`
  return [
    route.post(`${application}/generate-keys`, create),
    route.post(`${application}/map-keys`, map),
    ...['keys', 'oauth-keys'].flatMap((name): Route[] => [
      route.get(`${application}/${name}`, list),
      route.get(`${application}/${name}/:key`, async call => json(await shown((await ownKey(call)).key, call))),
      route.put(`${application}/${name}/:key`, change),
      route.post(`${application}/${name}/:key/regenerate-secret`, newSecret),
      route.post(`${application}/${name}/:key/generate-token`, token),
      route.post(`${application}/${name}/:key/clean-up`, remove),
    ]),
  ]
}
