import {z} from 'zod'
import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {logInToAnalytics} from '../../events/analytics.js'
import {Fault} from '../../http/fault.js'

/** The analytics worker, as far as the publisher asks it. */
export interface Analytics {
  /** Whether this node's configuration has one. */
  readonly enabled: boolean
  /** Records of a store query of a Siddhi application. Throws a Fault 503, or the network's error, where the worker can't be asked. */
  query(appName: string, query: string): Promise<readonly (readonly unknown[])[]>
}

const ANSWER = z.object({records: z.array(z.array(z.unknown()))})
/** Milliseconds: a page waits for it. */
const TIMEOUT = 3_000

/** A text in a store query, whose language can't write one with both kinds of quotes: no name has them, so it equals nothing. */
export function literal(text: string): string {
  if (!text.includes("'")) return `'${text}'`
  return text.includes('"') ? "''" : `"${text}"`
}

/** The client of the analytics worker of the configuration, if it has one; its links for alert events are logged in. */
export function makeAnalytics(context: NodeContext): Analytics {
  const {links, peers, config} = context
  logInToAnalytics(context)
  const link = links.find(it => it.link.key === 'apim.analytics.store_api_url')?.link
  const account = accountAt(config.settings, 'apim.analytics')
  return {
    enabled: link !== undefined,
    query: async (appName, query) => {
      if (!link) return []
      const json = {appName, query}
      const answer = await peers.ask(link, {method: 'POST', path: '/stores/query', account, json, timeout: TIMEOUT})
      if (answer.status !== 200) throw new Fault(503, `The analytics worker answered ${answer.status}`)
      try {
        return ANSWER.parse(answer.json()).records
      } catch {
        throw new Fault(503, 'The analytics worker answered with something that is no answer')
      }
    },
  }
}
