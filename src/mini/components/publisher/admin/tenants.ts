import {row} from '../../../databases/sql.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {findUser, fullName, SUPER_TENANT, tenantOf} from '../../../users/users.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The product takes a name encoded in base64, or as it is (TenantInfoApiServiceImpl of carbon-apimgt v6.7.206). */
const candidates = (text: string): readonly string[] =>
  BASE64.test(text) && text.length % 4 === 0 ? [Buffer.from(text, 'base64').toString('utf8'), text] : [text]

/** Who is a user of a tenant is told to the tenant itself and to the super tenant; to others it looks as if nobody were there. */
const mayAsk = ({tenant}: Principal, id: number) => tenant.id === SUPER_TENANT.id || tenant.id === id

/** What the analytics dashboard asks for. */
export const tenantRoutes = ({shared, guard}: Publishing, superAdmin: string): readonly Route[] => [
  route.get(`${ADMIN}/tenant-info/:username`, async call => {
    const principal = await guard.principal(call, MAY.tenants)
    const given = call.param('username')
    for (const username of candidates(given)) {
      const found = await findUser(shared, username)
      if (found && mayAsk(principal, found.id)) return json({username, tenantDomain: found.domain, tenantId: found.id})
    }
    throw badRequest(`Requested User ${given.slice(0, 100)} does not exist`)
  }),
  route.get(`${ADMIN}/custom-urls/:tenantDomain`, async call => {
    const principal = await guard.principal(call, MAY.tenants)
    const domain = call.param('tenantDomain')
    const tenant = await tenantOf(shared, domain)
    if (!tenant || !mayAsk(principal, tenant.id)) throw notFound(`There is no active tenant ${domain.slice(0, 100)}`)
    const admin =
      tenant.id === SUPER_TENANT.id
        ? superAdmin
        : await row<{name: string}>(
            shared,
            // The first user of a tenant is the one that it was made with.
            'SELECT UM_USER_NAME AS name FROM UM_USER WHERE UM_TENANT_ID = ? ORDER BY UM_ID LIMIT 1',
            [tenant.id],
          ).then(found => fullName({name: found?.name ?? 'admin', domain}))
    return json({tenantDomain: domain, tenantAdminUsername: admin, enabled: false, devPortal: null})
  }),
]
