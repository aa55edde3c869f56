import {byName, VISIBLE, type Api} from '../../apis/api.js'
import {findApi, listApis} from '../../apis/api-store.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {findUser, rolesOf, type Tenant} from '../../users/users.js'
import type {Portal, PortalData} from './portal.js'
import {missing} from '../../http/fault.js'

/** Who looks: nobody in particular, or a user. */
type Viewer = Pick<Principal, 'name' | 'tenant'>

async function rolesFor({shared}: PortalData, viewer: Viewer): Promise<ReadonlySet<string>> {
  const user = await findUser(shared, nameOf(viewer as Principal))
  return new Set(user ? await rolesOf(shared, user) : [])
}

/** Says which APIs of a tenant a viewer may see; names of roles count in any case, as in the product's user store. */
async function sees(portal: PortalData, tenant: Tenant, viewer: Viewer | undefined): Promise<(api: Api) => boolean> {
  const roles = new Set(viewer ? [...(await rolesFor(portal, viewer))].map(it => it.toLowerCase()) : [])
  const own = viewer?.tenant.id === tenant.id
  return api => {
    if (!VISIBLE.includes(api.lifeCycleStatus) || !api.enableStore) return false
    if (api.visibility === 'PUBLIC') return true
    if (!own) return false
    return api.visibility === 'PRIVATE' || api.visibleRoles.some(it => roles.has(it.toLowerCase()))
  }
}

/** What a viewer sees of a tenant's APIs, by name and version. */
export async function visibleApis(portal: PortalData, tenant: Tenant, viewer?: Viewer): Promise<readonly Api[]> {
  const fits = await sees(portal, tenant, viewer)
  return (await listApis(portal.shared, tenant.id))
    .map(({api}) => api)
    .filter(fits)
    .sort(byName)
}

/**
 * Those that lists and searches of the portal have: deprecated ones are there for who knows their id, and in lists where
 * `[apim.devportal] display_deprecated_apis` says so (RegistrySearchUtil.getDevPortalSearchQuery of carbon-apimgt).
 */
export async function listedApis(portal: Portal, tenant: Tenant, viewer?: Viewer): Promise<readonly Api[]> {
  const found = await visibleApis(portal, tenant, viewer)
  return portal.listsDeprecated ? found : found.filter(it => it.lifeCycleStatus !== 'DEPRECATED')
}

/** One of them. Throws a Fault 404 for one that is not there, or not for this viewer: which of the two is not told. */
export async function visibleApi(portal: PortalData, tenant: Tenant, id: string, viewer?: Viewer): Promise<Api> {
  const found = await findApi(portal.shared, tenant.id, id)
  if (!found || !(await sees(portal, tenant, viewer))(found.api)) throw missing('API', id)
  return found.api
}
