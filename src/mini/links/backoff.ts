/** Milliseconds until the next try: 100 after the first failure, half as much again each time, at most 1000. */
export const backoff = (failures: number): number => Math.min(1000, Math.round(100 * 1.5 ** Math.max(0, failures - 1)))

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
