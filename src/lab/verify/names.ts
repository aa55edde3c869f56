import {randomInt} from 'node:crypto'

const MINUTE_MS = 60_000
const TIME_DIGITS = 5
const RANDOM_DIGITS = 4
const DIGITS = 36

/** How things begin that a walk removes in the end; those that are kept begin otherwise, and are never taken for left over. */
const PASSING = 'Verify'
const KEPT = 'Kept'
const MARKED = new RegExp(`${PASSING}([0-9a-z]{${TIME_DIGITS}})[0-9a-z]{${RANDOM_DIGITS}}`, 'i')

/** What a walk calls the things that it makes: nothing else in the lab has these names. */
export interface Names {
  /** Part of all others: letters and digits. */
  readonly mark: string
  readonly context: string
  readonly version: string
  readonly scope: string
}

export function walkNames({kept, now}: {readonly kept: boolean; readonly now: number}): Names {
  const time = Math.floor(now / MINUTE_MS)
    .toString(DIGITS)
    .padStart(TIME_DIGITS, '0')
  const random = randomInt(DIGITS ** RANDOM_DIGITS)
    .toString(DIGITS)
    .padStart(RANDOM_DIGITS, '0')
  const mark = `${kept ? KEPT : PASSING}${time}${random}`
  const lower = mark.toLowerCase()
  return {mark, context: `/${lower}`, version: '1.0.0', scope: lower}
}

/** Older than any walk that is still at work. */
const LEFT_OVER_MS = 30 * MINUTE_MS

/** Whether a name is that of something that a walk of long ago should have removed. */
export function isLeftOver(name: string, now: number): boolean {
  const time = MARKED.exec(name)?.[1]
  return time !== undefined && now - Number.parseInt(time, DIGITS) * MINUTE_MS > LEFT_OVER_MS
}
