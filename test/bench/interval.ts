/** A compose file whose health checks run as often as that. Throws where none says how often. */
export function withInterval(composeFile: string, seconds: number): string {
  const interval = /^( +(?:start_)?interval: )\d+s$/gm
  if (!interval.test(composeFile)) throw new Error('no health check has an interval')
  return composeFile.replace(interval, `$1${seconds}s`)
}
