export type Level = 'INFO' | 'WARN' | 'ERROR'
export type Log = (level: Level, source: string, message: string) => void

/** The last second that was written out: many lines fall into one. */
let second = {at: -1, text: ''}

const pad = (value: number, width = 2) => String(value).padStart(width, '0')

const secondOf = (at: Date): string =>
  `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ` +
  `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`

/** A moment in Carbon's log style, local time: `2026-11-21 22:00:00,123`. */
function carbonTime(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000)
  if (seconds !== second.at) second = {at: seconds, text: secondOf(at)}
  return `${second.text},${pad(at.getMilliseconds(), 3)}`
}

/** One event as one line in Carbon's style. */
export const carbonLine = (level: Level, source: string, message: string, at = new Date()): string =>
  `[${carbonTime(at)}] ${level.padStart(5)} - ${source} ${/[\r\n]/.test(message) ? message.replace(/[\r\n]+/g, ' ') : message}\n`

/** A log that writes Carbon's lines through `write`. */
export const carbonLog =
  (write: (line: string) => void): Log =>
  (level, source, message) =>
    write(carbonLine(level, source, message))

/** How long a line may wait for others, and characters that are not held back any longer. */
const GATHER_MS = 10
const ENOUGH = 16 * 1024

interface Gathered {
  readonly write: (line: string) => void
  /** Writes what waits: before the process ends. */
  readonly flush: () => void
}

/** Writes lines together: a gateway logs a line for each call, and each write is a system call. */
export function gathered(write: (text: string) => void): Gathered {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
    waiting = ''
    if (text !== '') write(text)
  }
  return {
    write: line => {
      waiting += line
      if (waiting.length > ENOUGH) flush()
      else timer ??= setTimeout(flush, GATHER_MS)
    },
    flush,
  }
}
