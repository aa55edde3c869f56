import {LabError} from '../../errors.js'
import {nanosOf} from '../../model/instant.js'

const UNITS: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400}
const DURATION = /^(?:\d+[smhd])+$/
const DAY = /^\d{4}-\d\d-\d\d$/

/**
 * Nanoseconds since 1970 that `--since` means: so long ago (`90s`, `1h30m`), a mark, or another date and time, local unless it has a zone.
 * Throws `usage-invalid`, whose next commands begin with `command`.
 */
export function parseSince(text: string, now: Date, command = 'apim-lab logs'): bigint {
  if (DURATION.test(text)) {
    const parts = [...text.matchAll(/(\d+)([smhd])/g)]
    const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0)
    return BigInt(Math.max(0, now.getTime() - seconds * 1000)) * 1_000_000n
  }
  const time = nanosOf(DAY.test(text) ? `${text}T00:00` : text)
  if (time !== undefined) return time
  throw new LabError(
    'usage-invalid',
    `--since ${JSON.stringify(text.slice(0, 80))} is not a mark, a duration or a time.`,
    {
      next: [
        `${command} --since "$M" (after M=$(apim-lab mark))`,
        `${command} --since 10m`,
        `${command} --since 2026-03-14T15:00:00Z`,
      ],
    },
  )
}
