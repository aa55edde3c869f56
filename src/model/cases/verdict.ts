import type {Expected} from './case.js'

/** What a run of a case comes to. */
export type Verdict = 'reproduced' | 'not-reproduced' | 'inconclusive'

/** As it is printed. */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  reproduced: 'REPRODUCED',
  'not-reproduced': 'NOT REPRODUCED',
  inconclusive: 'INCONCLUSIVE',
}

/** What was seen of a case whose `given` and `when` could be done. */
export interface Seen {
  readonly symptom: boolean
  /** Undefined: the case names no sign of it. */
  readonly absence: boolean | undefined
  /** Each step of the symptom got an answer, and the lab is still as healthy as `when` left it. */
  readonly healthy: boolean
}

/** A verdict, and why. */
export interface Judgement {
  readonly verdict: Verdict
  readonly reason: string
}

/** A symptom counts only when it was seen, its absence only with a sign of it, or of health; all else says nothing. */
export function judge({symptom, absence, healthy}: Seen): Judgement {
  if (symptom) return {verdict: 'reproduced', reason: 'the symptom was seen'}
  if (absence === true) return {verdict: 'not-reproduced', reason: 'the symptom was not seen, its absence was'}
  if (absence === false)
    return {verdict: 'inconclusive', reason: 'neither the symptom was seen nor what shows its absence'}
  return healthy
    ? {verdict: 'not-reproduced', reason: 'the symptom was not seen in a lab that answers'}
    : {verdict: 'inconclusive', reason: 'the symptom was not seen, but the lab did not answer as a healthy one'}
}

/** The verdict of several runs: once seen is seen; not seen is known only where each run says so. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('reproduced')) return 'reproduced'
  return verdicts.length > 0 && verdicts.every(verdict => verdict === 'not-reproduced')
    ? 'not-reproduced'
    : 'inconclusive'
}

/** Whether all verdicts are those that were expected. */
export interface Judged {
  readonly verdict: Verdict
  readonly expected: Expected
}

export const allAsExpected = (all: readonly Judged[]): boolean =>
  all.every(({verdict, expected}) => verdict === expected)

/** Exit status of several: 0 where all are as expected, 1 where one has another verdict, else 3. */
export function statusOfAll(all: readonly Judged[]): number {
  const statuses = all.map(({verdict, expected}) => statusOf(verdict, expected))
  return statuses.includes(1) ? 1 : Math.max(0, ...statuses)
}

/** Exit status: 0 as the case expects, 1 not so, 3 where nothing is known. */
export function statusOf(verdict: Verdict, expected: Expected): number {
  if (verdict === 'inconclusive') return 3
  return verdict === expected ? 0 : 1
}
