import {createHash} from 'node:crypto'
import * as z from 'zod'
import type {Journal} from '../../../disk/journal.js'
import {LabError} from '../../../errors.js'
import {textOf} from '../../../model/changed-paths.js'
import {decide, type Decision, type Patience} from '../../../model/cases/search/decide.js'
import type {Outcome} from '../../../model/cases/search/minimal-set.js'
import type {Verdict} from '../../../model/cases/verdict.js'
import {fromJson} from '../../../model/from-json.js'
import type {LabContext} from '../../context.js'
import type {CaseResult} from '../result.js'

const RUN = z.object({
  verdict: z.enum(['reproduced', 'not-reproduced', 'inconclusive']),
  reason: z.string(),
  seed: z.number(),
  ms: z.number(),
  evidence: z.array(z.string()),
})

/** A run of a case, as a search remembers it. */
export type SearchRun = z.infer<typeof RUN>

const JOURNAL = z.object({format: z.literal(1), runs: z.record(z.string(), z.array(RUN))})

/** Lines of evidence that are kept of a run. */
const MOST_EVIDENCE = 20

/** What a search tells as it happens. */
export interface SearchEvent {
  /** What was run, in words: `3 of 12 keys`. */
  readonly what: string
  readonly verdict: Verdict
  readonly reason: string
  readonly ms: number
  /** Runs so far, those of before it was stopped too. */
  readonly runs: number
  /** About so many sets are left after this one. */
  readonly estimate: number
}

export interface SearchOptions {
  /** Runs that have to agree. */
  readonly times: number
  /** Runs of one set that are enough, whatever they say. */
  readonly most: number
  readonly onRun?: (event: SearchEvent) => void
}

/** A set that was tested, and what came of it. */
export interface TestedSet {
  readonly what: string
  readonly outcome: Outcome
  readonly hits: number
  readonly runs: number
}

/** Content that a search is about: the same content goes on where it was stopped. */
export const contentHash = (...content: readonly unknown[]): string =>
  createHash('sha256').update(textOf(content)).digest('hex').slice(0, 24)

/** What was seen of a run's signs, without secrets: reports of steps have none. */
const evidenceOf = ({steps}: CaseResult): readonly string[] =>
  steps
    .filter(({phase, ok}) => !ok || phase === 'symptom' || phase === 'absence')
    .flatMap(({phase, text, seen, evidence}) => [`${phase}: ${text}: ${seen}`, ...evidence.map(line => `  ${line}`)])
    .slice(0, MOST_EVIDENCE)

/** Runs of a case on sets of something, each written down when it is done. */
export class Search {
  #runs: Record<string, SearchRun[]> = {}
  #flaky = false
  readonly #tested = new Map<string, TestedSet>()
  /** About so many sets are left, with the one that is being run. */
  estimate = 0

  private constructor(
    readonly journal: Journal,
    readonly options: SearchOptions,
  ) {}

  /** Goes on with what the journal has. */
  static async open(
    hash: string,
    options: SearchOptions & {readonly reset: boolean},
    {data}: Pick<LabContext, 'data'>,
  ): Promise<Search> {
    const search = new Search(data.search(hash), options)
    if (options.reset) await search.journal.close()
    const text = await search.journal.read()
    const known = text === undefined ? undefined : fromJson(JOURNAL, text)
    if (known) search.#runs = known.runs
    return search
  }

  /** In the order in which they were. */
  get tested(): readonly TestedSet[] {
    return [...this.#tested.values()]
  }

  /** All runs, those of before too. */
  get runs(): number {
    return Object.values(this.#runs).reduce((sum, runs) => sum + runs.length, 0)
  }

  /** Of a set that was tested, the last run with that verdict. */
  runWith(key: string, verdict: Verdict): SearchRun | undefined {
    return this.#runs[key]?.findLast(run => run.verdict === verdict)
  }

  /** Runs a set until its verdict is known. `key` is its content. */
  async decide(
    {key, what, wanted}: {readonly key: string; readonly what: string; readonly wanted: Verdict},
    run: () => Promise<CaseResult>,
    least = this.options.times,
  ): Promise<Decision> {
    const {most, onRun} = this.options
    const patience = (): Patience => ({least, most: Math.max(most, least), flaky: this.#flaky})
    for (;;) {
      const runs = this.#runs[key] ?? []
      const decision = decide(
        runs.map(({verdict}) => verdict),
        wanted,
        patience(),
      )
      if (decision) {
        const {outcome, rate} = decision
        this.#tested.set(key, {what, outcome, hits: rate.hits, runs: runs.length})
        return decision
      }
      const result = await run()
      const {verdict, reason, seed, ms} = result
      this.#runs = {...this.#runs, [key]: [...runs, {verdict, reason, seed, ms, evidence: [...evidenceOf(result)]}]}
      await this.journal.write(`${JSON.stringify({format: 1, runs: this.#runs})}\n`)
      onRun?.({what, verdict, reason, ms, runs: this.runs, estimate: Math.max(0, this.estimate - 1)})
    }
  }

  /**
   * The verdict of an end of the search, by two runs at least: where they do not agree, no few runs of any set are believed. Throws
   * `verdict-unknown`.
   */
  async end(what: string, key: string, run: () => Promise<CaseResult>): Promise<Verdict> {
    const least = Math.max(2, this.options.times)
    const {outcome, rate, inconclusive} = await this.decide({key, what, wanted: 'reproduced'}, run, least)
    if (rate.hits > 0 && rate.hits < rate.runs) this.#flaky = true
    if (outcome !== 'unresolved') return outcome === 'turned' ? 'reproduced' : 'not-reproduced'
    const [last] = (this.#runs[key] ?? []).toReversed()
    throw new LabError(
      'verdict-unknown',
      `Nothing can be found: ${what} comes to no verdict (${rate.hits} of ${rate.runs} runs reproduced it, ${inconclusive} were inconclusive).`,
      {
        evidence: last ? [last.reason, ...last.evidence] : [],
        next: ['apim-lab case run FILE --keep (leaves the lab, to look at it)'],
      },
    )
  }

  /** It is over: nothing is left to go on with. */
  close(): Promise<void> {
    return this.journal.close()
  }
}

/** Throws `verdict-same` for ends that are alike. */
export function checkDiffer(
  good: {readonly what: string; readonly verdict: Verdict},
  bad: {readonly what: string; readonly verdict: Verdict},
): void {
  if (good.verdict !== bad.verdict) return
  throw new LabError(
    'verdict-same',
    `Nothing turns the verdict: with ${good.what} as with ${bad.what} the case comes to ${good.verdict}.`,
    {next: ['apim-lab diff A B (shows what differs)']},
  )
}
