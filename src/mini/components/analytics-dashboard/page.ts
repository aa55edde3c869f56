import {rangeField, RANGES} from '../../analytics/ranges.js'
import type {KeptLink} from '../../links/keep-link.js'
import {html, type Html} from '../../pages/html.js'
import {moment, select, table} from '../../pages/parts.js'
import {csrfField, type View, type Visit} from '../../pages/site.js'
import type {Rule} from './business-rules.js'
import type {Viewer} from './identity.js'
import {plot} from './plot.js'
import type {Alert, Point} from './statistics.js'

export interface PageData {
  readonly range: string
  readonly apiName: string | undefined
  /** To choose from. */
  readonly apiNames: readonly string[]
  readonly points: readonly Point[]
  readonly alerts: readonly Alert[]
  readonly rule: Rule
  /** Why the rule is not deployed yet. */
  readonly ruleProblem: string | undefined
  /** Peers that do not answer at the moment. */
  readonly away: readonly KeptLink['link'][]
}

function timeText(at: number, days: boolean) {
  const text = new Date(at).toISOString()
  return days ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 16)
}

const WITHOUT: Readonly<Record<string, string>> = {
  'analytics-worker': 'new events are not counted, and rules are not deployed, until it is back',
  publisher: 'nobody can log in until it is back',
  devportal: 'APIs that were not called lately are missing in the list',
}

const notices = (away: PageData['away']) =>
  [...new Map(away.map(it => [it.server, it])).values()].map(
    it => html`<p class="notice bad" role="status">The ${it.server} does not answer: ${WITHOUT[it.server]}.</p>`,
  )

const alertTable = (alerts: readonly Alert[]): Html =>
  alerts.length === 0
    ? html`<p class="notice">No alerts.</p>`
    : table(
        'The last alerts, the newest first',
        ['Time (UTC)', 'Kind', 'API', 'Message'],
        alerts.map(it => [moment(it.at), it.type, it.apiName, it.message]),
      )

const PLOTS = [
  {name: 'calls', title: 'Calls', unit: ['call', 'calls'], summary: 'sum'},
  {name: 'latency', title: 'Latency', unit: ['ms', 'ms'], summary: 'highest'},
  {name: 'errors', title: 'Errors', unit: ['error', 'errors'], summary: 'sum'},
  {name: 'throttled', title: 'Throttled calls', unit: ['call', 'calls'], summary: 'sum'},
] as const

/** The dashboard: everything on one page. */
export function dashboardPage({session}: Visit<Viewer>, base: string, data: PageData): View {
  const {range, apiName, points, rule, ruleProblem} = data
  const days = RANGES[range]?.duration === 'HOURS'
  const empty = points.every(it => it.calls === 0 && it.throttled === 0 && it.errors === 0)
  const per = days ? 'hour' : 'minute'
  const series = (name: (typeof PLOTS)[number]['name']) =>
    points.map(it => ({label: timeText(it.at, days), value: it[name]}))
  const body = html`${notices(data.away)}
    <form class="row" method="get" action="${base}">
      ${rangeField(range)}
      ${select('api', 'API', [['', 'All APIs'], ...data.apiNames.map(it => [it, it] as const)], apiName)}
      <button>Show</button>
    </form>
    <div id="statistics">
      ${
        empty
          ? html`<p class="notice">
              No calls in this time. Calls show up here some seconds after a gateway has answered them.
            </p>`
          : html`<div class="plots">${PLOTS.map(it => plot({...it, per, points: series(it.name)}))}</div>`
      }
    </div>
    <h2 id="alerts">Alerts</h2>
    ${alertTable(data.alerts)}
    <h2 id="rule">Business rule</h2>
    <p>An alert is raised when an application goes beyond a limit of an API more often than this within an hour.</p>
    <form class="row" method="post" action="${base}/rule">
      ${csrfField(session)}
      <label
        >Hits within an hour<input
          name="threshold"
          type="number"
          min="0"
          max="1000000"
          required
          value="${rule.threshold}"
      /></label>
      <button>Save and deploy</button>
    </form>
    ${
      rule.deployed
        ? html`<p class="quiet">The worker has this rule.</p>`
        : html`<p class="notice" role="status">
            Saved; the worker does not have it yet${ruleProblem && `: ${ruleProblem}`}. It is tried on.
          </p>`
    }`
  return {title: 'API statistics', body}
}
