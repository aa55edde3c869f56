import type {KeptLink} from '../../links/keep-link.js'

/** Work at the far end of a link that has to be done again until it succeeds: one run at a time. */
export interface Runner {
  /** Resolves when a run that began after this call has ended, well or not. Never rejects. */
  run(correlationId?: string): Promise<void>
  close(): void
}

/** Milliseconds from a connection, or a failure, to the next run: the far end may need a moment more. */
const WAIT = 500

/**
 * Runs `work` at once when asked, after each connection of the link, as long as it fails, and every `lookEvery` ms, if given. `failed`
 * hears of the first failure of a row.
 */
export function makeRunner(
  link: Pick<KeptLink, 'status' | 'onConnection'>,
  work: (correlationId?: string) => Promise<void>,
  failed: (error: unknown) => void,
  lookEvery = Infinity,
): Runner {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let failing = false
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const runIn = (ms: number) => {
    clearTimeout(timer)
    if (closed || ms === Infinity) return
    timer = setTimeout(() => void run(), ms).unref()
  }

  const once = async (correlationId?: string): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    // Nobody has to wait for one that is known to be away: it is tried when it is back.
    if (link.status().state !== 'connected') return
    try {
      await work(correlationId)
      failing = false
    } catch (error) {
      if (!failing && !closed) failed(error)
      failing = true
    }
    // A connection made meanwhile has set it: this run may have been too early for it.
    if (!timer) runIn(failing ? WAIT : lookEvery)
  }
  const run = (correlationId?: string): Promise<void> => {
    if (closed) return Promise.resolve()
    if (running) {
      // Whatever was asked during a run is done by one more.
      next ??= running.then(() => {
        next = undefined
        return run(correlationId)
      })
      return next
    }
    running = once(correlationId).finally(() => (running = undefined))
    return running
  }
  link.onConnection(() => runIn(WAIT))
  return {
    run,
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
