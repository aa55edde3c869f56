import {basename, dirname, join, resolve} from 'node:path'
import {checkTarget} from '../../../disk/image-archive.js'
import {writeReport} from '../../../disk/report-file.js'
import {LabError} from '../../../errors.js'
import {labBlockOf, labOfCase, releasesOf, snapshotOf} from '../../../model/cases/case.js'
import {parseCase} from '../../../model/cases/parse-case.js'
import {minimalSet, type Outcome} from '../../../model/cases/search/minimal-set.js'
import {partsOf, STAGES, withoutParts, type Part} from '../../../model/cases/search/reductions.js'
import type {Verdict} from '../../../model/cases/verdict.js'
import {counted} from '../../../model/counted.js'
import {labFileOf} from '../../../model/lab-file/lab-file.js'
import {findRelease} from '../../../model/releases/index.js'
import type {LabContext} from '../../context.js'
import {knownComponents} from '../../resolve/load-settings.js'
import {caseContent, type CaseLabOptions, type LoadedCase} from '../case-lab.js'
import {caseSnapshot} from '../case-snapshot.js'
import {prepareCase, removeCase, type PreparedCase} from '../prepare-case.js'
import type {CaseResult} from '../result.js'
import {runCase} from '../run-case.js'
import {contentHash, Search, type SearchOptions, type SearchRun, type TestedSet} from './search.js'

export interface MinimizeOptions extends CaseLabOptions, SearchOptions {
  /** Where the smaller case goes; without it here, or beside the case where it names files. */
  readonly output?: string
  /** A file that is there is replaced. */
  readonly force: boolean
  readonly workingDirectory: string
  readonly reset: boolean
}

/** What a case could do without. */
export interface MinimizeReport {
  readonly case: string
  readonly lab: string
  readonly verdict: Verdict
  readonly file: string
  readonly dropped: readonly string[]
  readonly kept: readonly string[]
  readonly evidence: SearchRun | null
  readonly tested: readonly TestedSet[]
  readonly runs: number
}

/** Codes of what a case itself makes impossible: a part that it can't do without is missing. */
const OF_THE_CASE: readonly string[] = [
  'case-invalid',
  'lab-file-invalid',
  'overlay-invalid',
  'usage-invalid',
  'node-unknown',
  'link-unknown',
]

const isOfTheCase = (error: unknown) => error instanceof LabError && OF_THE_CASE.includes(error.code)

/** One lab at a time, for all cases that ask for the same lab with the same given. */
class Labs {
  #prepared: {readonly key: string; readonly prepared: PreparedCase} | undefined

  constructor(
    readonly options: MinimizeOptions,
    readonly context: LabContext,
  ) {}

  async run(loaded: LoadedCase): Promise<CaseResult> {
    const {lab, files, given} = loaded.case
    const key = contentHash(lab, files, given)
    if (this.#prepared?.key !== key) {
      await this.remove()
      const prepared = await prepareCase(loaded, {...this.options, repeats: true}, this.context)
      this.#prepared = {key, prepared}
    }
    return runCase({...this.#prepared!.prepared, case: loaded.case}, {}, this.context)
  }

  async remove(): Promise<void> {
    const before = this.#prepared
    this.#prepared = undefined
    if (before) await removeCase(before.prepared, this.context)
  }
}

/** The file that is written: what the case names lies beside it. Throws `usage-invalid`, `file-unusable`. */
async function targetOf(
  {case: one, path}: LoadedCase,
  {output, force, workingDirectory}: MinimizeOptions,
): Promise<string> {
  const beside = labFileOf(labBlockOf(one)).files.filter(named => !Object.hasOwn(one.files ?? {}, named.path))
  const isBound = beside.length > 0 || snapshotOf(one) !== undefined
  const usual = join(isBound ? dirname(path) : workingDirectory, `${one.name}.minimal.yaml`)
  const file = output === undefined ? usual : resolve(workingDirectory, output)
  if (isBound && dirname(file) !== dirname(path))
    throw new LabError(
      'usage-invalid',
      `The smaller case must lie in ${dirname(path)}: files that it names are there.`,
      {
        next: [`apim-lab case minimize ${path} -o ${join(dirname(path), basename(file))}`],
      },
    )
  await checkTarget(file, force, `case minimize ${path} -o`)
  return file
}

/** Drops nodes, steps, faults and keys of a case while its verdict stays, and writes what is left. */
export async function minimizeCase(
  loaded: LoadedCase,
  options: MinimizeOptions,
  context: LabContext,
): Promise<MinimizeReport> {
  const {case: one, path, text} = loaded
  const file = await targetOf(loaded, options)
  const snapshot = await caseSnapshot(loaded, context)
  const release = options.release ?? snapshot?.manifest.release ?? releasesOf(one)[0]
  if (release === undefined)
    throw new LabError('usage-invalid', `The case ${one.name} names no release, so its nodes are not known.`, {
      next: [`apim-lab case minimize ${path} --release mini`],
    })
  const all = partsOf(one, findRelease(release, context.releases))
  const known = {components: knownComponents(context.releases)}
  const search = await Search.open(
    contentHash('minimize', text, await caseContent(loaded, context), options.release ?? ''),
    options,
    context,
  )
  const labs = new Labs(options, context)
  try {
    const verdict = await search.end('the case as it is', 'all', () => labs.run(loaded))
    const test = async (kept: ReadonlySet<Part>): Promise<Outcome> => {
      const gone = all.filter(part => !kept.has(part))
      try {
        const smallerText = withoutParts(text, gone)
        const smaller = {case: parseCase(smallerText, basename(path), known), path, text: smallerText}
        const key = contentHash(all.map(part => kept.has(part)))
        const what = `without ${counted(gone.length, 'part')} of ${all.length}`
        return (await search.decide({key, what, wanted: verdict}, () => labs.run(smaller))).outcome
      } catch (error) {
        if (isOfTheCase(error)) return 'stayed'
        throw error
      }
    }
    let kept: ReadonlySet<Part> = new Set(all)
    for (const stage of STAGES) kept = await smallest(stage, kept, test, estimate => (search.estimate = estimate))
    await labs.remove()
    const gone = all.filter(part => !kept.has(part))
    await writeReport(file, withoutParts(text, gone))
    const key = gone.length === 0 ? 'all' : contentHash(all.map(part => kept.has(part)))
    const report: MinimizeReport = {
      case: one.name,
      lab: options.lab ?? labOfCase(one),
      verdict,
      file,
      dropped: gone.map(part => part.text),
      kept: [...kept].map(part => part.text),
      evidence: search.runWith(key, verdict) ?? null,
      tested: search.tested,
      runs: search.runs,
    }
    await search.close()
    return report
  } finally {
    await labs.remove()
  }
}

/** The parts of a stage that are needed, with those of the others as they are. None at all is tried first. */
async function smallest(
  stage: Part['stage'],
  kept: ReadonlySet<Part>,
  test: (kept: ReadonlySet<Part>) => Promise<Outcome>,
  tell: (estimate: number) => void,
): Promise<ReadonlySet<Part>> {
  const own = [...kept].filter(part => part.stage === stage)
  const others = [...kept].filter(part => part.stage !== stage)
  if (own.length === 0) return kept
  if ((await test(new Set(others))) === 'turned') return new Set(others)
  const needed = await minimalSet(
    own,
    set => test(new Set([...others, ...set])),
    ({estimate}) => tell(estimate),
  )
  // Of a single part nobody has asked: it was needed, since without it the verdict was another.
  return new Set([...others, ...needed])
}
