import {isDeepStrictEqual} from 'node:util'
import {z} from 'zod'
import {row} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, conflict, missing, missingOperation} from '../../../http/fault.js'
import {multipartOf, textOf} from '../../../http/multipart.js'
import {json, route, type Route} from '../../../http/router.js'
import type {KeyManagerEvent} from '../../../hub/events.js'
import {
  deleteKeyManager,
  findKeyManager,
  insertKeyManager,
  isResident,
  keyManagersOf,
  updateKeyManager,
  type StoredKeyManager,
} from '../../../oauth/key-manager-store.js'
import type {Publishing} from '../publishing.js'
import {fetchDefinition} from '../rest/fetch-definition.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'
import {fromKeyManager, keyManagerBody, toKeyManager, type KeyManagerBody} from './key-manager-body.js'

const BASE = `${ADMIN}/key-managers`

/** What can be said of the product's own key manager: the rest is its configuration's. */
const OF_RESIDENT: readonly string[] = ['displayName', 'description', 'enabled']

/** KeyManagerInfoDTO. */
const toInfo = ({id, name, type, description, enabled}: StoredKeyManager) => ({id, name, type, description, enabled})

/** An OpenID Provider's metadata: OpenIdConnectConfiguration of carbon-apimgt v6.7.206. */
const METADATA = z.object({
  issuer: z.string(),
  introspection_endpoint: z.string().nullish(),
  registration_endpoint: z.string().nullish(),
  token_endpoint: z.string().nullish(),
  revocation_endpoint: z.string().nullish(),
  userinfo_endpoint: z.string().nullish(),
  authorization_endpoint: z.string().nullish(),
  jwks_uri: z.string().nullish(),
  grant_types_supported: z.array(z.string()).nullish(),
})

/** What metadata says nothing of. */
const UNSAID = fromKeyManager({
  ...{id: '', name: '', type: '', tenantDomain: '', displayName: null, description: null},
  enabled: true,
  configuration: {},
})

function metadataIn(text: string): z.output<typeof METADATA> {
  try {
    return METADATA.parse(JSON.parse(text))
  } catch {
    throw badRequest('url: answers with no metadata of an OpenID provider')
  }
}

/** What is changed of the product's own key manager. Throws a Fault 501 for what is its configuration's to say. */
function residentChanged(before: StoredKeyManager, given: KeyManagerBody): StoredKeyManager {
  const now: Readonly<Record<string, unknown>> = fromKeyManager(before)
  const other = Object.entries(given).find(
    ([field, value]) =>
      !OF_RESIDENT.includes(field) && value !== null && value !== undefined && !isDeepStrictEqual(value, now[field]),
  )
  if (other) throw missingOperation(`mini's own key manager is as its deployment.toml says: ${other[0]} stays`)
  const {displayName, description, enabled} = given
  return {
    ...before,
    displayName: displayName ?? null,
    description: description ?? null,
    enabled: enabled ?? before.enabled,
  }
}

/** Key managers of a tenant by REST: KeyManagersApiServiceImpl and APIAdminImpl of carbon-apimgt v6.7.206. */
export function keyManagerRoutes({apim, guard, hub, face}: Publishing): readonly Route[] {
  const tenantOf = async (call: Call) => (await guard.principal(call, MAY.seeCategories)).tenant
  const need = async (domain: string, id: string) => {
    const found = await findKeyManager(apim, domain, {id})
    if (!found) throw missing('KEY_MANAGER', id)
    return found
  }
  /** Gateways tell key managers apart by what tokens say of their issuer, whosever tenant it is. */
  const checkIssuer = async (given: Omit<StoredKeyManager, 'id'>, own?: string) => {
    const {issuer} = given.configuration
    if ((await keyManagersOf(apim)).some(it => it.id !== own && it.configuration.issuer === issuer)) {
      throw conflict(`mini has one key manager for an issuer, and another one has ${String(issuer).slice(0, 100)}`)
    }
  }
  const tell = (action: KeyManagerEvent['action'], {name, tenantDomain}: Omit<StoredKeyManager, 'id'>) =>
    hub.keyManager({event_type: 'key_manager_configuration', action, name, tenantDomain})

  const create = async (call: Call) => {
    const {domain} = await tenantOf(call)
    const given = toKeyManager(await bodyOf(call, keyManagerBody), domain)
    await checkIssuer(given)
    const id = await insertKeyManager(apim, given)
    tell('add', given)
    return {...json(fromKeyManager(await need(domain, id)), 201), headers: {location: `${BASE}/${id}`}}
  }
  const change = async (call: Call) => {
    const {domain} = await tenantOf(call)
    const before = await need(domain, call.param('keyManagerId'))
    const given = await bodyOf(call, keyManagerBody)
    if (given.name !== before.name) throw badRequest("Key Manager name couldn't able to change")
    if (given.type !== before.type) throw badRequest('type: stays as it is')
    const now = isResident(before) ? residentChanged(before, given) : {...before, ...toKeyManager(given, domain)}
    if (!isResident(now)) await checkIssuer(now, now.id)
    await updateKeyManager(apim, now)
    tell('update', now)
    return json(fromKeyManager(await need(domain, before.id)))
  }
  const remove = async (call: Call) => {
    const {domain} = await tenantOf(call)
    const found = await need(domain, call.param('keyManagerId'))
    if (isResident(found)) throw badRequest(`${found.name} can not be deleted`)
    // The product leaves such keys behind, which then are nobody's.
    const sql = 'SELECT UUID FROM AM_APPLICATION_KEY_MAPPING WHERE KEY_MANAGER IN (?, ?) LIMIT 1'
    if (await row(apim, sql, [found.id, found.name])) throw conflict('Applications have keys of this key manager')
    await deleteKeyManager(apim, found)
    tell('delete', found)
    return {status: 200}
  }
  const discover = async (call: Call) => {
    await tenantOf(call)
    const form = await multipartOf(call)
    const [url, type] = [textOf(form, 'url'), textOf(form, 'type')]
    if (url === undefined) return json({valid: false, value: null})
    const of = metadataIn(await fetchDefinition(url))
    const value = {
      ...UNSAID,
      // How it is to be called is for who adds it to say.
      ...{name: '', type: type ?? '', wellKnownEndpoint: url, issuer: of.issuer},
      introspectionEndpoint: of.introspection_endpoint ?? null,
      clientRegistrationEndpoint: of.registration_endpoint ?? null,
      tokenEndpoint: of.token_endpoint ?? null,
      revokeEndpoint: of.revocation_endpoint ?? null,
      userInfoEndpoint: of.userinfo_endpoint ?? null,
      authorizeEndpoint: of.authorization_endpoint ?? null,
      certificates: of.jwks_uri ? {type: 'JWKS', value: of.jwks_uri} : null,
      availableGrantTypes: of.grant_types_supported ?? [],
    }
    return json({valid: true, value})
  }
  const list = route.get(BASE, async call => {
    const found = (await keyManagersOf(apim, (await tenantOf(call)).domain)).map(toInfo)
    return json({count: found.length, list: found})
  })
  // 4.x says more of them, of which nothing is done here.
  if (face === '4') return [list]
  return [
    list,
    route.post(BASE, create),
    route.post(`${BASE}/discover`, discover),
    route.get(`${BASE}/:keyManagerId`, async call =>
      json(fromKeyManager(await need((await tenantOf(call)).domain, call.param('keyManagerId')))),
    ),
    route.put(`${BASE}/:keyManagerId`, change),
    route.delete(`${BASE}/:keyManagerId`, remove),
  ]
}
