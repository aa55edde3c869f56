import type {Log} from './log.js'

/** Counts what had to be given up. */
export interface Tally {
  /** One more, or so many. */
  add(count?: number): void
  /** Since the start. */
  total(): number
}

/** How long there is no loss before it is over: a state that flaps must not flood the log. */
const QUIET_MS = 10_000

/** Makes a count that tells the log when losses begin, and how many there were when they have ended. */
export function makeTally(
  log: Log,
  source: string,
  says: {readonly begun: string; readonly ended: (count: number) => string},
  quiet = QUIET_MS,
): Tally {
  let total = 0
  let before = 0
  let timer: NodeJS.Timeout | undefined
  const over = () => {
    timer = undefined
    log('WARN', source, says.ended(total - before))
    before = total
  }
  return {
    add: (count = 1) => {
      if (count === 0) return
      total += count
      if (timer) return void timer.refresh()
      log('WARN', source, says.begun)
      timer = setTimeout(over, quiet).unref()
    },
    total: () => total,
  }
}
