export type Level = 'INFO' | 'WARN' | 'ERROR'
export type Log = (level: Level, source: string, message: string) => void

const pad = (value: number, width = 2) => String(value).padStart(width, '0')

/** A moment in Carbon's log style, local time: `2026-11-21 22:00:00,123`. */
export const carbonTime = (at: Date): string =>
  `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ` +
  `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())},${pad(at.getMilliseconds(), 3)}`

/** One event as one line in Carbon's style. */
export const carbonLine = (level: Level, source: string, message: string, at = new Date()): string =>
  `[${carbonTime(at)}] ${level.padStart(5)} - ${source} ${message.replace(/[\r\n]+/g, ' ')}\n`

/** A log that writes Carbon's lines through `write`. */
export const carbonLog =
  (write: (line: string) => void): Log =>
  (level, source, message) =>
    write(carbonLine(level, source, message))
