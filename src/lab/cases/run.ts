import {checkReplaceable} from '../../disk/replaceable.js'
import {LabError} from '../../errors.js'
import {expectedOf, labOfCase, releasesOf} from '../../model/cases/case.js'
import {allAsExpected, overall, type Verdict} from '../../model/cases/verdict.js'
import {rateOf} from '../../model/cases/wilson.js'
import type {LabContext} from '../context.js'
import type {CaseLabOptions, LoadedCase} from './case-lab.js'
import {checkCase} from './check-case.js'
import {prepareCase, removeBeginning, removeCase, type PreparedCase} from './prepare-case.js'
import type {CaseReport, CaseResult, ReleasesReport, StepReport} from './result.js'
import {runCase} from './run-case.js'

export interface RunOptions extends CaseLabOptions {
  /** So many runs, each from the same state. */
  readonly times: number
  /** No further run once this is the verdict of one. */
  readonly until?: Verdict
  readonly seed?: number
  /** The lab is left as the last run has left it. */
  readonly keep: boolean
  /** Where a report will be written: checked before anything else. */
  readonly report?: string
  readonly onStep?: (step: StepReport) => void
  readonly onRun?: (result: CaseResult, index: number) => void
  /** Told of each release of several. */
  readonly onRelease?: (report: CaseReport) => void
}

async function runs(prepared: PreparedCase, options: RunOptions, context: LabContext): Promise<readonly CaseResult[]> {
  const {times, until, seed, onStep, onRun} = options
  const results: CaseResult[] = []
  for (let i = 0; i < times; i++) {
    // A seed that was given is that of the first run: used in all of them, each would be the same.
    const own = seed ?? prepared.case.seed
    const result = await runCase(
      prepared,
      {...(own !== undefined && {seed: own + i}), ...(onStep && {onStep})},
      context,
    )
    results.push(result)
    onRun?.(result, i)
    if (result.verdict === until || prepared.failure !== undefined) break
  }
  return results
}

/** Releases that a case is run on, one after the other; one or none: it is run once. */
export const severalReleases = ({case: one}: LoadedCase, {release}: Pick<RunOptions, 'release'>): boolean =>
  release === undefined && releasesOf(one).length > 1

/** What can't be run on one release says nothing of it, and the others are run all the same. */
function notRun(
  {case: one}: LoadedCase,
  {lab = labOfCase(one), release}: CaseLabOptions & {readonly release: string},
  error: unknown,
  {signal}: LabContext,
): CaseReport {
  if (!(error instanceof LabError) || signal.aborted) throw error
  return {
    case: one.name,
    ...(one.title !== undefined && {title: one.title}),
    lab,
    release,
    expected: expectedOf(one, release),
    verdict: 'inconclusive',
    reason: `it could not be run: ${error.message}`,
    runs: [],
    rate: rateOf(0, 0),
    kept: false,
  }
}

/** Runs a case on each of the releases that it names, one lab at a time. Throws `usage-invalid` where the lab is to be kept: of which release? */
export async function runOnReleases(
  loaded: LoadedCase,
  options: RunOptions,
  context: LabContext,
): Promise<ReleasesReport> {
  const {case: one, path} = loaded
  const names = releasesOf(one)
  if (options.keep)
    throw new LabError('usage-invalid', `The case ${one.name} is run on ${names.join(', ')}: one lab can be kept.`, {
      next: names.map(name => `apim-lab case run ${path} --release ${name} --keep`),
    })
  await checkCase(loaded, options, context)
  const releases: CaseReport[] = []
  for (const release of names) {
    const report = await runLoaded(loaded, {...options, release}, context).catch((error: unknown) =>
      notRun(loaded, {...options, release}, error, context),
    )
    releases.push(report)
    options.onRelease?.(report)
  }
  const asExpected = allAsExpected(releases)
  return {case: one.name, ...(one.title !== undefined && {title: one.title}), asExpected, releases}
}

/** Runs a case on a lab of its own, once or several times, and takes that lab down. */
export async function runLoaded(loaded: LoadedCase, options: RunOptions, context: LabContext): Promise<CaseReport> {
  const {case: one} = loaded
  const {times, keep, report} = options
  if (report !== undefined) await checkReplaceable(report)
  const prepared = await prepareCase(loaded, {...options, repeats: times > 1}, context)
  try {
    const results = await runs(prepared, options, context)
    const verdicts = results.map(({verdict}) => verdict)
    const verdict = overall(verdicts)
    const conclusive = verdicts.filter(it => it !== 'inconclusive')
    const deciding = results.findLast(result => result.verdict === verdict) ?? results.at(-1)!
    return {
      case: one.name,
      ...(one.title !== undefined && {title: one.title}),
      lab: prepared.lab,
      release: prepared.release,
      expected: expectedOf(one, prepared.release),
      verdict,
      reason: deciding.reason,
      runs: results,
      rate: rateOf(conclusive.filter(it => it === 'reproduced').length, conclusive.length),
      kept: keep,
    }
  } finally {
    await (keep ? removeBeginning : removeCase)(prepared, context)
  }
}
