import {z} from 'zod'
import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {logInToAnalytics} from '../../events/analytics.js'
import {Fault} from '../../http/fault.js'

/** A row of ApimAllAlert: APIM_PERSIST_ALERTS of analytics-apim v3.2.0. */
export interface Alert {
  readonly type: string
  readonly message: string
  readonly severity: number
  readonly at: Date
  readonly apiName: string
}

/** The alerts that analytics has raised. */
export interface Alerts {
  readonly enabled: boolean
  /** The latest first. Throws a Fault 503, or the network's error, where the worker can't be asked. */
  latest(): Promise<readonly Alert[]>
}

const QUERY = {
  appName: 'APIM_PERSIST_ALERTS',
  query:
    'from ApimAllAlert select type, message, severity, alertTimestamp, apiName order by alertTimestamp desc limit 20;',
}
const ANSWER = z.object({
  records: z.array(z.tuple([z.string(), z.string(), z.number(), z.number(), z.string().nullish()])),
})

/** The client of the analytics worker of the configuration, if it has one; its links for alert events are logged in. */
export function makeAlerts(context: NodeContext): Alerts {
  const {links, peers, config} = context
  logInToAnalytics(context)
  const link = links.find(it => it.link.key === 'apim.analytics.store_api_url')?.link
  const account = accountAt(config.settings, 'apim.analytics')
  return {
    enabled: link !== undefined,
    latest: async () => {
      if (!link) return []
      const answer = await peers.ask(link, {method: 'POST', path: '/stores/query', account, json: QUERY})
      if (answer.status !== 200) throw new Fault(503, `The analytics worker answered ${answer.status}`)
      return ANSWER.parse(answer.json()).records.map(([type, message, severity, at, apiName]) => ({
        type,
        message,
        severity,
        at: new Date(at),
        apiName: apiName ?? '',
      }))
    },
  }
}
