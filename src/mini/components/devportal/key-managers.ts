import {Fault} from '../../http/fault.js'
import {RESIDENT_KEY_MANAGER, RESIDENT_TYPE} from '../../hub/data.js'
import {isResident, keyManagersOf, type StoredKeyManager} from '../../oauth/key-manager-store.js'
import type {PortalData} from './portal.js'

/** What the key manager that mini has itself gives tokens for. */
export const GRANT_TYPES = ['refresh_token', 'password', 'client_credentials', 'authorization_code']

/** What there is of the key manager that mini has itself, before its row is made. */
const residentOf = (tenantDomain: string): StoredKeyManager => ({
  ...{id: '', name: RESIDENT_KEY_MANAGER, displayName: RESIDENT_KEY_MANAGER, type: RESIDENT_TYPE, tenantDomain},
  description: `This is ${RESIDENT_KEY_MANAGER}`,
  enabled: true,
  configuration: {},
})

/** A tenant's key managers, its own among them. */
export async function keyManagersIn({apim}: Pick<PortalData, 'apim'>, tenantDomain: string) {
  const found = await keyManagersOf(apim, tenantDomain)
  return found.some(isResident) ? found : [residentOf(tenantDomain), ...found]
}

const fault = (code: number, message: string) => new Fault(400, message, {code, message})

/** The key manager of a name, without one the tenant's own. Throws a Fault 400: KEY_MANAGER_NOT_FOUND, KEY_MANAGER_NOT_ENABLED. */
export async function enabledKeyManager(
  portal: Pick<PortalData, 'apim'>,
  tenantDomain: string,
  name: string | null | undefined,
): Promise<StoredKeyManager> {
  const wanted = name || RESIDENT_KEY_MANAGER
  const found = (await keyManagersIn(portal, tenantDomain)).find(it => it.name === wanted || it.id === wanted)
  if (!found) throw fault(901403, `Key Manager ${wanted.slice(0, 100)} doesn't exist`)
  if (!found.enabled) throw fault(901406, 'Key Manager is not enabled in the system')
  return found
}

/** Throws a Fault 400 where applications of someone else's key manager can not be given a client that is there. */
export function checkMapping({configuration: {enable_map_oauth_consumer_apps: may}}: StoredKeyManager): void {
  if (may !== true) throw new Fault(400, 'Key Manager does not support mapping of OAuth applications')
}

/** KeyManagerInfo of store-api.yaml, carbon-apimgt v6.7.206. */
export function keyManagerView(it: StoredKeyManager) {
  const {configuration: of} = it
  const own = isResident(it)
  const flag = (key: string) => (own ? true : of[key] === true)
  return {
    id: it.id,
    name: it.name,
    type: it.type,
    displayName: it.displayName || it.name,
    description: it.description,
    enabled: it.enabled,
    availableGrantTypes: own ? GRANT_TYPES : (of.grant_types ?? []),
    tokenEndpoint: of.token_endpoint ?? null,
    revokeEndpoint: of.revoke_endpoint ?? null,
    userInfoEndpoint: of.userinfo_endpoint ?? null,
    enableTokenGeneration: flag('enable_token_generation'),
    enableTokenEncryption: false,
    enableTokenHashing: false,
    enableOAuthAppCreation: flag('enable_oauth_app_creation'),
    enableMapOAuthConsumerApps: flag('enable_map_oauth_consumer_apps'),
    applicationConfiguration: [],
    additionalProperties: {},
  }
}
