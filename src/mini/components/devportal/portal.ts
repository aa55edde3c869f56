import type {NodeContext} from '../../component.js'
import type {Call} from '../../http/call.js'
import {Fault, notFound} from '../../http/fault.js'
import type {Guard, Principal} from '../../oauth/guard.js'
import {nodeGuard, oauthNode, type OAuthNode} from '../../oauth/node-guard.js'
import {SUPER_TENANT, tenantOf, type Tenant} from '../../users/users.js'
import {dotted} from '../../config/keys.js'
import {readEnvironments, type Environment} from '../../config/environments.js'
import {makeHubClient} from '../../events/hub.js'
import type {HubClient} from '../../hub/hub-client.js'
import {readAskedAttributes, type AskedAttribute} from './application-attributes.js'
import {makeKeyManager, type KeyManager} from './key-manager.js'

/** What every part of the devportal works with. */
export interface Portal extends OAuthNode {
  readonly guard: Guard
  readonly hub: HubClient
  readonly keyManager: KeyManager
  readonly environments: readonly Environment[]
  readonly askedAttributes: readonly AskedAttribute[]
  /** Whether lists have deprecated APIs. */
  readonly listsDeprecated: boolean
}

/** What is needed for all that asks no key manager: the publisher's administration of applications has it too. */
export type PortalData = Omit<Portal, 'keyManager' | 'askedAttributes' | 'listsDeprecated'>

/** What is needed for the keys of applications: the same administration has it. */
export type KeysPortal = PortalData & Pick<Portal, 'keyManager'>

/** The devportal's surroundings. Throws StartFailure if its configuration lacks something. */
export function makePortal(context: NodeContext): Portal {
  const node = oauthNode(context)
  return {
    ...node,
    guard: nodeGuard(node),
    hub: context.hub ?? makeHubClient(context),
    keyManager: makeKeyManager(context),
    environments: readEnvironments(context.config.settings),
    askedAttributes: readAskedAttributes(context.config.settings),
    listsDeprecated: context.config.settings.flag(dotted('apim.devportal.display_deprecated_apis'), false, {
      why: 'the portal lists deprecated APIs, or does not',
      example: 'false',
    }),
  }
}

/** Where the product's REST API is. */
export const BASE = '/api/am/store/v1'

/** Scopes of store-api.yaml, carbon-apimgt v6.7.206. */
export const SCOPES = {
  subscribe: ['apim:subscribe'],
  applications: ['apim:subscribe', 'apim:app_manage'],
  moveApplications: ['apim:subscribe', 'apim:app_manage', 'apim:app_import_export'],
  apiKeys: ['apim:subscribe', 'apim:app_manage', 'apim:api_key'],
  subscriptions: ['apim:subscribe', 'apim:sub_manage'],
} as const

/** The caller, or undefined for one without a token; a token that is there must be good. Throws a Fault 401 or 403. */
export const maybePrincipal = async ({guard}: Portal, call: Call): Promise<Principal | undefined> =>
  call.header('authorization') === undefined ? undefined : guard.principal(call, SCOPES.subscribe)

/** The tenant whose portal is asked for: by header, else the caller's. Throws a Fault 404 for an unknown one. */
export async function askedTenant({shared}: PortalData, call: Call, caller?: Principal): Promise<Tenant> {
  const domain = call.header('x-wso2-tenant')
  if (!domain) return caller?.tenant ?? SUPER_TENANT
  const tenant = await tenantOf(shared, domain)
  if (!tenant) throw notFound(`There is no active tenant ${domain.slice(0, 100)}`)
  return tenant
}

/** RestApiUtil.buildForbiddenException of carbon-apimgt v6.7.206. */
export const forbidden = (resource: string, id: string) =>
  new Fault(403, `You don't have permission to access the ${resource} with Id ${id.slice(0, 100)}`)
