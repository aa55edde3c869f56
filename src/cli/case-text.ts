import type {CaseReport, CaseResult, ReleasesReport, StepReport} from '../lab/cases/result.js'
import {VERDICT_TEXTS} from '../model/cases/verdict.js'
import {rateText} from '../model/cases/wilson.js'
import {durationText} from '../model/duration.js'
import {oneLine} from '../model/one-line.js'
import {asTyped} from './invocation.js'
import {junitXml, type JunitSuite} from './junit.js'
import {harmless} from './log-printer.js'
import {table} from './table.js'

const INDENT = '    '
const MOST_TEXT = 100
const MOST_SEEN = 120

/** A step as it is told when it was done. */
export function stepLine({phase, text, ok, ms, seen}: StepReport): string {
  // A sign that is not there is no failure: the verdict tells what it means.
  const mark = ok ? '✓' : phase === 'symptom' || phase === 'absence' ? '·' : '✗'
  return `${mark} ${phase.padEnd(7)}  ${durationText(ms).padStart(8)}  ${oneLine(text, MOST_TEXT)}: ${oneLine(seen, MOST_SEEN)}`
}

const missingLines = ({missing}: StepReport) => missing.map(text => `expected ${text}`)

/** What was seen, in full, of what decides: what is given was done before. */
function evidenceOf({steps}: CaseResult): readonly string[] {
  return steps
    .filter(({phase, ok}) => !ok || phase === 'symptom' || phase === 'absence')
    .flatMap(step => [
      `  ${step.phase}: ${step.text}`,
      ...[...missingLines(step), ...step.evidence].map(line => `${INDENT}${harmless(line, false)}`),
    ])
}

export const runLine = ({verdict, reason, seed, ms}: CaseResult, index: number): string =>
  `Run ${index + 1}: ${VERDICT_TEXTS[verdict]} after ${durationText(ms)}, seed ${seed}: ${harmless(reason, false)}`

/** The verdict, its evidence, and what to type next. */
export function caseText(report: CaseReport): string {
  const {case: name, lab, release, verdict, reason, expected, runs, rate, kept} = report
  const deciding = runs.findLast(run => run.verdict === verdict) ?? runs.at(-1)
  const evidence = deciding ? evidenceOf(deciding) : []
  const asExpected = verdict === expected ? '' : ` (expected: ${VERDICT_TEXTS[expected]})`
  return [
    `${VERDICT_TEXTS[verdict]}: ${name}, on release ${release || 'none'}${asExpected}`,
    `  ${harmless(reason, false)}`,
    ...evidence,
    ...(runs.length > 1 ? [`Reproduced ${rateText(rate)}`] : []),
    ...(kept
      ? [
          '',
          'The lab stays:',
          `  ${asTyped(`apim-lab status --lab ${lab}`)}`,
          `  ${asTyped(`apim-lab down --volumes --lab ${lab}`)}`,
        ]
      : []),
  ].join('\n')
}

/** A line for each release. */
export const releasesText = ({releases}: ReleasesReport, width: number): string =>
  table(
    ['RELEASE', 'VERDICT', 'EXPECTED', 'RUNS', 'WHY'],
    releases.map(({release, verdict, expected, rate, runs, reason}) => [
      release,
      VERDICT_TEXTS[verdict],
      verdict === expected ? 'yes' : `no, ${VERDICT_TEXTS[expected]}`,
      runs.length > 1 ? `${rate.hits} of ${rate.runs}` : String(runs.length),
      harmless(reason, false),
    ]),
    width,
  )

function suiteOf({case: name, title, release, expected, runs, reason}: CaseReport): JunitSuite {
  const named = title ?? name
  return {
    name: `apim-lab case ${name}, release ${release}`,
    className: `case.${name}`,
    cases:
      runs.length === 0
        ? [{name: named, ms: 0, skipped: reason}]
        : runs.map((run, i) => ({
            name: `${named}, run ${i + 1}, seed ${run.seed}`,
            ms: run.ms,
            ...(run.verdict === 'inconclusive' && {skipped: run.reason}),
            ...(run.verdict !== 'inconclusive' &&
              run.verdict !== expected && {
                failure: {message: `${VERDICT_TEXTS[run.verdict]}: ${run.reason}`, text: evidenceOf(run).join('\n')},
              }),
          })),
  }
}

/** A suite a release, in it a test case a run: passed where its verdict is what the case expects. */
export const caseJunit = (...reports: readonly CaseReport[]): string => junitXml(...reports.map(suiteOf))
