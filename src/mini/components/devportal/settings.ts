import {z} from 'zod'
import {bodyOf} from '../../http/body.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf} from '../../oauth/guard.js'
import {tenantList} from '../../users/tenant-list.js'
import {changePassword} from '../../users/change-password.js'
import {attributeView} from './application-attributes.js'
import {categoriesOf} from '../../apis/categories.js'
import {GRANT_TYPES, keyManagersIn, keyManagerView} from './key-managers.js'
import {askedTenant, BASE, maybePrincipal, SCOPES, type Portal} from './portal.js'
import {PASSWORD} from './sign-up.js'

/** CurrentAndNewPasswords of store-api.yaml. */
const PASSWORDS = z.object({currentPassword: z.string(), newPassword: z.string()})

/** Routes about the portal itself. */
export function settingsRoutes(portal: Portal): readonly Route[] {
  const {environments} = portal
  const [first] = environments
  const settings = {
    grantTypes: GRANT_TYPES,
    scopes: [...new Set(Object.values(SCOPES).flat())],
    applicationSharingEnabled: false,
    mapExistingAuthApps: true,
    apiGatewayEndpoint: [first?.endpoints.http, first?.endpoints.https].filter(Boolean).join(','),
    monetizationEnabled: false,
    recommendationEnabled: false,
    IsUnlimitedTierPaid: false,
    identityProvider: {external: false},
    IsAnonymousModeEnabled: true,
    IsPasswordChangeEnabled: true,
    userStorePasswordPattern: PASSWORD.source,
    passwordPolicyPattern: null,
    passwordPolicyMinLength: -1,
    passwordPolicyMaxLength: -1,
  }
  return [
    route.get(`${BASE}/settings`, () => json(settings)),
    // Everyone may choose a tenant whose portal to look at.
    route.get(`${BASE}/tenants`, call => tenantList(portal.shared, call)),
    route.get(`${BASE}/settings/application-attributes`, async call => {
      await portal.guard.principal(call, SCOPES.applications)
      const list = portal.askedAttributes.map(attributeView)
      return json({count: list.length, list})
    }),
    route.post(`${BASE}/me/change-password`, async call => {
      const caller = await portal.guard.principal(call, SCOPES.subscribe)
      const {currentPassword: current, newPassword: next} = await bodyOf(call, PASSWORDS)
      await changePassword(portal.shared, nameOf(caller), {current, next})
      return {status: 200}
    }),
    route.get(`${BASE}/key-managers`, async call => {
      const tenant = await askedTenant(portal, call, await maybePrincipal(portal, call))
      const list = (await keyManagersIn(portal, tenant.domain)).map(keyManagerView)
      return json({count: list.length, list})
    }),
    route.get(`${BASE}/api-categories`, async call => {
      const tenant = await askedTenant(portal, call, await maybePrincipal(portal, call))
      const list = await categoriesOf(portal.apim, tenant.id)
      return json({count: list.length, list})
    }),
  ]
}
