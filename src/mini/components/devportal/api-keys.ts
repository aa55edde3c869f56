import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {servedContext} from '../../apis/api-rows.js'
import {bodyOf} from '../../http/body.js'
import type {Principal} from '../../oauth/guard.js'
import type {Call} from '../../http/call.js'
import {badRequest} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'
import {API_KEY_CLAIMS, type ApiKeyClaims} from '../../hub/api-key.js'
import {storeRevocation} from '../../oauth/stored-revocation.js'
import {ownApplication, type Application} from './application-store.js'
import {BASE, SCOPES, type Portal} from './portal.js'
import {apisOf, subscriptionsOf} from './subscription-store.js'

const KEY_TYPES = ['PRODUCTION', 'SANDBOX'] as const

const where = {permittedIP: z.string().max(2000).nullish(), permittedReferer: z.string().max(2000).nullish()}
const period = {validityPeriod: z.int().max(2_147_483_647).nullish()}
const generate = z.object({...period, additionalProperties: z.strictObject(where).nullish()})
/** How long a key is good, in seconds, and for whom. */
export const API_KEY_LIMITS = z.object({...period, ...where})
const revoke = z.object({apikey: z.string().min(1).max(100_000)})

/** Until when a revoked key without an end is kept: year 9999, in milliseconds since 1970. */
const FOR_EVER = Date.UTC(9999, 11, 31)

/** The APIs that an application subscribes to, as a key names them. */
async function subscribed(portal: Portal, application: Application, tenantDomain: string) {
  const subscriptions = await subscriptionsOf(portal, application)
  const apis = await apisOf(portal, subscriptions)
  return subscriptions.flatMap(it => {
    const api = apis.get(it)
    if (!api) return []
    const {name, version, provider: publisher} = api
    const context = servedContext(api)
    return [{name, context, version, publisher, subscriptionTier: it.policy, subscriberTenantDomain: tenantDomain}]
  })
}

/** The kind of keys of a name, in any case. Throws a Fault 400. */
export function apiKeyType(text: string): (typeof KEY_TYPES)[number] {
  const found = KEY_TYPES.find(it => it === text.toUpperCase())
  if (!found) throw badRequest('Invalid keyType. KeyType should be either PRODUCTION or SANDBOX')
  return found
}

/** Makes an API key of an application: it is told once, and kept nowhere. */
export async function makeApiKey(
  portal: Portal,
  {name, tenant}: Principal,
  application: Application,
  keytype: (typeof KEY_TYPES)[number],
  {validityPeriod, permittedIP, permittedReferer}: z.output<typeof API_KEY_LIMITS>,
): Promise<{readonly apikey: string; readonly validityTime: number}> {
  const {id, uuid, owner, policy} = application
  const iat = Math.floor(Date.now() / 1000)
  const seconds = validityPeriod && validityPeriod > 0 ? validityPeriod : undefined
  const claims: ApiKeyClaims = {
    jti: randomUUID(),
    iss: portal.signer.issuer,
    sub: `${name}@${tenant.domain}`,
    keytype,
    iat,
    ...(seconds !== undefined && {exp: iat + seconds}),
    application: {id, uuid, name: application.name, owner, tier: policy},
    subscribedAPIs: await subscribed(portal, application, tenant.domain),
    permittedIP: permittedIP ?? '',
    permittedReferer: permittedReferer ?? '',
  }
  return {apikey: await portal.signer.sign(claims), validityTime: seconds ?? -1}
}

/** API keys of a user's own applications: ApplicationsApiServiceImpl of carbon-apimgt v6.7.206. They are not kept: revoked ones are. */
export function apiKeyRoutes(portal: Portal): readonly Route[] {
  const {signer, hub, apim, shared} = portal
  const own = async (call: Call) => {
    const principal = await portal.guard.principal(call, SCOPES.apiKeys)
    const application = await ownApplication(portal, principal, call.param('applicationId'))
    return {principal, application, keytype: apiKeyType(call.param('keyType'))}
  }
  const create = async (call: Call) => {
    const {principal, application, keytype} = await own(call)
    const {validityPeriod, additionalProperties} = await bodyOf(call, generate)
    return json(await makeApiKey(portal, principal, application, keytype, {validityPeriod, ...additionalProperties}))
  }
  const end = async (call: Call) => {
    const {principal, application} = await own(call)
    const {apikey} = await bodyOf(call, revoke)
    const claims = await signer.claimsOf(apikey).then(
      it => API_KEY_CLAIMS.safeParse(it).data,
      () => undefined,
    )
    if (!claims) throw badRequest("Provided API Key isn't valid ")
    if (claims.application.uuid !== application.uuid) throw badRequest('Validation failed for the given token ')
    const expiryTime = claims.exp === undefined ? FOR_EVER : claims.exp * 1000
    const revocation = {revokedToken: claims.jti, tokenType: 'JWT', expiryTime} as const
    const {domain: tenantDomain} = principal.tenant
    await storeRevocation(apim, shared, {...revocation, eventId: randomUUID(), tenantDomain})
    hub.revoked(revocation)
    return {status: 200}
  }
  const path = `${BASE}/applications/:applicationId/api-keys/:keyType`
  return [route.post(`${path}/generate`, create), route.post(`${path}/revoke`, end)]
}
