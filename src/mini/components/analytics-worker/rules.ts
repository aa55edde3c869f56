import {z} from 'zod'
import {change, row, rows, type Queryable} from '../../databases/sql.js'
import type {Call} from '../../http/call.js'
import {bodyOf} from '../../http/body.js'
import {notFound} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'

/** The one kind of business rule that there is: how many hits of a limit within an hour raise an alert. */
const TIER_LIMIT_HITS = 'tier-limit-hits'
/** apim_alert_frequent_tier_limit_hitting_0.siddhi of analytics-apim v3.2.0: more than ten. */
const DEFAULT_THRESHOLD = 10

/** Above how many hits there is an alert. */
export async function thresholdOf(on: Queryable): Promise<number> {
  const sql = 'SELECT THRESHOLD AS threshold FROM MINI_BUSINESS_RULES WHERE KIND = ?'
  return (await row<{threshold: number}>(on, sql, [TIER_LIMIT_HITS]))?.threshold ?? DEFAULT_THRESHOLD
}

const body = z.object({kind: z.literal(TIER_LIMIT_HITS), threshold: z.int().min(0).max(1_000_000)})

const RULES_PATH = '/business-rules/instances'

/** Routes by which the dashboard deploys its rules. `authenticate` throws a Fault for who may not. */
export function ruleRoutes(statistics: Queryable, authenticate: (call: Call) => void): readonly Route[] {
  const list = () =>
    rows(statistics, 'SELECT KIND AS kind, THRESHOLD AS threshold FROM MINI_BUSINESS_RULES ORDER BY KIND')
  return [
    route.get(RULES_PATH, async call => {
      authenticate(call)
      return json(await list())
    }),
    route.post(RULES_PATH, async call => {
      authenticate(call)
      const {kind, threshold} = await bodyOf(call, body)
      const sql =
        'INSERT INTO MINI_BUSINESS_RULES (KIND, THRESHOLD) VALUES (?, ?) ON DUPLICATE KEY UPDATE THRESHOLD = VALUES(THRESHOLD)'
      await change(statistics, sql, [kind, threshold])
      return json({kind, threshold}, 201)
    }),
    route.delete(`${RULES_PATH}/:kind`, async call => {
      authenticate(call)
      const {count} = await change(statistics, 'DELETE FROM MINI_BUSINESS_RULES WHERE KIND = ?', [call.param('kind')])
      if (count === 0) throw notFound('There is no such rule')
      return {status: 200}
    }),
  ]
}
