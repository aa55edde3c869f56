import {html, type Html, type Part} from '../../html/html.js'
import {reportPage} from '../../html/report-page.js'
import {foldTimeline, type Lane, type TimelineEvent} from '../../lab-events/timeline.js'
import {nanosOf} from '../../model/instant.js'
import type {TimelineResult} from './timeline.js'

/** Rows of the list below the plot. */
const MOST_LISTED = 2000
const TICKS = 4
const TRACK = 22
const BAR = 12
const FAULT_BAR = 4

const STYLE = `
.lane{display:grid;grid-template-columns:12rem 1fr;align-items:center;border-top:1px solid var(--line)}
.lane>div{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding-right:.5rem}
.lane svg,.axis svg{display:block;width:100%;overflow:visible}
.axis{display:grid;grid-template-columns:12rem 1fr}
@media(max-width:40rem){.lane,.axis{grid-template-columns:1fr}.lane{padding:.2rem 0}.axis>div{display:none}}
svg text{font:11px system-ui,sans-serif;fill:var(--dim)}
.s-created{fill:var(--line)}.s-starting{fill:#ecd28b}.s-ready{fill:#2da44e}.s-unhealthy{fill:#e16f24}.s-paused{fill:#8250df}.s-ended,.s-gone{fill:#8c959f}.s-other{fill:#57606a}
.fault{fill:#d1242f;opacity:.75}.p-error{fill:#d1242f}.p-warn{fill:#bf8700}.p-other{fill:var(--accent)}circle{stroke:var(--back)}
.guide{stroke:var(--line)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem}.legend svg{width:12px;height:12px;vertical-align:-1px}
tr.error td{color:var(--bad)}tr.warn td{color:var(--warn)}
`

const KNOWN = ['created', 'starting', 'ready', 'unhealthy', 'paused', 'ended', 'gone']
const NEVER_DRAWN = ['gone']
const stateClass = (state: string) => `s-${KNOWN.includes(state) ? state : 'other'}`

/** Where an instant is, in percent of the plot's width. */
type Place = (at: string) => number

const percent = (value: number) => `${value.toFixed(3)}%`

function placeIn(from: bigint, to: bigint): Place {
  const whole = Number(to - from) || 1
  return at => Math.min(100, Math.max(0, (Number((nanosOf(at) ?? from) - from) / whole) * 100))
}

const time = (at: string) => at.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM:SS.mmm'.length)

interface Bar {
  readonly from: string
  readonly to: string
  /** Pixels from the top of the lane. */
  readonly y: number
  readonly height: number
  readonly className: string
  readonly title: string
}

function bar(place: Place, {from, to, y, height, className, title}: Bar): Html {
  const [x, end] = [place(from), place(to)]
  return html`<rect
    x="${percent(x)}"
    y="${y}"
    width="${percent(Math.max(0.15, end - x))}"
    height="${height}"
    class="${className}"
    ><title>${title}</title></rect
  >`
}

function laneHtml({name, spans, lasting, points}: Lane, place: Place, until: string): Html {
  const bars = spans
    .filter(({state}) => !NEVER_DRAWN.includes(state))
    .map(({state, from, to = until}) =>
      bar(place, {
        from,
        to,
        y: (TRACK - BAR) / 2,
        height: BAR,
        className: stateClass(state),
        title: `${name}: ${state} from ${time(from)} to ${time(to)}`,
      }),
    )
  const faults = lasting.map(({text, from, to}) =>
    bar(place, {
      from,
      to,
      y: TRACK - FAULT_BAR,
      height: FAULT_BAR,
      className: 'fault',
      title: `${name}: ${text}, from ${time(from)} to ${time(to)}`,
    }),
  )
  // The worst last: it is on top.
  const order = [undefined, 'warn', 'error']
  const dots = points
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .map(
      ({at, text, level}) =>
        html`<circle cx="${percent(place(at))}" cy="${TRACK / 2}" r="4" class="p-${level ?? 'other'}"
          ><title>${time(at)} ${name}: ${text}</title></circle
        >`,
    )
  return html`<div class="lane">
    <div title="${name}">${name}</div>
    <svg height="${TRACK}" role="img" aria-label="${name}: ${spans.length} states, ${points.length} events">
      ${bars}${faults}${dots}
    </svg>
  </div>`
}

function axis(from: bigint, to: bigint): Html {
  const ticks = Array.from({length: TICKS + 1}, (_, i) => {
    const at = new Date(Number((from + ((to - from) * BigInt(i)) / BigInt(TICKS)) / 1_000_000n)).toISOString()
    const anchor = i === 0 ? 'start' : i === TICKS ? 'end' : 'middle'
    const x = percent((i * 100) / TICKS)
    return html`<line x1="${x}" x2="${x}" y1="0" y2="5" class="guide" /><text x="${x}" y="17" text-anchor="${anchor}"
        >${at.slice(11, 19)}</text
      >`
  })
  return html`<div class="axis">
    <div></div>
    <svg height="${TRACK}" aria-hidden="true">${ticks}</svg>
  </div>`
}

const LEGEND = [
  ...['starting', 'ready', 'unhealthy', 'paused', 'ended'].map(state => [stateClass(state), state]),
  ['fault', 'fault'],
  ['p-error', 'error'],
  ['p-warn', 'warning'],
  ['p-other', 'other event'],
]

const legend = html`<p class="legend">
  ${LEGEND.map(
    ([name, text]) =>
      html`<span
        ><svg aria-hidden="true"><rect width="12" height="12" class="${name}" /></svg> ${text}</span
      > `,
  )}
</p>`

const row = ({at, lane, kind, text, level}: TimelineEvent): Part =>
  html`<tr class="${level ?? ''}">
    <td class="whole">${time(at)}</td>
    <td class="whole">${lane}</td>
    <td class="whole">${kind}</td>
    <td>${text}</td>
  </tr>`

/** A timeline as a page that needs nothing but itself: a plot with a lane for each node, and a list. */
export function timelinePage({lab, release, since, until, events, leftOut}: TimelineResult): string {
  const first = nanosOf(events[0]?.at ?? since) ?? 0n
  const [asked, to] = [nanosOf(since) ?? 0n, nanosOf(until) ?? 0n]
  const from = first < asked ? asked : first
  const place = placeIn(from, to)
  const {lanes} = foldTimeline(events)
  const listed = events.slice(-MOST_LISTED)
  const missing = events.length - listed.length
  return reportPage({
    title: `Timeline of lab ${lab}`,
    style: STYLE,
    body: html`<h1>Timeline of lab ${lab}</h1>
      <p>Release ${release || 'unknown'}, ${since.slice(0, 19)} to ${until.slice(0, 19)}, UTC, the engine's clock.</p>
      ${legend} ${lanes.map(lane => laneHtml(lane, place, until))} ${axis(from, to)}
      <h2>Events</h2>
      ${missing + leftOut > 0 && html`<p class="dim">${missing + leftOut} earlier ones are left out.</p>`}
      <div class="wide">
        <table>
          <tr>
            <th>time</th>
            <th>node</th>
            <th>kind</th>
            <th>what</th>
          </tr>
          ${listed.map(row)}
        </table>
      </div>`,
  })
}
