import type {Verdict} from '../../../model/cases/verdict.js'
import type {ShownUnit} from '../../../model/cases/search/config-units.js'
import type {SearchRun, TestedSet} from './search.js'

/** An end of a search, and what the case comes to there. */
export interface SearchEnd {
  readonly what: string
  readonly verdict: Verdict
}

/** What a bisection found. */
export interface BisectReport {
  readonly case: string
  readonly lab: string
  readonly by: 'keys' | 'nodes' | 'releases'
  readonly good: SearchEnd
  readonly bad: SearchEnd
  /** Keys, of which none can be left out. */
  readonly keys: readonly ShownUnit[]
  /** Nodes, of which none can be left out. */
  readonly nodes: readonly string[]
  /** Neighbours between which the verdict turned. */
  readonly releases: {readonly before: string; readonly after: string} | null
  /** The last run of what was found. */
  readonly evidence: SearchRun | null
  readonly tested: readonly TestedSet[]
  readonly runs: number
  readonly notes: readonly string[]
}
