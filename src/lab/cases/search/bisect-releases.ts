import {LabError} from '../../../errors.js'
import {labOfCase} from '../../../model/cases/case.js'
import {turningPoint} from '../../../model/cases/search/minimal-set.js'
import {findRelease} from '../../../model/releases/index.js'
import type {LabContext} from '../../context.js'
import {caseContent, type CaseLabOptions, type LoadedCase} from '../case-lab.js'
import {checkCase} from '../check-case.js'
import {prepareCase, removeCase} from '../prepare-case.js'
import type {CaseResult} from '../result.js'
import {runCase} from '../run-case.js'
import type {BisectReport} from './result.js'
import {checkDiffer, contentHash, Search, type SearchOptions} from './search.js'

export interface BisectReleasesOptions extends Omit<CaseLabOptions, 'release'>, SearchOptions {
  /** In the order in which the verdict may have turned; two at least. */
  readonly releases: readonly [string, string, ...string[]]
  readonly reset: boolean
}

/** Runs on the lab of one release, which is brought up at the first and is there until the work is over. */
async function withRelease<T>(
  loaded: LoadedCase,
  options: BisectReleasesOptions & {readonly release: string},
  context: LabContext,
  work: (run: () => Promise<CaseResult>) => Promise<T>,
): Promise<T> {
  let prepared: Awaited<ReturnType<typeof prepareCase>> | undefined
  try {
    return await work(async () => {
      prepared ??= await prepareCase(loaded, {...options, repeats: true}, context)
      return runCase(prepared, {}, context)
    })
  } finally {
    if (prepared) await removeCase(prepared, context)
  }
}

function checkDistinct(releases: readonly string[]): void {
  const twice = releases.find((name, i) => releases.indexOf(name) !== i)
  if (twice === undefined) return
  throw new LabError('usage-invalid', `--release names ${twice} twice.`, {next: ['apim-lab releases']})
}

/** Between which releases the verdict of a case turned. */
export async function bisectReleases(
  loaded: LoadedCase,
  options: BisectReleasesOptions,
  context: LabContext,
): Promise<BisectReport> {
  const {case: one} = loaded
  const releases = options.releases.map(name => findRelease(name, context.releases).name)
  const [first = '', last = ''] = [releases[0], releases.at(-1)]
  checkDistinct(releases)
  // What is wrong on the last of them is told before the first one has run.
  for (const release of releases) await checkCase(loaded, {...options, release}, context)
  const search = await Search.open(contentHash('releases', one, await caseContent(loaded, context)), options, context)
  const endOf = async (release: string) => ({
    what: release,
    verdict: await withRelease(loaded, {...options, release}, context, run => search.end(release, release, run)),
  })
  const good = await endOf(first)
  const bad = await endOf(last)
  checkDiffer(good, bad)
  const wanted = bad.verdict
  const [before, after] = await turningPoint(
    releases,
    release =>
      withRelease(loaded, {...options, release}, context, async run => {
        const decision = await search.decide({key: release, what: `release ${release}`, wanted}, run)
        return decision.outcome
      }),
    ({estimate}) => (search.estimate = estimate),
  )
  const report: BisectReport = {
    case: one.name,
    lab: options.lab ?? labOfCase(one),
    by: 'releases',
    good,
    bad,
    keys: [],
    nodes: [],
    releases: {before, after},
    evidence: search.runWith(after, wanted) ?? null,
    tested: search.tested,
    runs: search.runs,
    notes: [],
  }
  await search.close()
  return report
}
