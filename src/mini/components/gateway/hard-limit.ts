/** Counts calls to a backend: no more than so many in each second pass this gateway (`maxTps` of an API). */
export function hardLimit(callsPerSecond: number): (now: number) => boolean {
  let second = 0
  let count = 0
  return now => {
    const current = Math.floor(now / 1000)
    if (current !== second) {
      second = current
      count = 0
    }
    return ++count <= callsPerSecond
  }
}
