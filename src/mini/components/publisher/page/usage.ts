import {rangeField, rangeOf} from '../../../analytics/ranges.js'
import {listApis} from '../../../apis/api-store.js'
import type {Api} from '../../../apis/api.js'
import type {Call} from '../../../http/call.js'
import {Fault, isAway} from '../../../http/fault.js'
import type {Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {html, type Html, type Part} from '../../../pages/html.js'
import {counted, table} from '../../../pages/parts.js'
import type {Site} from '../../../pages/site.js'
import {seenBy} from '../access-control.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {groupsOf, MOST_RECORDS, totalOf, usageOf, type Counts, type UsageRecord} from '../usage.js'
import {BASE, pathOf} from './base.js'

const FIRST = '1d'

/** A way to look at what was counted. */
interface Grouping {
  readonly title: string
  readonly heads: readonly string[]
  readonly by: (record: UsageRecord) => string
  readonly cells: (record: UsageRecord, apis: ReadonlyMap<string, Api>) => readonly Part[]
}

const keyOf = ({name, version}: Pick<Api, 'name' | 'version'>) => JSON.stringify([name, version])

const APIS: Grouping = {
  title: 'By API',
  heads: ['API', 'Version'],
  by: ({api}) => keyOf(api),
  cells: ({api}, apis) => {
    const id = apis.get(keyOf(api))?.id
    return [id === undefined ? api.name : html`<a href="${BASE}${pathOf(id)}">${api.name}</a>`, api.version]
  },
}
const APPLICATIONS: Grouping = {
  title: 'By application',
  heads: ['Application', 'Owner'],
  by: ({application, owner}) => JSON.stringify([application, owner]),
  cells: ({application, owner}) => [application, owner],
}
const USERS: Grouping = {
  title: 'By user',
  heads: ['User'],
  by: ({user}) => user,
  cells: ({user}) => [user || 'unknown'],
}

const latency = ({calls, took}: Counts) => (calls === 0 ? 0 : Math.round(took / calls))
const COUNTS = ['Calls', 'Errors', 'Throttled', 'Latency, ms']
const cellsOf = (it: Counts) => [it.calls, it.errors, it.throttled, latency(it)]

function grouped(records: readonly UsageRecord[], {title, heads, by, cells}: Grouping, apis: ReadonlyMap<string, Api>) {
  const lines = groupsOf(records, by).map(({first, counts}) => [...cells(first, apis), ...cellsOf(counts)])
  return html`<h3>${title}</h3>
    ${table(title, [...heads, ...COUNTS], lines)}`
}

function total(counts: Counts): string {
  const {calls, errors, throttled} = counts
  const parts = [counted(calls, 'call'), counted(errors, 'error'), `${counted(throttled, 'call')} throttled`]
  return `${parts.join(', ')}, ${latency(counts)} ms on average.`
}

interface Asked {
  readonly tenantDomain: string
  /** Those that the user sees. */
  readonly apis: readonly Api[]
  readonly groupings: readonly Grouping[]
  /** Only of this one. */
  readonly api?: Api
}

async function countedPart(analytics: Analytics, range: string, asked: Asked): Promise<Html> {
  if (!analytics.enabled) {
    return html`<p class="notice">Analytics is switched off in the configuration of this node: nothing is counted.</p>`
  }
  const all = await usageOf(analytics, asked.tenantDomain, rangeOf(range), asked.api)
  const apis = new Map(asked.apis.map(it => [keyOf(it), it]))
  const records = all.filter(({api}) => apis.has(keyOf(api)))
  if (records.length === 0) {
    return html`<p class="notice">
      No calls in this time. Calls show up here some seconds after a gateway has answered them.
    </p>`
  }
  return html`<p>${total(totalOf(records))}</p>
    ${all.length >= MOST_RECORDS && html`<p class="notice">There are more: only those with the most calls are here.</p>`}
    ${asked.groupings.map(it => grouped(records, it, apis))}`
}

/** The form for the time, and what was counted then; why there is nothing, where the worker is away. */
async function usageView(analytics: Analytics, call: Call, action: string, asked: Asked): Promise<Html> {
  const range = call.query.get('range') ?? FIRST
  rangeOf(range)
  const form = html`<form class="row" method="get" action="${action}">${rangeField(range)}<button>Show</button></form>`
  try {
    return html`${analytics.enabled && form}${await countedPart(analytics, range, asked)}`
  } catch (error) {
    if (!(error instanceof Fault && error.status === 503) && !isAway(error)) throw error
    const why = error instanceof Fault ? error.description : 'The analytics worker does not answer'
    return html`${form}
      <p class="notice bad" role="status">${why}: what is counted can't be shown. Try again.</p>`
  }
}

/** The usage of one API, for its page. */
export const usageOfApi = async (analytics: Analytics, call: Call, user: Principal, api: Api): Promise<Html> =>
  html`<h2 id="usage">Usage</h2>
    ${await usageView(analytics, call, `${BASE}${pathOf(api.id)}#usage`, {
      ...{tenantDomain: user.tenant.domain, apis: [api], api},
      groupings: [APPLICATIONS, USERS],
    })}`

/** The page with the usage of all APIs that a user sees. */
export const usagePage = ({shared}: Publishing, analytics: Analytics, site: Site<Principal>): Route =>
  site.page('/usage', async ({call, session: {user}}) => {
    const seen = await seenBy({shared}, user, await listApis(shared, user.tenant.id))
    const body = await usageView(analytics, call, `${BASE}/usage`, {
      tenantDomain: user.tenant.domain,
      apis: seen.map(({api}) => api),
      groupings: [APIS, APPLICATIONS, USERS],
    })
    return {title: 'Usage', body}
  })
