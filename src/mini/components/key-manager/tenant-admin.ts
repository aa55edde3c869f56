import {z} from 'zod'
import {checked} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {storable} from '../../http/storable.js'
import {badRequest, Fault} from '../../http/fault.js'
import {route, type Route} from '../../http/router.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import {createTenant, getTenant, listTenants, setTenantActive, type TenantInfo} from '../../users/tenants.js'
import {SUPER_TENANT} from '../../users/users.js'
import {administratorOf} from './administrator.js'
import {child, envelope, escapeXml, operationOf, soapFault, type Element} from './soap.js'

const TYPE = 'text/xml; charset=UTF-8'
const NAMESPACE = 'http://services.mgt.tenant.carbon.wso2.org'
const BODY_LIMIT = 64 * 1024

/** TenantInfoBean of the product's tenant management, as far as it is needed to make one. */
const TENANT = z.object({
  tenantDomain: storable(255, 1),
  admin: storable(255, 1),
  adminPassword: z.string(),
  email: storable(255),
  firstname: storable(255),
  lastname: storable(255),
  active: z.enum(['true', 'false', '']),
})

const written = ({domain, email, active, createdAt}: TenantInfo) =>
  `<active>${active}</active><createdDate>${createdAt.toISOString()}</createdDate><email>${escapeXml(email)}</email>` +
  `<tenantDomain>${escapeXml(domain)}</tenantDomain>`

const domainOf = (operation: Element) => child(operation, 'tenantDomain')?.text ?? ''

/** What each operation answers inside of `return` elements. */
const OPERATIONS: Readonly<Record<string, (node: OAuthNode, operation: Element) => Promise<readonly string[]>>> = {
  addTenant: async ({shared}, operation) => {
    const bean = child(operation, 'tenantInfoBean')
    const given = Object.keys(TENANT.shape).map(name => [name, (bean && child(bean, name)?.text) ?? ''])
    const tenant = checked(TENANT, Object.fromEntries(given))
    await createTenant(shared, {
      domain: tenant.tenantDomain,
      email: tenant.email,
      admin: tenant.admin,
      password: tenant.adminPassword,
      firstName: tenant.firstname,
      lastName: tenant.lastname,
      active: tenant.active !== 'false',
    })
    return [escapeXml(tenant.tenantDomain)]
  },
  activateTenant: async ({shared}, operation) => {
    await setTenantActive(shared, domainOf(operation), true)
    return []
  },
  deactivateTenant: async ({shared}, operation) => {
    await setTenantActive(shared, domainOf(operation), false)
    return []
  },
  getTenant: async ({shared}, operation) => [written(await getTenant(shared, domainOf(operation)))],
  retrieveTenants: async ({shared}) => (await listTenants(shared)).map(written),
}

const answer = async (node: OAuthNode, call: Call): Promise<string> => {
  const user = await administratorOf(node, call)
  if (user.id !== SUPER_TENANT.id) throw new Fault(403, 'Only the super tenant manages tenants')
  const operation = operationOf((await call.bytes()).toString('utf8'))
  const perform = Object.hasOwn(OPERATIONS, operation.name) ? OPERATIONS[operation.name] : undefined
  if (!perform) throw badRequest(`TenantMgtAdminService of mini has no operation ${operation.name.slice(0, 50)}`)
  const returned = (await perform(node, operation)).map(it => `<ns:return>${it}</ns:return>`).join('')
  return envelope(`<ns:${operation.name}Response xmlns:ns="${NAMESPACE}">${returned}</ns:${operation.name}Response>`)
}

/** POST /services/TenantMgtAdminService: SOAP, as in the product, but with the status that tells what was wrong. */
export const tenantRoute = (node: OAuthNode): Route =>
  route.post(
    '/services/TenantMgtAdminService',
    async call => {
      try {
        return {status: 200, body: await answer(node, call), type: TYPE}
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const {status, description, options} = error
        return {status, body: soapFault('Client', description), type: TYPE, headers: options.headers ?? {}}
      }
    },
    {bodyLimit: BODY_LIMIT},
  )
