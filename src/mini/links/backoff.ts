/**
 * Milliseconds until the next try: 200 after the first failure, half as much again each time, at most 1000. Not sooner: each try
 * asks the engine for a name, and version 20.10 can lock itself up answering while it takes other containers' networks down.
 */
export const backoff = (failures: number): number => Math.min(1000, Math.round(200 * 1.5 ** Math.max(0, failures - 1)))

/** Resolves after so many milliseconds, or at once when aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
