import {apiIds, apiKey} from '../../apis/api-rows.js'
import {findApi, listApis} from '../../apis/api-store.js'
import type {Api} from '../../apis/api.js'
import {stateName} from '../../apis/lifecycle.js'
import {notFound} from '../../http/fault.js'
import type {Route} from '../../http/router.js'
import {html, type Html, type Part} from '../../pages/html.js'
import {makeSite} from '../../pages/site.js'
import {authenticate, fullName, rolesOf, type User} from '../../users/users.js'
import type {Alerts} from './alerts.js'
import type {Publishing} from './publishing.js'
import {subscriptionsOf} from './subscription-store.js'
import {rows} from '../../databases/sql.js'

const BASE = '/publisher'
/** Who may see the publisher's page. */
const ROLES = ['admin', 'Internal/publisher', 'Internal/creator']

const table = (caption: string, heads: readonly string[], lines: readonly (readonly Part[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map(it => html`<th scope="col">${it}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          cells =>
            html`<tr>
              ${cells.map(it => html`<td>${it}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`

const facts = (list: readonly (readonly [string, Part])[]): Html =>
  html`<dl>
    ${list.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`

const state = ({lifeCycleStatus}: Api): Html =>
  html`<span class="badge ${lifeCycleStatus === 'PUBLISHED' ? 'good' : 'quiet'}">${stateName(lifeCycleStatus)}</span>`

const orNone = (list: readonly string[]): string => (list.length > 0 ? list.join(', ') : 'none')

/** The publisher's page: APIs, who is subscribed to them, and alerts. */
export const pageRoutes = ({apim, shared}: Publishing, alerts: Alerts): readonly Route[] => {
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
    const [apis, ids, subscribed] = await Promise.all([listApis(shared, session.user.id), apiIds(apim), counts()])
    const lines = apis.map(({api}) => [
      html`<a href="${BASE}/apis/${api.id}">${api.name}</a>`,
      api.version,
      html`<code>${api.context}</code>`,
      state(api),
      subscribed.get(ids.get(apiKey(api)) ?? -1) ?? 0,
    ])
    const empty = html`<p class="notice">
      There are no APIs yet. They are made with the REST API /api/am/publisher/v1.
    </p>`
    const heads = ['Name', 'Version', 'Context', 'State', 'Subscriptions']
    return {title: 'APIs', body: lines.length === 0 ? empty : table(`${lines.length} APIs`, heads, lines)}
  })

  const one = site.page('/apis/:apiId', async ({call, session}) => {
    const found = await findApi(shared, session.user.id, call.param('apiId'))
    if (!found) throw notFound('There is no such API.')
    const {api} = found
    const id = (await apiIds(apim)).get(apiKey(api))
    const subscriptions = id === undefined ? [] : await subscriptionsOf(apim, id)
    const operations = api.operations.map(it => [
      it.verb,
      html`<code>${it.target}</code>`,
      it.authType === 'None' ? 'none' : 'token',
      orNone(it.scopes),
      it.throttlingPolicy,
    ])
    const subscribers = subscriptions.map(it => [it.subscriber, it.application, it.policy, it.status])
    return {
      title: `${api.name} ${api.version}`,
      body: html`${facts([
          ['State', state(api)],
          ['Context', html`<code>${api.context}/${api.version}</code>`],
          ['Type', api.type],
          ['Provider', api.provider],
          ['Endpoint', api.endpointConfig?.production_endpoints?.url ?? 'none'],
          ['Policies', orNone(api.policies)],
          ['Gateways', orNone(api.gatewayEnvironments)],
        ])}
        <h2>Resources</h2>
        ${table('Resources', ['Verb', 'Path', 'Security', 'Scopes', 'Policy'], operations)}
        <h2>Subscribers</h2>
        ${
          subscribers.length === 0
            ? html`<p class="notice">Nobody is subscribed.</p>`
            : table(`${subscribers.length} subscriptions`, ['User', 'Application', 'Policy', 'State'], subscribers)
        }
        <p><a href="${BASE}">All APIs</a></p>`,
    }
  })

  const alertPage = site.page('/alerts', async () => {
    const off = html`<p class="notice">Analytics is switched off in the configuration of this node.</p>`
    if (!alerts.enabled) return {title: 'Alerts', body: off}
    const found = await alerts.latest()
    const lines = found.map(it => [it.at.toISOString(), it.type, it.apiName, it.message, it.severity])
    const heads = ['Time (UTC)', 'Kind', 'API', 'What', 'Severity']
    const none = html`<p class="notice">There are no alerts.</p>`
    return {title: 'Alerts', body: lines.length === 0 ? none : table('The latest alerts', heads, lines)}
  })

  return [...site.routes, list, one, alertPage]
}
