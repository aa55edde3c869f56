/**
 * Milliseconds until the next try: 200 after the first failure, half as much again each time, at most 1000. Not sooner: each try
 * asks the engine for a name, and version 20.10 can lock itself up answering while it takes other containers' networks down.
 */
export const backoff = (failures: number): number => Math.min(1000, Math.round(200 * 1.5 ** Math.max(0, failures - 1)))

/** Resolves after so many milliseconds, or at once when one of the signals is aborted. */
export const pause = (ms: number, ...signals: readonly AbortSignal[]): Promise<void> =>
  new Promise(resolve => {
    if (signals.some(it => it.aborted)) return resolve()
    const done = () => {
      clearTimeout(timer)
      for (const it of signals) it.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    for (const it of signals) it.addEventListener('abort', done)
  })

/** Tries `work` until it says that it is done or the returned function is called; `failed` hears of each failure, with its number. */
export function untilDone(
  work: () => Promise<boolean>,
  failed: (error: unknown, failures: number) => void,
): () => void {
  const stop = new AbortController()
  const run = async () => {
    for (let failures = 1; !stop.signal.aborted; failures++) {
      try {
        if (await work()) return
      } catch (error) {
        if (!stop.signal.aborted) failed(error, failures)
      }
      await pause(backoff(failures), stop.signal)
    }
  }
  void run()
  return () => stop.abort()
}

/**
 * Does `work` every so many milliseconds until the returned function is called; then nobody hears of a failure any more. Of failures in a
 * row only the first is told: a database may be away for hours.
 */
export function every(ms: number, work: () => Promise<unknown>, failed: (error: unknown) => void): () => void {
  let stopped = false
  let failing = false
  const timer = setInterval(() => {
    work().then(
      () => (failing = false),
      (error: unknown) => {
        if (!stopped && !failing) failed(error)
        failing = true
      },
    )
  }, ms).unref()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}
