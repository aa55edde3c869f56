import type {Verdict} from '../verdict.js'
import {rateOf, type Rate} from '../wilson.js'
import type {Outcome} from './minimal-set.js'

/** How often a set is run before its verdict is believed. */
export interface Patience {
  /** Runs that agree, where all agree. */
  readonly least: number
  /** Runs that are enough, whatever they say. */
  readonly most: number
  /** The case is known to come out differently from run to run: no agreement of a few runs is believed. */
  readonly flaky: boolean
}

export interface Decision {
  /** `unresolved`: the runs don't tell. */
  readonly outcome: Outcome
  /** Of the runs with a verdict, how many had the one that is looked for. */
  readonly rate: Rate
  readonly inconclusive: number
}

/** Whether the runs so far tell what a set does; undefined: it takes another run. */
export function decide(
  runs: readonly Verdict[],
  wanted: Verdict,
  {least, most, flaky}: Patience,
): Decision | undefined {
  const known = runs.filter(verdict => verdict !== 'inconclusive')
  const hits = known.filter(verdict => verdict === wanted).length
  const rate = rateOf(hits, known.length)
  const inconclusive = runs.length - known.length
  const ends = (outcome: Outcome): Decision => ({outcome, rate, inconclusive})
  const agree = hits === 0 || hits === known.length
  if (known.length === 0) return inconclusive >= least ? ends('unresolved') : undefined
  if (agree && !flaky && known.length >= least) return ends(hits > 0 ? 'turned' : 'stayed')
  // Some agree and some don't: which are more has to be beyond chance.
  if (rate.low > 0.5) return ends('turned')
  if (rate.high < 0.5) return ends('stayed')
  return runs.length >= most ? ends('unresolved') : undefined
}
