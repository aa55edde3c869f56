const UNITS_MS: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000}

/** Milliseconds that a text means: `300ms`, `30s`, `1m30s`, `2h`. Undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)]
  const isWhole = parts.length > 0 && parts.reduce((length, [part]) => length + part.length, 0) === text.trim().length
  if (!isWhole) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit!]!, 0)
}

const TENTH = 10

/** Milliseconds as people write them: `300 ms`, `1.5 s`, `2 min`. */
export function durationText(ms: number): string {
  if (ms < UNITS_MS['s']!) return `${Math.round(ms)} ms`
  const seconds = Math.round((ms / UNITS_MS['s']!) * TENTH) / TENTH
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
