import {setTimeout as delay} from 'node:timers/promises'
import {LabError} from '../../errors.js'

/** Tells when it is time to look again. */
export interface Wakes {
  /**
   * Resolves a moment after the next change, or one since the last time; at the latest after so many ms. Throws `engine-failed` where changes
   * have come to an end, and on abort.
   */
  next(mostMs: number): Promise<void>
}

/** What comes together is waited for, but not longer than so many times. */
const MOST_WAITS = 10

/** Time to look is when something changed, and then nothing for `quietMs`. */
export function wakesOf(changes: AsyncIterable<unknown>, quietMs: number, signal: AbortSignal): Wakes {
  let told = 0
  let known = 0
  let failure: unknown
  let wake = () => undefined as void
  const listen = async () => {
    const iterator = changes[Symbol.asyncIterator]()
    while (!(await iterator.next()).done) {
      told++
      wake()
    }
    throw new LabError('engine-failed', 'The engine ended its stream of events.', {next: ['apim-lab status --watch']})
  }
  listen().catch((error: unknown) => {
    failure = error
    wake()
  })

  const nextChange = async (mostMs: number) => {
    const over = new AbortController()
    const changed = new Promise<void>(resolve => {
      wake = resolve
    })
    const late = delay(mostMs, undefined, {signal: AbortSignal.any([signal, over.signal])})
    late.catch(() => undefined)
    try {
      await Promise.race([changed, late])
    } finally {
      over.abort()
    }
  }

  return {
    async next(mostMs) {
      if (told === known && failure === undefined) await nextChange(mostMs)
      for (let waits = 0; waits < MOST_WAITS; waits++) {
        signal.throwIfAborted()
        if (failure !== undefined) throw failure
        known = told
        await delay(quietMs, undefined, {signal})
        if (told === known) return
      }
      known = told
    },
  }
}
