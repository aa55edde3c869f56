import {html, type Html, type Part} from '../../../pages/html.js'

export const PAGE = '/devportal'

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

/** A table with a heading for each column, that scrolls by itself where it is too wide. */
export const table = (label: string, headings: readonly string[], lines: readonly (readonly Part[])[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${headings.map(it => html`<th scope="col">${it}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          line =>
            html`<tr>
              ${line.map(it => html`<td>${it}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
