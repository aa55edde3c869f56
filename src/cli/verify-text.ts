import type {VerifyResult, VerifyStep} from '../lab/verify/verify.js'
import {labOption} from '../lab/resolve/named-lab.js'
import {asTyped} from './invocation.js'
import {harmless} from './log-printer.js'

const GAP = '  '
const SECOND_MS = 1000

const cut = (text: string, columns: number) => (text.length > columns ? `${text.slice(0, columns - 1)}…` : text)

const seconds = (ms: number) => `${(ms / SECOND_MS).toFixed(1)} s`

const markOf = ({ok, skipped}: VerifyStep) => (skipped ? '-' : ok ? '✓' : '✗')

function stepLines(steps: readonly VerifyStep[], columns: number): readonly string[] {
  const name = Math.max(...steps.map(step => step.name.length))
  const time = Math.max(...steps.map(({ms}) => seconds(ms).length))
  return steps.map(step => {
    const detail = step.skipped ? `skipped, ${step.detail}` : (step.failure?.got ?? step.detail)
    const cells = [
      step.name.padEnd(name),
      (step.skipped ? '' : seconds(step.ms)).padStart(time),
      harmless(detail, false),
    ]
    return cut(`${markOf(step)} ${cells.join(GAP)}`, columns)
  })
}

/** Everything that is known of a failure: nothing is cut. */
function inFull({name, title, links, failure}: VerifyStep): string {
  if (!failure) return ''
  const {expected, got, call, correlationId, log} = failure
  const facts = [
    ['expected', [expected]],
    ['got', [got]],
    ['call', [call]],
    ['links', links],
    ['log', log.length > 0 ? log : [`no node on the way has logged the call (activityid ${correlationId})`]],
  ] as const
  const lines = facts.flatMap(([fact, values]) =>
    values.map((value, i) => `    ${(i === 0 ? fact : '').padEnd(8)}${GAP}${harmless(value, false)}`),
  )
  return [`✗ ${name}: ${title}`, ...lines].join('\n')
}

function summary(steps: readonly VerifyStep[]): string {
  const skipped = steps.filter(step => step.skipped).length
  const failed = steps.filter(({ok, skipped: left}) => !ok && !left).length
  const all = steps.reduce((sum, {ms}) => sum + ms, 0)
  return `${steps.length - skipped - failed} steps passed, ${failed} failed, ${skipped} skipped in ${seconds(all)}`
}

/** The lines of curl to go on with, under a heading of their own. */
export const curlText = (curl: readonly string[]): readonly string[] =>
  curl.length === 0 ? [] : ['', 'The API stays. Call it, or get a new token for it:', ...curl.map(line => `  ${line}`)]

/** What `verify` found as a person reads it: a line a step, what failed in full, what to type next. */
export function verifyText({lab, passed, steps, curl}: VerifyResult, columns: number): string {
  const option = labOption(lab)
  const next = passed
    ? []
    : ['', 'Next:', ...['links', 'status'].map(verb => `  ${asTyped(`apim-lab ${verb}${option}`)}`)]
  return [
    ...stepLines(steps, columns),
    ...steps.filter(({failure}) => failure).flatMap(step => ['', inFull(step)]),
    '',
    summary(steps),
    ...curlText(curl),
    ...next,
  ].join('\n')
}
