import {VISIBLE, type Api} from '../../apis/api.js'
import {findApi, listApis} from '../../apis/api-store.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {findUser, rolesOf, type Tenant} from '../../users/users.js'
import {type PortalData} from './portal.js'
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
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
}

/** One of them. Throws a Fault 404 for one that is not there, or not for this viewer: which of the two is not told. */
export async function visibleApi(portal: PortalData, tenant: Tenant, id: string, viewer?: Viewer): Promise<Api> {
  const found = await findApi(portal.shared, tenant.id, id)
  if (!found || !(await sees(portal, tenant, viewer))(found.api)) throw missing('API', id)
  return found.api
}

type Matcher = (api: Api, value: string) => boolean

const has = (text: string | undefined, value: string) => (text ?? '').toLowerCase().includes(value.toLowerCase())

/** Fields of a query: the product's portal searches by these. */
const FIELDS: Readonly<Record<string, Matcher>> = {
  name: (api, value) => has(api.name, value),
  version: (api, value) => has(api.version, value),
  context: (api, value) => has(api.context, value),
  provider: (api, value) => has(api.provider, value),
  description: (api, value) => has(api.description, value),
  status: (api, value) => api.lifeCycleStatus.toLowerCase() === value.toLowerCase(),
  tags: (api, value) => api.tags.some(it => it.toLowerCase() === value.toLowerCase()),
  tag: (api, value) => api.tags.some(it => it.toLowerCase() === value.toLowerCase()),
}

/** A filter for a query such as `pizza` or `name:pizza version:1.0.0`; every term has to fit. */
export function queryOf(text: string): (api: Api) => boolean {
  const terms = (text.match(/[^\s:]+:"[^"]*"|\S+/g) ?? []).map(term => {
    const at = term.indexOf(':')
    const field = at > 0 ? FIELDS[term.slice(0, at).toLowerCase()] : undefined
    const value = (field ? term.slice(at + 1) : term).replace(/^"|"$|^\*+|\*+$/g, '')
    return {field: field ?? FIELDS.name, value}
  })
  return api => terms.every(({field, value}) => field?.(api, value))
}
