import {createContext, Script} from 'node:vm'
import {LabError, messageOf} from '../../errors.js'

/** Lines at once, and how long they may take: while they do, the program hears nothing, of Ctrl-C neither. */
export const MOST_LINES = 1000
const MOST_MS = 1000

/** Looks for the first of many lines that matches a regular expression, a part of them at a time. */
export interface LogMatcher {
  /** The place of the first that matches, of no more than MOST_LINES; -1 for none. Throws `usage-invalid` for an expression that takes too long. */
  firstOf(lines: readonly string[]): number
}

/** A JavaScript regular expression whose matching can't hang the program. Throws `usage-invalid`. */
export function logMatcher(pattern: string, flags = ''): LogMatcher {
  try {
    new RegExp(pattern, flags)
  } catch (error) {
    throw new LabError('usage-invalid', `${messageOf(error)}.`, {
      next: ["apim-lab wait --log 'ERROR|WARN'"],
      cause: error,
    })
  }
  const context = createContext({pattern, flags, lines: []})
  const search = new Script('lines.findIndex(line => regex.test(line))')
  new Script('regex = new RegExp(pattern, flags)').runInContext(context)
  return {
    firstOf(lines) {
      context['lines'] = lines
      try {
        return search.runInContext(context, {timeout: MOST_MS}) as number
      } catch (error) {
        if ((error as {code?: unknown}).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
        throw new LabError(
          'usage-invalid',
          `The regular expression /${pattern}/ takes longer than ${MOST_MS} ms on ${lines.length} line${lines.length === 1 ? '' : 's'} of a log.`,
          {next: ['Take one without a repetition inside a repetition, such as (a+)+'], cause: error},
        )
      }
    },
  }
}

/** Matches things by their lines as they come in, never too many at once; `found` is told of the first that matches, `failed` of what is thrown. */
export class LogSearch<T> {
  #queue: T[] = []
  /** What stands before this was matched. */
  #from = 0
  #timer: NodeJS.Immediate | undefined
  #over = false

  constructor(
    private readonly matcher: LogMatcher,
    private readonly lineOf: (one: T) => string,
    private readonly found: (one: T) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  add(one: T): void {
    if (this.#over) return
    this.#queue.push(one)
    this.#timer ??= setImmediate(() => this.#next())
  }

  #next(): void {
    this.#timer = undefined
    const part = this.#queue.slice(this.#from, (this.#from += MOST_LINES))
    try {
      const place = this.matcher.firstOf(part.map(this.lineOf))
      if (place < 0) {
        if (this.#from < this.#queue.length) this.#timer = setImmediate(() => this.#next())
        else this.#empty()
        return
      }
      this.#over = true
      this.found(part[place]!)
    } catch (error) {
      this.#over = true
      this.failed(error)
    }
  }

  #empty(): void {
    this.#queue = []
    this.#from = 0
  }

  /** Matches what is still there, for no longer than one part may take, and nothing after that. */
  async drained(signal: AbortSignal): Promise<void> {
    const end = performance.now() + MOST_MS
    while (!this.#over && this.#timer && !signal.aborted && performance.now() < end)
      await new Promise<void>(resolve => setImmediate(resolve))
    this.#over = true
    clearImmediate(this.#timer)
  }
}
