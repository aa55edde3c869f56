import {json, route, type Route} from '../../../http/router.js'
import type {Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** Each scope of the REST API once. */
const SCOPES = [...new Set(Object.values(MAY).flat())]

/** What the publisher's own page asks for: SettingsDTO. */
export function settingsRoutes({guard, environments}: Publishing): readonly Route[] {
  const list = environments.map(({name, type, serviceUrl, endpoints}) => ({
    name,
    type,
    serverUrl: serviceUrl,
    endpoints,
    showInApiConsole: true,
  }))
  return [
    route.get(`${PUBLISHER}/settings`, async call => {
      await guard.principal(call, MAY.settings)
      return json({
        storeUrl: null,
        environment: list,
        scopes: SCOPES,
        monetizationAttributes: [],
        securityAuditProperties: null,
        externalStoresEnabled: false,
        docVisibilityEnabled: false,
        crossTenantSubscriptionEnabled: false,
        deployments: [],
      })
    }),
    route.get(`${PUBLISHER}/settings/gateway-environments`, async call => {
      await guard.principal(call, MAY.read)
      return json({count: list.length, list})
    }),
  ]
}
