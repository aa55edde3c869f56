/** `error`: the product does not start, or the nodes can't work together; `warning`: likely not what is meant; `note`: has no effect. */
export const SEVERITIES = ['error', 'warning', 'note'] as const

export type Severity = (typeof SEVERITIES)[number]

/** Something wrong in a configuration file, and all that helps to mend it. */
export interface Finding {
  /** Stable: scripts and pages of the documentation go by it. */
  readonly code: string
  readonly severity: Severity
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
  /** With array positions: `apim.throttling.url_group[0].urls[1]`; empty where it is about the file. */
  readonly key: string
  readonly message: string
  readonly why: string
  /** The line of the log, or the answer, that people see and search for. */
  readonly looksLike: string
  readonly fix: string
}
