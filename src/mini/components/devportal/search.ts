import {searchAll, type Found} from '../../apis/search.js'
import type {Principal} from '../../oauth/guard.js'
import type {Tenant} from '../../users/users.js'
import {seesDocument} from './documents.js'
import type {Portal} from './portal.js'
import {listedApis} from './visible-apis.js'

/** What a viewer finds in a tenant's portal: APIs and documents that the viewer sees. */
export async function searchPortal(
  portal: Portal,
  tenant: Tenant,
  query: string,
  viewer?: Principal,
): Promise<readonly Found[]> {
  const apis = await listedApis(portal, tenant, viewer)
  return searchAll(portal.shared, query, {tenantId: tenant.id, apis}, (document, of) =>
    seesDocument(document, of, viewer),
  )
}
