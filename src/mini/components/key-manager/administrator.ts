import type {Call} from '../../http/call.js'
import {badRequest, Fault} from '../../http/fault.js'
import {administratorOf} from '../../oauth/administrator.js'
import {makeGuard} from '../../oauth/guard.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import {SUPER_TENANT, tenantOf, type Tenant} from '../../users/users.js'

/**
 * The tenant that an administrator's call is about: the own one, or for the super tenant's the one of the header X-WSO2-Tenant
 * (TenantHeaderInterceptor of carbon-apimgt v6.7.206). Throws a Fault 400, 401 or 403.
 */
export async function administeredTenant(node: OAuthNode, call: Call): Promise<Tenant> {
  const {id, domain} = await administratorOf(node.shared, makeGuard(node.apim, node.shared), call)
  const asked = call.header('x-wso2-tenant')
  if (asked === undefined || asked === domain) return {id, domain}
  if (id !== SUPER_TENANT.id) throw new Fault(403, 'Only the super tenant may act for other tenants')
  const tenant = await tenantOf(node.shared, asked)
  if (!tenant) throw badRequest('X-WSO2-Tenant: there is no active tenant of this domain')
  return tenant
}
