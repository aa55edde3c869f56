import type {KeptLink} from '../../links/keep-link.js'

/** Work at the far end of a link that has to be done again until it succeeds: one run at a time. */
export interface Runner {
  /** Resolves when a run that began after this call has ended, well or not. Never rejects. */
  run(correlationId?: string): Promise<void>
  close(): void
}

/** Milliseconds between two looks at the link: costs nothing, it asks nobody. */
const TICK = 500

/**
 * Runs `work` at once, when asked, whenever the link comes up, as long as it fails, and every `lookEvery` ms, if given. `failed` hears of
 * the first failure of a row.
 */
export const makeRunner = (
  link: KeptLink,
  work: (correlationId?: string) => Promise<void>,
  failed: (error: unknown) => void,
  lookEvery = Infinity,
): Runner => {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let wasUp: Date | undefined
  let failing = false
  let endedAt = Date.now()
  let closed = false

  const once = async (correlationId?: string): Promise<void> => {
    // Nobody has to wait for one that is known to be away: it is tried when it is back.
    if (link.status().state !== 'connected') {
      failing = true
      return
    }
    try {
      await work(correlationId)
      failing = false
    } catch (error) {
      if (!failing && !closed) failed(error)
      failing = true
    }
    endedAt = Date.now()
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
  const timer = setInterval(() => {
    const {state, since} = link.status()
    if (state !== 'connected') return
    const cameUp = since !== wasUp
    wasUp = since
    if (cameUp || failing || Date.now() - endedAt >= lookEvery) void run()
  }, TICK)
  timer.unref()
  return {
    run,
    close: () => {
      closed = true
      clearInterval(timer)
    },
  }
}
