import {rows} from '../../databases/sql.js'
import type {Call} from '../../http/call.js'
import {badRequest} from '../../http/fault.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {askedTenant, BASE, maybePrincipal, missing, type Portal} from './portal.js'

interface PolicyRow {
  readonly name: string
  readonly description: string | null
  readonly quota: number
  readonly unitTime: number
  readonly timeUnit: string
  readonly stop: number
  readonly plan: string
}

const COLUMNS = 'NAME AS name, DESCRIPTION AS description, QUOTA AS quota, UNIT_TIME AS unitTime, TIME_UNIT AS timeUnit'

const LEVELS: Readonly<Record<string, string>> = {
  application: `SELECT ${COLUMNS}, 1 AS stop, 'FREE' AS plan FROM AM_POLICY_APPLICATION`,
  subscription: `SELECT ${COLUMNS}, STOP_ON_QUOTA_REACH AS stop, BILLING_PLAN AS plan FROM AM_POLICY_SUBSCRIPTION`,
}

/** Milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  sec: 1_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
}

/** ThrottlingPolicy of store-api.yaml, carbon-apimgt v6.7.206. */
const view = (policyLevel: string, {name, description, quota, unitTime, timeUnit, stop, plan}: PolicyRow) => ({
  name,
  description: description ?? '',
  policyLevel,
  attributes: {},
  requestCount: quota,
  unitTime: unitTime * (UNITS[timeUnit] ?? 0),
  tierPlan: plan,
  stopOnQuotaReach: stop === 1,
  monetizationAttributes: {},
  throttlingPolicyPermissions: null,
})

/** The policies of a level, by name. */
export const policiesOf = async ({apim}: Portal, level: 'application' | 'subscription', tenantId: number) =>
  (await rows<PolicyRow>(apim, `${LEVELS[level]} WHERE TENANT_ID = ? ORDER BY NAME`, [tenantId])).map(it =>
    view(level, it),
  )

/** Routes about the policies that an application or a subscription can have. */
export const policyRoutes = (portal: Portal): readonly Route[] => {
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
  return [
    route.get(`${BASE}/throttling-policies/:policyLevel`, list),
    route.get(`${BASE}/throttling-policies/:policyLevel/:policyId`, one),
  ]
}
