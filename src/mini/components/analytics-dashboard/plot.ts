import {html, type Html} from '../../pages/html.js'
import {counted, table} from '../../pages/parts.js'

interface Plot {
  readonly title: string
  /** What values are, of one and of many: `call`, `calls`. */
  readonly unit: readonly [string, string]
  /** How long a point is: `minute`. */
  readonly per: string
  readonly points: readonly {readonly label: string; readonly value: number}[]
  /** Added up for its text alternative, or the highest one of averages. */
  readonly summary: 'sum' | 'highest'
}

/** The next round number whose half is one too. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return Math.max(2, ([1, 2, 4, 6, 10].find(it => it * power >= value) ?? 10) * power)
}

const numberText = (value: number) => value.toLocaleString('en', {maximumFractionDigits: 1})

/**
 * Bars over time, drawn without a script, with what they say as text and, on demand, as a table. The bars stretch with the window; what is
 * written beside them does not, so that it can be read in a narrow one.
 */
export function plot({title, unit, per, points, summary}: Plot): Html {
  const amount = (value: number) => counted(value, ...unit)
  const values = points.map(({value}) => value)
  const highest = Math.max(0, ...values)
  const sum = values.reduce((a, b) => a + b, 0)
  const said =
    highest === 0
      ? `no ${unit[1]}`
      : summary === 'sum'
        ? `${amount(sum)} in all, at most ${amount(highest)} in a ${per}`
        : `at most ${amount(highest)} on average in a ${per}`
  const top = roundUp(highest)
  const step = 100 / Math.max(points.length, 1)
  const bars = points.map(({label, value}, i) => {
    if (value <= 0) return undefined
    const height = (value / top) * 100
    return html`<rect
      x="${(i * step + step * 0.1).toFixed(2)}"
      y="${(100 - height).toFixed(2)}"
      width="${(step * 0.8).toFixed(2)}"
      height="${height.toFixed(2)}"
    >
      <title>${label}: ${amount(value)}</title>
    </rect>`
  })
  const marks = [points[0], points[Math.floor(points.length / 2)], points.at(-1)]
  const filled = points.filter(({value}) => value > 0)
  return html`<section>
    <h2>${title}</h2>
    <p class="quiet">${said.charAt(0).toUpperCase()}${said.slice(1)}.</p>
    <div class="plot" role="img" aria-label="${title}: ${said}">
      <div class="y">${[top, top / 2, 0].map(it => html`<span>${numberText(it)}</span>`)}</div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none">
        ${[0, 50, 100].map(y => html`<line x1="0" x2="100" y1="${y}" y2="${y}" />`)}${bars}
      </svg>
      <div class="x">${marks.map(it => html`<span>${it?.label}</span>`)}</div>
    </div>
    ${
      filled.length > 0 &&
      html`<details>
        <summary>${title} as a table</summary>
        ${table(
          `${title} as a table`,
          ['Time (UTC)', unit[1]],
          filled.map(it => [it.label, Math.round(it.value * 10) / 10]),
        )}
      </details>`
    }
  </section>`
}
