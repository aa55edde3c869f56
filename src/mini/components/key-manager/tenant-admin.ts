import {z} from 'zod'
import {checked} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {storable} from '../../http/storable.js'
import {badRequest, Fault} from '../../http/fault.js'
import {route, type Route} from '../../http/router.js'
import {escapeXml} from '../../http/xml.js'
import {administratorOf} from '../../oauth/administrator.js'
import {makeGuard} from '../../oauth/guard.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import {createTenant, getTenant, listTenants, setTenantActive, type TenantInfo} from '../../users/tenants.js'
import {SUPER_TENANT} from '../../users/users.js'
import {envelope, operationOf, soapFault, type Parameters} from './soap.js'

const TYPE = 'text/xml; charset=UTF-8'
const NAMESPACE = 'http://services.mgt.tenant.carbon.wso2.org'
const BODY_LIMIT = 64 * 1024

/** TenantInfoBean of the product's tenant management, as far as it is needed to make one. */
const TENANT = z.object({
  tenantDomain: storable(255, 1).prefault(''),
  admin: storable(255, 1).prefault(''),
  adminPassword: z.string().prefault(''),
  email: storable(255).prefault(''),
  firstname: storable(255).prefault(''),
  lastname: storable(255).prefault(''),
  active: z.enum(['true', 'false', '']).prefault(''),
})

const BEAN = z.object({tenantInfoBean: z.preprocess(it => it || {}, TENANT)})
const DOMAIN = z.object({tenantDomain: z.string().prefault('')})

const written = ({domain, email, active, createdAt}: TenantInfo) =>
  `<active>${active}</active><createdDate>${createdAt.toISOString()}</createdDate><email>${escapeXml(email)}</email>` +
  `<tenantDomain>${escapeXml(domain)}</tenantDomain>`

const domainOf = (given: Parameters) => checked(DOMAIN, given).tenantDomain

/** What each operation answers inside of `return` elements. */
const OPERATIONS: Readonly<Record<string, (node: OAuthNode, given: Parameters) => Promise<readonly string[]>>> = {
  addTenant: async ({shared}, given) => {
    const tenant = checked(BEAN, given).tenantInfoBean
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
  activateTenant: async ({shared}, given) => {
    await setTenantActive(shared, domainOf(given), true)
    return []
  },
  deactivateTenant: async ({shared}, given) => {
    await setTenantActive(shared, domainOf(given), false)
    return []
  },
  getTenant: async ({shared}, given) => [written(await getTenant(shared, domainOf(given)))],
  retrieveTenants: async ({shared}) => (await listTenants(shared)).map(written),
}

async function answer(node: OAuthNode, call: Call): Promise<string> {
  const user = await administratorOf(node.shared, makeGuard(node.apim, node.shared), call)
  if (user.id !== SUPER_TENANT.id) throw new Fault(403, 'Only the super tenant manages tenants')
  const {name, given} = await operationOf((await call.bytes()).toString('utf8'))
  const perform = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined
  if (!perform) throw badRequest(`TenantMgtAdminService of mini has no operation ${name.slice(0, 50)}`)
  const returned = (await perform(node, given)).map(it => `<ns:return>${it}</ns:return>`).join('')
  return envelope(`<ns:${name}Response xmlns:ns="${NAMESPACE}">${returned}</ns:${name}Response>`)
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
