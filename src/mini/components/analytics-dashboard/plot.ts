import {html, type Html} from '../../pages/html.js'

interface Plot {
  readonly title: string
  /** What one value is: `calls`, `ms`. */
  readonly unit: string
  readonly points: readonly {readonly label: string; readonly value: number}[]
  /** Added up for its text alternative, or the highest one. */
  readonly summary: 'sum' | 'highest'
}

const WIDTH = 640
const HEIGHT = 180
const LEFT = 48
const BOTTOM = 24
const TOP = 12

/** The next round number: 1, 2 or 5 times a power of ten. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return ([1, 2, 5, 10].find(it => it * power >= value) ?? 10) * power
}

const shown = (value: number) => String(Math.round(value * 10) / 10)

/** Bars over time, drawn without a script, with what they say as text and, on demand, as a table. */
export const plot = ({title, unit, points, summary}: Plot): Html => {
  const values = points.map(({value}) => value)
  const highest = Math.max(0, ...values)
  const total = summary === 'sum' ? values.reduce((a, b) => a + b, 0) : highest
  const text = `${title}: ${summary === 'sum' ? `${shown(total)} ${unit} in all, ` : ''}at most ${shown(highest)} ${unit} at once`
  const top = roundUp(highest)
  const [width, height] = [WIDTH - LEFT, HEIGHT - BOTTOM - TOP]
  const step = width / Math.max(points.length, 1)
  const y = (value: number) => TOP + height - (value / top) * height
  const bars = points.map(({label, value}, i) => {
    if (value <= 0) return undefined
    const at = y(value)
    return html`<rect
      x="${(LEFT + i * step + step * 0.1).toFixed(1)}"
      y="${at.toFixed(1)}"
      width="${Math.max(step * 0.8, 1).toFixed(1)}"
      height="${(TOP + height - at).toFixed(1)}"
    >
      <title>${label}: ${shown(value)} ${unit}</title>
    </rect>`
  })
  const lines = [0, top / 2, top].map(
    value =>
      html`<line x1="${LEFT}" x2="${WIDTH}" y1="${y(value)}" y2="${y(value)}" stroke-opacity="0.25" /><text
          x="${LEFT - 6}"
          y="${y(value) + 4}"
          text-anchor="end"
          stroke="none"
          >${shown(value)}</text
        >`,
  )
  const ends = [points[0], points.at(-1)].map(
    (point, i) =>
      html`<text
        x="${i === 0 ? LEFT : WIDTH}"
        y="${HEIGHT - 6}"
        text-anchor="${i === 0 ? 'start' : 'end'}"
        stroke="none"
        >${point?.label}</text
      >`,
  )
  const filled = points.filter(({value}) => value > 0)
  return html`<section>
    <h2>${title}</h2>
    <svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="${text}"
      font-size="11"
      fill="currentColor"
      stroke="currentColor"
    >
      ${lines}
      <g stroke="none">${bars}</g>
      ${ends}
    </svg>
    <p class="quiet">${text}.</p>
    ${
      filled.length > 0 &&
      html`<details>
        <summary>${title} as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="${title} as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Time (UTC)</th>
                <th scope="col" class="number">${unit}</th>
              </tr>
            </thead>
            <tbody>
              ${filled.map(
                it =>
                  html`<tr>
                    <th scope="row">${it.label}</th>
                    <td class="number">${shown(it.value)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>`
    }
  </section>`
}
