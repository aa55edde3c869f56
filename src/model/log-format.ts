/** How bad a line of a log is. */
export type LogLevel = 'warn' | 'error'

/** How a server's log tells which of its lines are bad. */
export interface LogFormat {
  /** Matches a line that begins an entry; its groups `level` and `text` are what the level is called, and the message. */
  readonly entry: RegExp
  /** What the levels are called, in lower case; all others are no worse than information. */
  readonly levels: Readonly<Record<string, LogLevel>>
}

export interface LogEntry {
  readonly level: LogLevel
  readonly text: string
}

/** Lines are looked at no further: an expression takes its time. */
const MOST_LOOKED_AT = 2000

/** What a line tells, if it is a warning or worse. */
export function logEntry(line: string, {entry, levels}: LogFormat): LogEntry | undefined {
  const {level = '', text = ''} = entry.exec(line.slice(0, MOST_LOOKED_AT))?.groups ?? {}
  const found = levels[level.toLowerCase()]
  return found && {level: found, text: text.trim()}
}

/** Whether a line begins an entry, or goes on with the one before it, as stack traces do. */
export const beginsEntry = (line: string, {entry}: LogFormat): boolean => entry.test(line.slice(0, MOST_LOOKED_AT))
