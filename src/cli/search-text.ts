import type {MinimizeReport} from '../lab/cases/search/minimize.js'
import type {BisectReport} from '../lab/cases/search/result.js'
import type {SearchEvent, SearchRun, TestedSet} from '../lab/cases/search/search.js'
import type {ShownUnit} from '../model/cases/search/config-units.js'
import {VERDICT_TEXTS} from '../model/cases/verdict.js'
import {counted} from '../model/counted.js'
import {durationText} from '../model/duration.js'
import {asTyped} from './invocation.js'
import {harmless} from './log-printer.js'

const INDENT = '  '

/** A run as it is told when it was done. */
export function searchLine({what, verdict, reason, ms, runs, estimate}: SearchEvent): string {
  const left = estimate === 0 ? '' : `; about ${counted(estimate, 'set')} left`
  const why = verdict === 'inconclusive' ? `: ${reason}` : ''
  return harmless(`Run ${runs}, ${what}: ${VERDICT_TEXTS[verdict]} after ${durationText(ms)}${why}${left}`, false)
}

const valueText = (value: unknown) => (value === null ? 'not there' : JSON.stringify(value))

const unitLines = ({key, good, bad, nodes}: ShownUnit) => [
  `${INDENT}${key}  [${nodes.join(', ')}]`,
  `${INDENT}${INDENT}good  ${valueText(good)}`,
  `${INDENT}${INDENT}bad   ${valueText(bad)}`,
]

export const evidenceLines = (evidence: SearchRun | null): readonly string[] =>
  evidence === null || evidence.evidence.length === 0
    ? []
    : ['', 'As seen:', ...evidence.evidence.map(line => INDENT + harmless(line, false))]

/** Sets of which the runs did not tell enough: what was found may be larger than it had to be. */
export function unresolvedLines(tested: readonly TestedSet[]): readonly string[] {
  const unknown = tested.filter(({outcome}) => outcome === 'unresolved')
  return unknown.length === 0
    ? []
    : [`Of ${counted(unknown.length, 'set')} the verdict is not known: ${unknown.map(({what}) => what).join(', ')}.`]
}

function foundLines({by, keys, nodes, releases}: BisectReport): readonly string[] {
  if (releases) return [`The verdict turned between ${releases.before} and ${releases.after}.`]
  if (by === 'nodes')
    return [
      `${counted(nodes.length, 'node')} must have the difference: ${nodes.join(', ')}.`,
      ...keys.flatMap(unitLines),
    ]
  return [
    `${counted(keys.length, 'key')} turned the verdict, and none of them can be left out:`,
    ...keys.flatMap(unitLines),
  ]
}

/** What was found, by what, and in how many runs. */
export function bisectText(report: BisectReport): string {
  const {good, bad, evidence, tested, runs, notes} = report
  return [
    '',
    `${good.what}: ${VERDICT_TEXTS[good.verdict]}; ${bad.what}: ${VERDICT_TEXTS[bad.verdict]}.`,
    ...foundLines(report),
    ...notes.map(note => `(${note})`),
    ...unresolvedLines(tested),
    ...evidenceLines(evidence),
    '',
    `${counted(runs, 'run')} of ${counted(tested.length, 'set')}.`,
  ].join('\n')
}

/** What the case could do without, and where what is left is. */
export function minimizeText(report: MinimizeReport): string {
  const {verdict, file, dropped, kept, evidence, tested, runs} = report
  const list = (parts: readonly string[]) => parts.map(part => INDENT + harmless(part, false))
  return [
    '',
    `${VERDICT_TEXTS[verdict]} without ${counted(dropped.length, 'part')}:`,
    ...list(dropped),
    `It needs ${counted(kept.length, 'part')}:`,
    ...list(kept),
    ...unresolvedLines(tested),
    ...evidenceLines(evidence),
    '',
    `${counted(runs, 'run')} of ${counted(tested.length, 'set')}. Written: ${file}`,
    'Next:',
    `${INDENT}${asTyped(`apim-lab case run ${file}`)}`,
  ].join('\n')
}
