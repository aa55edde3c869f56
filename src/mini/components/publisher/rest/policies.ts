import {badRequest, missing} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {findPolicy, listPolicies} from '../../../policies/policy-store.js'
import {UNIT_LENGTHS, type Policy} from '../../../policies/policy.js'
import {needApi} from '../api-service.js'
import {type Publishing} from '../publishing.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

const LEVELS = {api: 'API', subscription: 'SUBSCRIPTION'} as const
type Level = keyof typeof LEVELS

function levelOf(text: string): Level {
  if (!Object.hasOwn(LEVELS, text)) throw badRequest('policyLevel: is none of api, subscription')
  return text as Level
}

/** ThrottlingPolicyDTO; unitTime in ms. */
const toDto = (policyLevel: Level, {name, displayName, description, limit, billingPlan, stopOnQuotaReach}: Policy) => ({
  name,
  description,
  policyLevel,
  displayName,
  attributes: {},
  requestCount: limit.amount,
  unitTime: limit.unitTime * UNIT_LENGTHS[limit.timeUnit],
  timeUnit: limit.timeUnit,
  tierPlan: billingPlan,
  stopOnQuotaReach: policyLevel === 'api' || stopOnQuotaReach,
  monetizationProperties: {},
})

/** Policies that an API may choose. */
export const policyRoutes = (publishing: Publishing): readonly Route[] => [
  route.get(`${PUBLISHER}/apis/:apiId/subscription-policies`, async call => {
    const principal = await publishing.guard.principal(call, MAY.read)
    const {api} = await needApi(publishing, principal, call.param('apiId'))
    const all = await listPolicies(publishing.apim, 'SUBSCRIPTION', principal.tenant.id)
    return json(all.filter(it => api.policies.includes(it.name)).map(it => toDto('subscription', it)))
  }),
  route.get(`${PUBLISHER}/throttling-policies/:policyLevel`, async call => {
    const {tenant} = await publishing.guard.principal(call, MAY.read)
    const level = levelOf(call.param('policyLevel'))
    const all = await listPolicies(publishing.apim, LEVELS[level], tenant.id)
    return json(
      paged(
        all.map(it => toDto(level, it)),
        pageOf(call),
        `/throttling-policies/${level}`,
      ),
    )
  }),
  route.get(`${PUBLISHER}/throttling-policies/:policyLevel/:policyName`, async call => {
    const {tenant} = await publishing.guard.principal(call, MAY.read)
    const level = levelOf(call.param('policyLevel'))
    const name = call.param('policyName')
    const found = await findPolicy(publishing.apim, LEVELS[level], tenant.id, {name})
    if (!found) throw missing('throttling policy', name)
    return json(toDto(level, found))
  }),
]
