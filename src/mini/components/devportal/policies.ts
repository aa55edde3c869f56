import type {Call} from '../../http/call.js'
import {badRequest, missing} from '../../http/fault.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {listPolicies} from '../../policies/policy-store.js'
import {UNIT_LENGTHS, type Policy} from '../../policies/policy.js'
import {askedTenant, BASE, maybePrincipal, type Portal} from './portal.js'
import {visibleApi} from './visible-apis.js'

const KINDS = {application: 'APPLICATION', subscription: 'SUBSCRIPTION'} as const
type Level = keyof typeof KINDS

/** ThrottlingPolicy of store-api.yaml, carbon-apimgt v6.7.206. Policies of applications stop whoever reaches them. */
const view = (policyLevel: Level, {name, description, limit, billingPlan, stopOnQuotaReach}: Policy) => ({
  name,
  description,
  policyLevel,
  attributes: {},
  requestCount: limit.amount,
  unitTime: limit.unitTime * UNIT_LENGTHS[limit.timeUnit],
  tierPlan: billingPlan,
  stopOnQuotaReach: policyLevel === 'application' || stopOnQuotaReach,
  monetizationAttributes: {
    billingType: null,
    billingCycle: null,
    fixedPrice: null,
    pricePerRequest: null,
    currencyType: null,
  },
  throttlingPolicyPermissions: null,
})

/** The policies of a level, by name. */
export const policiesOf = async ({apim}: Portal, level: Level, tenantId: number) =>
  (await listPolicies(apim, KINDS[level], tenantId))
    .map(it => view(level, it))
    .sort((a, b) => a.name.localeCompare(b.name))

/** Routes about the policies that an application or a subscription can have. */
export function policyRoutes(portal: Portal): readonly Route[] {
  const all = async (call: Call) => {
    const caller = await maybePrincipal(portal, call)
    const level = call.param('policyLevel')
    if (level !== 'application' && level !== 'subscription') {
      throw badRequest('The policy level is application or subscription')
    }
    return {level, list: await policiesOf(portal, level, (await askedTenant(portal, call, caller)).id)}
  }
  const list = async (call: Call) => {
    const found = await all(call)
    return json(paged(found.list, pageOf(call), `/throttling-policies/${found.level}`))
  }
  const one = async (call: Call) => {
    const id = call.param('policyId')
    const found = (await all(call)).list.find(({name}) => name === id)
    if (!found) throw missing('Throttling Policy', id)
    return json(found)
  }
  /** The product's answer is a list, whatever its description says. */
  const ofApi = async (call: Call) => {
    const caller = await maybePrincipal(portal, call)
    const tenant = await askedTenant(portal, call, caller)
    const {policies} = await visibleApi(portal, tenant, call.param('apiId'), caller)
    const known = await policiesOf(portal, 'subscription', tenant.id)
    return json(known.filter(it => policies.includes(it.name)))
  }
  return [
    route.get(`${BASE}/apis/:apiId/subscription-policies`, ofApi),
    route.get(`${BASE}/throttling-policies/:policyLevel`, list),
    route.get(`${BASE}/throttling-policies/:policyLevel/:policyId`, one),
  ]
}
