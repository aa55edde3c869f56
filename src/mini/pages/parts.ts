import {html, type Html, type Part} from './html.js'

const classOf = (cell: Part) => (typeof cell === 'number' ? html`class="number"` : undefined)

/**
 * A table whose caption is for those who hear it; a heading above it is for those who see it. In a narrow window each line is a block of
 * `heading: cell`, which takes the roles of a table away: so they are named. Numbers stand at the right.
 */
export const table = (caption: string, headings: readonly string[], lines: readonly (readonly Part[])[]): Html =>
  html`<table role="table">
    <caption class="unseen">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${headings.map((it, i) => html`<th role="columnheader" scope="col" ${classOf(lines[0]?.[i])}>${it}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${lines.map(
        line =>
          html`<tr role="row">
            ${line.map((it, i) => html`<td role="cell" data-heading="${headings[i]}" ${classOf(it)}><div>${it}</div></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`

/** What is known of one thing, by name. */
export const facts = (list: readonly (readonly [string, Part])[]): Html =>
  html`<dl>
    ${list.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`

/** A select with options [value, text]. */
export const select = (
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen?: string,
): Html =>
  html`<label
    >${label}<select name="${name}">
      ${options.map(
        ([value, text]) =>
          html`<option value="${value}" ${value === chosen ? html`selected` : undefined}>${text}</option>`,
      )}
    </select></label
  >`

/** `3 calls`, `1 call`: a number with what it counts. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en', {maximumFractionDigits: 1})} ${count === 1 ? one : many}`

/** A moment, in UTC: milliseconds since 1970. */
export function moment(at: number): Html {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`
}
