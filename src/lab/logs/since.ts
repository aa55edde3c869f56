import {LabError} from '../../errors.js'

const UNITS: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400}
const DURATION = /^(?:\d+[smhd])+$/
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** Seconds since 1970 that `--since` means: so long ago (`90s`, `1h30m`), or a date and time, local unless it has a zone. */
export function parseSince(text: string, now: Date): number {
  if (DURATION.test(text)) {
    const parts = [...text.matchAll(/(\d+)([smhd])/g)]
    const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0)
    return Math.max(0, now.getTime() / 1000 - seconds)
  }
  // A date alone would be taken as UTC, unlike one with a time.
  const time = DATE.test(text) ? Date.parse(text.length === 10 ? `${text}T00:00` : text) : NaN
  if (!Number.isNaN(time)) return time / 1000
  throw new LabError('usage-invalid', `--since ${JSON.stringify(text.slice(0, 80))} is no duration and no time.`, {
    next: ['apim-lab logs --since 10m', 'apim-lab logs --since 2026-03-14T15:00:00Z'],
  })
}
