/** A share of runs, and between which bounds it really is. */
export interface Rate {
  readonly hits: number
  readonly runs: number
  readonly rate: number
  readonly low: number
  readonly high: number
}

/** The quantile of the normal distribution for 95 %. */
const Z95 = 1.959964

/** The share of hits with Wilson's 95 % interval, which is right for few runs and for all or none too; without a run it is anything. */
export function rateOf(hits: number, runs: number): Rate {
  if (runs === 0) return {hits, runs, rate: 0, low: 0, high: 1}
  const rate = hits / runs
  const spread = Z95 ** 2 / runs
  const middle = rate + spread / 2
  const half = Z95 * Math.sqrt((rate * (1 - rate)) / runs + spread / (4 * runs))
  const bound = (value: number) => Math.min(1, Math.max(0, value / (1 + spread)))
  // Rounding must not leave none or all out.
  return {
    hits,
    runs,
    rate,
    low: hits === 0 ? 0 : bound(middle - half),
    high: hits === runs ? 1 : bound(middle + half),
  }
}

const percent = (share: number) => `${Math.round(share * 100)} %`

/** `18 of 20, 90 % (95 % interval: 70 % to 97 %)`. */
export const rateText = ({hits, runs, rate, low, high}: Rate): string =>
  `${hits} of ${runs}, ${percent(rate)} (95 % interval: ${percent(low)} to ${percent(high)})`
