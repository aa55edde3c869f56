import {apiIds, apiKey} from '../../apis/api-rows.js'
import {endpointList} from '../../apis/api.js'
import {findApi, listApis} from '../../apis/api-store.js'
import {notFound} from '../../http/fault.js'
import type {Route} from '../../http/router.js'
import {orNone, securityOf, stateBadge} from '../../pages/api-parts.js'
import {html} from '../../pages/html.js'
import {counted, facts, moment, table} from '../../pages/parts.js'
import {makeSite} from '../../pages/site.js'
import {authenticate, fullName, rolesOf, type User} from '../../users/users.js'
import {seenBy} from './access-control.js'
import type {Alerts} from './alerts.js'
import type {Publishing} from './publishing.js'
import {subscriptionsOf} from './subscription-store.js'
import {rows} from '../../databases/sql.js'

const BASE = '/publisher'
/** Who may see the publisher's page. */
const ROLES = ['admin', 'Internal/publisher', 'Internal/creator']

const callerOf = ({name, id, domain}: User) => ({name, tenant: {id, domain}})

/** The publisher's page: APIs, who is subscribed to them, and alerts. */
export function pageRoutes({apim, shared}: Publishing, alerts: Alerts): readonly Route[] {
  const site = makeSite<User>({
    base: BASE,
    title: 'API Publisher',
    nav: [
      ['', 'APIs'],
      ['/alerts', 'Alerts'],
    ],
    signIn: async account => {
      const user = await authenticate(shared, account)
      const roles = user ? await rolesOf(shared, user) : []
      return roles.some(it => ROLES.includes(it)) ? user : undefined
    },
    nameOf: fullName,
  })

  const counts = async (): Promise<ReadonlyMap<number, number>> => {
    const sql = 'SELECT API_ID AS id, COUNT(*) AS count FROM AM_SUBSCRIPTION GROUP BY API_ID'
    const found = await rows<{id: number; count: number | string}>(apim, sql)
    return new Map(found.map(({id, count}) => [id, Number(count)]))
  }

  const list = site.page('', async ({session}) => {
    const [all, ids, subscribed] = await Promise.all([listApis(shared, session.user.id), apiIds(apim), counts()])
    const apis = await seenBy({shared}, callerOf(session.user), all)
    const lines = apis.map(({api}) => [
      html`<a href="${BASE}/apis/${api.id}">${api.name}</a>`,
      api.version,
      html`<code>${api.context}</code>`,
      stateBadge(api.lifeCycleStatus),
      subscribed.get(ids.get(apiKey(api)) ?? -1) ?? 0,
    ])
    const empty = html`<p class="notice">
      There are no APIs yet. They are made with the REST API at <code>/api/am/publisher/v1</code>;
      <code>apim-lab up --seed</code> makes one.
    </p>`
    const heads = ['Name', 'Version', 'Context', 'State', 'Subscriptions']
    const count = html`<p class="quiet">${counted(lines.length, 'API')}</p>`
    return {title: 'APIs', body: lines.length === 0 ? empty : html`${count}${table('APIs', heads, lines)}`}
  })

  const one = site.page('/apis/:apiId', async ({call, session}) => {
    const stored = await findApi(shared, session.user.id, call.param('apiId'))
    const [found] = await seenBy({shared}, callerOf(session.user), stored ? [stored] : [])
    if (!found) throw notFound('There is no such API.')
    const {api} = found
    const id = (await apiIds(apim)).get(apiKey(api))
    const subscriptions = id === undefined ? [] : await subscriptionsOf(apim, id)
    const operations = api.operations.map(it => [
      it.verb,
      html`<code>${it.target}</code>`,
      securityOf(it),
      orNone(it.scopes),
      it.throttlingPolicy,
    ])
    const subscribers = subscriptions.map(it => [it.subscriber, it.application, it.policy, it.status])
    return {
      title: `${api.name} ${api.version}`,
      body: html`${facts([
          ['State', stateBadge(api.lifeCycleStatus)],
          ['Context', html`<code>${api.context}/${api.version}</code>`],
          ['Description', api.description || 'none'],
          ['Type', api.type],
          ['Provider', api.provider],
          ['Endpoint', orNone(endpointList(api.endpointConfig, 'production').map(it => it.url))],
          ['Policies', orNone(api.policies)],
          ['Gateways', orNone(api.gatewayEnvironments)],
        ])}
        <h2>Resources</h2>
        ${table('Resources', ['Verb', 'Path', 'Security', 'Scopes', 'Policy'], operations)}
        <h2>Subscribers</h2>
        ${
          subscribers.length === 0
            ? html`<p class="notice">Nobody is subscribed.</p>`
            : table('Subscribers', ['User', 'Application', 'Policy', 'State'], subscribers)
        }
        <p><a href="${BASE}">All APIs</a></p>`,
    }
  })

  const alertPage = site.page('/alerts', async () => {
    const off = html`<p class="notice">Analytics is switched off in the configuration of this node.</p>`
    if (!alerts.enabled) return {title: 'Alerts', body: off}
    const found = await alerts.latest()
    const lines = found.map(it => [moment(it.at.getTime()), it.type, it.apiName, it.message, it.severity])
    const heads = ['Time (UTC)', 'Kind', 'API', 'What', 'Severity']
    const none = html`<p class="notice">There are no alerts.</p>`
    return {title: 'Alerts', body: lines.length === 0 ? none : table('The latest alerts', heads, lines)}
  })

  return [...site.routes, list, one, alertPage, site.missing]
}
