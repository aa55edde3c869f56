import type {KeptLink} from '../../links/keep-link.js'
import {html, type Html} from '../../pages/html.js'
import {csrfField, type View, type Visit} from '../../pages/site.js'
import type {Rule} from './business-rules.js'
import type {Viewer} from './identity.js'
import {plot} from './plot.js'
import {RANGES, type Alert, type Point} from './statistics.js'

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

const timeText = (at: number, days: boolean) => {
  const text = new Date(at).toISOString()
  return days ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 16)
}

const option = (value: string, text: string, chosen: string | undefined) =>
  html`<option value="${value}" ${value === (chosen ?? '') ? html`selected` : undefined}>${text}</option>`

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
    ? html`<p>No alerts.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Alerts">
        <table>
          <caption>
            The last ${alerts.length}, the newest first. Times are UTC.
          </caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Kind</th>
              <th scope="col">API</th>
              <th scope="col">Message</th>
            </tr>
          </thead>
          <tbody>
            ${alerts.map(
              it =>
                html`<tr>
                  <td>${timeText(it.at, true)}</td>
                  <td>${it.type}</td>
                  <td>${it.apiName}</td>
                  <td>${it.message}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`

/** The dashboard: everything on one page. */
export const pageOf = ({session}: Visit<Viewer>, base: string, data: PageData): View => {
  const {range, apiName, points, rule, ruleProblem} = data
  const days = RANGES[range]?.duration === 'HOURS'
  const empty = points.every(it => it.calls === 0 && it.throttled === 0 && it.errors === 0)
  const series = (name: 'calls' | 'errors' | 'throttled' | 'latency') =>
    points.map(it => ({label: timeText(it.at, days), value: it[name]}))
  const body = html`${notices(data.away)}
    <form class="fields" method="get" action="${base}">
      <label
        >Time<select name="range">
          ${Object.entries(RANGES).map(([value, {text}]) => option(value, text, range))}
        </select></label
      >
      <label
        >API<select name="api">
          ${option('', 'All APIs', apiName)}${data.apiNames.map(it => option(it, it, apiName))}
        </select></label
      >
      <button>Show</button>
    </form>
    <div id="statistics">
      ${
        empty
          ? html`<p class="notice">
              No calls in this time. Calls show up here some seconds after a gateway has answered them.
            </p>`
          : html`${plot({title: 'Calls', unit: 'calls', summary: 'sum', points: series('calls')})}
            ${plot({title: 'Latency', unit: 'ms', summary: 'highest', points: series('latency')})}
            ${plot({title: 'Errors', unit: 'errors', summary: 'sum', points: series('errors')})}
            ${plot({title: 'Throttled calls', unit: 'calls', summary: 'sum', points: series('throttled')})}`
      }
    </div>
    <h2 id="alerts">Alerts</h2>
    ${alertTable(data.alerts)}
    <h2 id="rule">Business rule</h2>
    <p>An alert is raised when an application goes beyond a limit of an API more often than this within an hour.</p>
    <form class="fields" method="post" action="${base}/rule">
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
