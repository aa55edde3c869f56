import {apiIds, apiKey} from '../../../apis/api-rows.js'
import {rows} from '../../../databases/sql.js'
import type {Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {stateBadge} from '../../../pages/api-parts.js'
import {html} from '../../../pages/html.js'
import {counted, moment, table} from '../../../pages/parts.js'
import {foundDocuments, searchForm} from '../../../pages/search.js'
import {makeSite} from '../../../pages/site.js'
import {latestAlerts} from '../alerts.js'
import type {Analytics} from '../analytics.js'
import type {Publishing} from '../publishing.js'
import {MAY} from '../rest/scopes-of-operations.js'
import {search} from '../rest/search-routes.js'
import {apiPages} from './api.js'
import {BASE, may, pathOf} from './base.js'
import {documentPages} from './documents.js'
import {editPages} from './edit.js'
import {makePages} from './make.js'
import {usagePage} from './usage.js'
import {signIn} from './user.js'

/** The publisher's page: APIs, what is done with them, who is subscribed to them, how they are used, and alerts. */
export function pageRoutes(publishing: Publishing, analytics: Analytics): readonly Route[] {
  const {apim} = publishing
  const site = makeSite<Principal>({
    base: BASE,
    title: 'API Publisher',
    nav: [
      ['', 'APIs'],
      ['/usage', 'Usage'],
      ['/alerts', 'Alerts'],
    ],
    signIn: account => signIn(publishing, account),
    nameOf,
  })

  const counts = async (): Promise<ReadonlyMap<number, number>> => {
    const sql = 'SELECT API_ID AS id, COUNT(*) AS count FROM AM_SUBSCRIPTION GROUP BY API_ID'
    const found = await rows<{id: number; count: number | string}>(apim, sql)
    return new Map(found.map(({id, count}) => [id, Number(count)]))
  }

  const list = site.page('', async ({call, session: {user}}) => {
    const query = call.query.get('query') ?? ''
    const [found, ids, subscribed] = await Promise.all([search(publishing, user, query), apiIds(apim), counts()])
    const apis = found.filter(({document}) => !document)
    const lines = apis.map(({api}) => [
      html`<a href="${BASE}${pathOf(api.id)}">${api.name}</a>`,
      api.version,
      html`<code>${api.context}</code>`,
      stateBadge(api.lifeCycleStatus),
      subscribed.get(ids.get(apiKey(api)) ?? -1) ?? 0,
    ])
    const empty = html`<p class="notice">
      There are no APIs yet. They can also be made with the REST API at <code>/api/am/publisher/v1</code>;
      <code>apim-lab up --seed</code> makes one.
    </p>`
    const heads = ['Name', 'Version', 'Context', 'State', 'Subscriptions']
    const count = html`<p class="quiet">${counted(lines.length, 'API')}</p>`
    const create = may(user, MAY.create) && html`<p><a href="${BASE}/new">New API</a></p>`
    const none = query === '' ? empty : html`<p class="notice">No API fits this search.</p>`
    const body = lines.length === 0 ? none : html`${count}${table('APIs', heads, lines)}`
    return {title: 'APIs', body: html`${create}${searchForm(BASE, query)}${body}${foundDocuments(BASE, found)}`}
  })

  const alertPage = site.page('/alerts', async ({session: {user}}) => {
    const off = html`<p class="notice">Analytics is switched off in the configuration of this node.</p>`
    if (!analytics.enabled) return {title: 'Alerts', body: off}
    const found = await latestAlerts(analytics, user.tenant.domain)
    const lines = found.map(it => [moment(it.at.getTime()), it.type, it.apiName, it.message, it.severity])
    const heads = ['Time (UTC)', 'Kind', 'API', 'What', 'Severity']
    const none = html`<p class="notice">There are no alerts.</p>`
    return {title: 'Alerts', body: lines.length === 0 ? none : table('The latest alerts', heads, lines)}
  })

  return [
    ...site.routes,
    list,
    ...makePages(publishing, site),
    ...apiPages(publishing, analytics, site),
    ...editPages(publishing, site),
    ...documentPages(publishing, site),
    usagePage(publishing, analytics, site),
    alertPage,
    site.missing,
  ]
}
