import {pageOf, paged} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/**
 * What administrators' clients ask for first: SettingsApiServiceImpl and WorkflowsApiServiceImpl of carbon-apimgt v6.7.206. Everything is
 * approved at once here, so no workflow is ever waiting.
 */
export function settingsRoutes({guard}: Publishing, analytics: Analytics): readonly Route[] {
  return [
    route.get(`${ADMIN}/settings`, async call => {
      await guard.principal(call, MAY.adminSettings)
      const own = [...new Set(Object.values(MAY).flat())]
      return json({scopes: own, keyManagerConfiguration: [], analyticsEnabled: analytics.enabled})
    }),
    route.get(`${ADMIN}/workflows`, async call => {
      await guard.principal(call, MAY.seeWorkflows)
      const {count, list, pagination} = paged([], pageOf(call), '/workflows')
      return json({count, list, next: pagination.next, previous: pagination.previous})
    }),
  ]
}
