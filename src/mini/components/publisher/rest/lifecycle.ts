import {lifeCycleEvents} from '../../../apis/api-rows.js'
import type {Api} from '../../../apis/api.js'
import {LIFECYCLE, stateName} from '../../../apis/lifecycle.js'
import {badRequest, missingOperation} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {moveApi, needApi, needApiId} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** LifecycleStateDTO. */
const toState = ({lifeCycleStatus}: Api) => ({
  state: stateName(lifeCycleStatus),
  checkItems: [],
  availableTransitions: LIFECYCLE[lifeCycleStatus].map(({event, target}) => ({event, targetState: stateName(target)})),
})

/** An API's life cycle. */
export function lifecycleRoutes(publishing: Publishing): readonly Route[] {
  const {guard, apim} = publishing
  return [
    route.post(`${PUBLISHER}/apis/change-lifecycle`, async call => {
      const principal = await guard.principal(call, MAY.publish)
      const [action, id] = [call.query.get('action'), call.query.get('apiId')]
      if (!action) throw badRequest('action: is missing')
      if (!id) throw badRequest('apiId: is missing')
      if (/:\s*true\b/i.test(call.query.get('lifecycleChecklist') ?? '')) {
        throw missingOperation('mini does nothing to other versions: leave out lifecycleChecklist')
      }
      const api = await moveApi(publishing, {principal, correlationId: call.correlationId}, id, action)
      return json({workflowStatus: 'APPROVED', jsonPayload: null, lifecycleState: toState(api)})
    }),
    route.get(`${PUBLISHER}/apis/:apiId/lifecycle-state`, async call => {
      const principal = await guard.principal(call, MAY.change)
      return json(toState((await needApi(publishing, principal, call.param('apiId'))).api))
    }),
    route.get(`${PUBLISHER}/apis/:apiId/lifecycle-history`, async call => {
      const principal = await guard.principal(call, MAY.seeHistory)
      const {api} = await needApi(publishing, principal, call.param('apiId'))
      const events = await lifeCycleEvents(apim, await needApiId(publishing, api))
      const list = events.map(({at, ...rest}) => ({...rest, updatedTime: at.toISOString()}))
      return json({count: list.length, list})
    }),
  ]
}
