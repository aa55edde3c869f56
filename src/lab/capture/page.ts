import * as z from 'zod'
import {html, type Part} from '../../html/html.js'
import {reportPage} from '../../html/report-page.js'
import {fromJson} from '../../model/from-json.js'
import type {CapturedPart} from './capture.js'
import type {CapturedFile, LeftOut} from './part.js'

export interface Summary {
  readonly lab: string
  readonly release: string
  readonly apimLab: string
  readonly at: string
  readonly since: string
  readonly parts: readonly CapturedPart[]
  readonly leftOut: readonly LeftOut[]
}

const text = z.string()
const STATUS = z.object({
  nodes: z.array(z.object({name: text, state: text, image: text, ended: z.object({text}).nullable()})),
})
const LINKS = z.array(z.object({id: text, state: text, detail: text, cause: text.optional()}))
const LINT = z.object({findings: z.array(z.object({severity: text, file: text, line: z.number(), message: text}))})
const FAULTS = z.object({faults: z.array(z.object({id: text, what: text, node: text, since: text, until: text}))})
const VERIFY = z.object({
  at: text,
  passed: z.boolean(),
  steps: z.array(z.object({title: text, ok: z.boolean(), skipped: z.boolean().optional(), detail: text})),
})

type Cell = Part

const table = (headings: readonly string[], rows: readonly (readonly Cell[])[]) =>
  html`<div class="wide">
    <table>
      <tr>
        ${headings.map(heading => html`<th>${heading}</th>`)}
      </tr>
      ${rows.map(
        row =>
          html`<tr>
            ${row.map(cell => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </table>
  </div>`

const KILO = 1000
const sizeText = (bytes: number) =>
  bytes < KILO
    ? `${bytes} B`
    : bytes < KILO * KILO
      ? `${Math.round(bytes / KILO)} KB`
      : `${(bytes / KILO / KILO).toFixed(1)} MB`

/** Each part of a path by itself: a name may have anything in it. */
const href = (path: string) => path.split('/').map(encodeURIComponent).join('/')

const stateClass = (state: string) => (state === 'ready' ? 'good' : 'bad')

/** What was found, as far as its parts could be had. */
function findings(files: readonly CapturedFile[]): Part {
  const read = <T>(path: string, schema: z.ZodType<T>): T | undefined => {
    const found = files.find(file => file.path === path)
    return found && fromJson(schema, found.text)
  }
  const status = read('status.json', STATUS)
  const broken = read('links.json', LINKS)?.filter(({state}) => state === 'broken') ?? []
  const lint = read('lint.json', LINT)?.findings ?? []
  const faults = read('faults.json', FAULTS)?.faults ?? []
  const verify = read('verify.json', VERIFY)
  const failed = verify?.steps.filter(({ok, skipped}) => !ok && !skipped) ?? []
  return [
    status &&
      html`<h2>Nodes</h2>
        ${table(
          ['node', 'state', 'image'],
          status.nodes.map(({name, state, image, ended}) => [
            name,
            html`<span class="${stateClass(state)}">${state}${ended && `: ${ended.text}`}</span>`,
            image,
          ]),
        )}`,
    broken.length > 0 &&
      html`<h2>Broken links</h2>
        ${table(
          ['link', 'what was seen'],
          broken.map(({id, cause, detail}) => [id, html`<span class="bad">${cause ?? detail}</span>`]),
        )}`,
    faults.length > 0 &&
      html`<h2>Faults made on purpose</h2>
        ${table(
          ['fault', 'what', 'node', 'from', 'until'],
          faults.map(({id, what, node, since, until}) => [id, what, node, since, until]),
        )}`,
    lint.length > 0 &&
      html`<h2>Findings of lint</h2>
        ${table(
          ['severity', 'where', 'what'],
          lint.map(({severity, file, line, message}) => [severity, `${file}:${line}`, message]),
        )}`,
    verify &&
      html`<h2>verify</h2>
        <p>
          <span class="${verify.passed ? 'good' : 'bad'}">${verify.passed ? 'passed' : 'failed'}</span>
          ${verify.at}
        </p>
        ${
          failed.length > 0 &&
          table(
            ['step', 'what was seen'],
            failed.map(({title, detail}) => [title, detail]),
          )
        }`,
  ]
}

/** The page that a capture is read by: it opens without a network, beside its files. */
export const indexPage = (summary: Summary, files: readonly CapturedFile[]): string =>
  reportPage({
    title: `Capture of lab ${summary.lab}`,
    body: html`<h1>Capture of lab ${summary.lab}</h1>
      <p>
        Release ${summary.release || 'unknown'}, made ${summary.at} by apim-lab ${summary.apimLab}; logs since
        ${summary.since}. <a href="capture.json">capture.json</a> says the same to programs.
      </p>
      ${findings(files)}
      <h2>Files</h2>
      ${table(
        ['file', 'what', 'size'],
        summary.parts.map(({path, title, bytes, cut}) => [
          html`<a href="${href(path)}">${path}</a>`,
          title,
          `${sizeText(bytes)}${cut ? ', its beginning left out' : ''}`,
        ]),
      )}
      <h2>Left out</h2>
      ${table(
        ['what', 'why'],
        summary.leftOut.map(({what, why}) => [what, why]),
      )}`,
  })
