import type {Api} from '../../../apis/api.js'
import {badRequest} from '../../../http/fault.js'
import {UNLIMITED_TIER} from '../../../hub/data.js'
import {html, type Html, type Part as Cell} from '../../../pages/html.js'
import {select, table} from '../../../pages/parts.js'
import {wordsOf} from '../../../words.js'
import {AUTH_TYPES, DEFAULT_AUTH, VERBS} from '../rest/api-body.js'
import {formOf, optionsWith, type Choices, type Part, type Values} from './edit-part.js'

/** The fields of a resource. */
const FIELDS = ['verb', 'target', 'authType', 'throttlingPolicy', 'operationScopes'] as const
type Row = Readonly<Record<(typeof FIELDS)[number], string>>

const BLANK: Row = {
  verb: 'GET',
  target: '',
  authType: DEFAULT_AUTH,
  throttlingPolicy: UNLIMITED_TIER,
  operationScopes: '',
}

const valuesOf = (row: Row): Values => FIELDS.map(it => [it, row[it]] as const)

/** Resources of WebSocket APIs mean nothing; those of GraphQL APIs are what their schema has. */
const hasResources = ({type}: Api) => type !== 'WS'
const isFree = ({type}: Api) => type === 'HTTP'

const rowsIn = (form: URLSearchParams): readonly Row[] => {
  const columns = Object.fromEntries(FIELDS.map(it => [it, form.getAll(it)])) as Record<keyof Row, string[]>
  return columns.target.map((_, i) => Object.fromEntries(FIELDS.map(it => [it, columns[it][i] ?? ''])) as Row)
}

/** `Any` is what a definition of an older release may say; nobody chooses it. */
const AUTH_CHOICES = AUTH_TYPES.filter(it => it !== 'Any')

const labelled = (label: string, control: Html): Html =>
  html`<label><span class="unseen">${label}</span>${control}</label>`

const choice = (name: string, label: string, list: readonly string[], now: string): Html =>
  labelled(
    label,
    html`<select name="${name}">
      ${optionsWith(list, now).map(
        ([value, text]) => html`<option value="${value}" ${value === now && html`selected`}>${text}</option>`,
      )}
    </select>`,
  )

const text = (name: string, label: string, value: string): Html =>
  labelled(label, html`<input name="${name}" value="${value}" spellcheck="false" />`)

const fixed = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" /><code>${value}</code>`

function lineOf(row: Row, what: string, policies: readonly string[], free: boolean): readonly Cell[] {
  const {verb, target} = row
  return [
    free ? choice('verb', `Method of ${what}`, VERBS, verb) : fixed('verb', verb),
    free ? text('target', `Path of ${what}`, target) : fixed('target', target),
    choice('authType', `Security of ${what}`, AUTH_CHOICES, row.authType),
    choice('throttlingPolicy', `Policy of ${what}`, policies, row.throttlingPolicy),
    text('operationScopes', `Scopes of ${what}`, row.operationScopes),
  ]
}

const removal = (i: number, what: string, removed: readonly string[]): Html =>
  html`<label class="check"
    ><input type="checkbox" name="remove" value="${i}" ${removed.includes(String(i)) && html`checked`} /><span
      class="unseen"
      >Remove ${what}</span
    ></label
  >`

const HEADS = ['Method', 'Path', 'Security', 'Policy', 'Scopes']

function fields(form: URLSearchParams, {policies, sharedScopes}: Choices, api: Api): Html {
  const free = isFree(api)
  const removed = form.getAll('remove')
  const lines = rowsIn(form).map((row, i) => {
    const what = row.target === '' ? 'a new resource' : `${row.verb} ${row.target}`
    return [...lineOf(row, what, policies, free), ...(free ? [removal(i, what, removed)] : [])]
  })
  return html`<h2>Resources</h2>
    <p>
      ${free && 'A line without a path is left out. '}Several scopes of one resource have spaces between them. They are
      of the scopes above${sharedScopes.length > 0 && `, or of those of all APIs: ${sharedScopes.join(' ')}`}.
    </p>
    <div class="lines">${table('Resources', free ? [...HEADS, 'Remove'] : HEADS, lines)}</div>`
}

/** The operations that a form has. Throws a Fault 400 where none is left. */
function operationsOf(form: URLSearchParams, api: Api): readonly object[] {
  const removed = form.getAll('remove')
  const rows = rowsIn(form).filter((it, i) => it.target.trim() !== '' && !removed.includes(String(i)))
  if (rows.length === 0) throw badRequest('An API has at least one resource')
  return rows.map(({verb, target, authType, throttlingPolicy, operationScopes}) => ({
    ...api.operations.find(it => it.verb === verb && it.target === target),
    ...{verb, authType, throttlingPolicy, target: target.trim()},
    scopes: wordsOf(operationScopes),
  }))
}

/** The part of the form that is an API's resources: one a line, and a blank one. */
export const resources: Part = {
  names: [...FIELDS, 'remove'],
  isOf: hasResources,
  shown: api => [
    ...api.operations.flatMap(it => valuesOf({...it, operationScopes: it.scopes.join(' ')})),
    ...(isFree(api) ? valuesOf(BLANK) : []),
  ],
  fields,
  said: (form, api) => ({operations: operationsOf(form, api)}),
}

/** A form with one more blank line for a resource. */
export const withBlankLine = (form: URLSearchParams): URLSearchParams => formOf([...form, ...valuesOf(BLANK)])

/** The button that asks for it, where resources can be added. */
export const moreButton = (api: Api): Html | false =>
  isFree(api) && html`<button class="quiet" name="more" value="true">One more line</button>`

const OWN = ['', 'each resource has its own'] as const

/** The policy of an API as a whole: with one, those of its resources do not count. */
export const wholePolicy: Part = {
  names: ['apiPolicy'],
  forPublishers: true,
  shown: api => [['apiPolicy', api.apiThrottlingPolicy ?? '']],
  fields: (form, {policies}) => {
    const now = form.get('apiPolicy') ?? ''
    const named = optionsWith(policies, now).filter(([value]) => value !== '')
    return select('apiPolicy', 'Policy of all resources', [OWN, ...named], now)
  },
  said: form => ({apiThrottlingPolicy: form.get('apiPolicy') || null}),
}
