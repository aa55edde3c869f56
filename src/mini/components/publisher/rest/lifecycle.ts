import {lifeCycleEvents} from '../../../apis/api-rows.js'
import type {Api} from '../../../apis/api.js'
import {LIFECYCLE, stateName} from '../../../apis/lifecycle.js'
import {badRequest} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {moveApi, needApi, needApiId} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {CHECK_ITEMS, type CheckList} from '../versions-before.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** LifecycleStateDTO. */
const toState = ({lifeCycleStatus}: Api) => ({
  state: stateName(lifeCycleStatus),
  checkItems:
    lifeCycleStatus === 'CREATED'
      ? Object.values(CHECK_ITEMS).map(name => ({name, value: false, requiredStates: null}))
      : [],
  availableTransitions: LIFECYCLE[lifeCycleStatus].map(({event, target}) => ({event, targetState: stateName(target)})),
})

/** `Deprecate old versions after publishing the API:true,...`, with the product's names of the items. Throws a Fault 400 for others. */
function checkListOf(text: string): CheckList {
  const given = text
    .split(',')
    .filter(it => it.trim() !== '')
    .map(it => {
      const [, name, value] = /^\s*(.*?)\s*:\s*(true|false)\s*$/i.exec(it) ?? []
      return {text: it.trim(), name: name ?? '', checked: value?.toLowerCase() === 'true'}
    })
  const known: readonly string[] = Object.values(CHECK_ITEMS)
  const stranger = given.find(it => !known.includes(it.name))
  if (stranger) {
    const items = known.map(it => `${it}:true`).join(', ')
    throw badRequest(`lifecycleChecklist: ${stranger.text.slice(0, 100)} is none of ${items}, nor one with false`)
  }
  const checked = (name: string) => given.some(it => it.name === name && it.checked)
  return {deprecateOld: checked(CHECK_ITEMS.deprecateOld), resubscribe: checked(CHECK_ITEMS.resubscribe)}
}

/** An API's life cycle. */
export function lifecycleRoutes(publishing: Publishing): readonly Route[] {
  const {guard, apim} = publishing
  return [
    route.post(`${PUBLISHER}/apis/change-lifecycle`, async call => {
      const principal = await guard.principal(call, MAY.publish)
      const [action, id] = [call.query.get('action'), call.query.get('apiId')]
      if (!action) throw badRequest('action: is missing')
      if (!id) throw badRequest('apiId: is missing')
      const asked = checkListOf(call.query.get('lifecycleChecklist') ?? '')
      const api = await moveApi(publishing, {principal, correlationId: call.correlationId}, id, action, asked)
      return json({workflowStatus: 'APPROVED', jsonPayload: null, lifecycleState: toState(api)})
    }),
    route.get(`${PUBLISHER}/apis/:apiId/lifecycle-state`, async call => {
      const principal = await guard.principal(call, MAY.change)
      return json(toState((await needApi(publishing, principal, call.param('apiId'))).api))
    }),
    // Everything is approved at once here, so none ever waits.
    route.delete(`${PUBLISHER}/apis/:apiId/lifecycle-state/pending-tasks`, async call => {
      await needApi(publishing, await guard.principal(call, MAY.publish), call.param('apiId'))
      return {status: 200}
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
