import type {Expected, Phase} from '../../model/cases/case.js'
import type {Rate} from '../../model/cases/wilson.js'
import type {Verdict} from '../../model/cases/verdict.js'

/** A step that was done: what others may rely on in `case run --json`. */
export interface StepReport {
  readonly phase: Phase
  /** Its place in the phase, from 0. */
  readonly index: number
  readonly kind: string
  /** As the case names it; else what it does. */
  readonly text: string
  /** It could be done and came to what was expected. */
  readonly ok: boolean
  /** Something answered, as expected or not. */
  readonly answered: boolean
  /** RFC 3339, UTC. */
  readonly at: string
  readonly ms: number
  /** What was seen, in a line, without secrets. */
  readonly seen: string
  /** What was expected and did not come. */
  readonly missing: readonly string[]
  /** Requests and answers, rows, lines of logs. */
  readonly evidence: readonly string[]
}

/** One run of a case. */
export interface CaseResult {
  readonly verdict: Verdict
  readonly reason: string
  readonly seed: number
  readonly ms: number
  /** Those of `given` too, where they decide. */
  readonly steps: readonly StepReport[]
}

/** A case that was run on several releases. */
export interface ReleasesReport {
  readonly case: string
  readonly title?: string
  /** The verdict on each is what the case expects there. */
  readonly asExpected: boolean
  /** In the order in which they were run. */
  readonly releases: readonly CaseReport[]
}

/** A case that was run on a release, once or more. */
export interface CaseReport {
  readonly case: string
  readonly title?: string
  readonly lab: string
  readonly release: string
  readonly expected: Expected
  readonly verdict: Verdict
  readonly reason: string
  readonly runs: readonly CaseResult[]
  /** Of the runs with a verdict, how many reproduced it. */
  readonly rate: Rate
  /** The lab was left as the last run has left it. */
  readonly kept: boolean
}
