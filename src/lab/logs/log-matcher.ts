import {createContext, Script} from 'node:vm'
import {LabError, messageOf} from '../../errors.js'

/** Lines at once, and how long they may take: while they do, the program hears nothing, of Ctrl-C neither. */
export const MOST_LINES = 1000
const MOST_MS = 1000

/** Matches many lines with a regular expression, a part of them at a time. */
export interface LogMatcher {
  /** The place of the first that matches, of no more than MOST_LINES; -1 for none. Throws `usage-invalid` for an expression that takes too long. */
  firstOf(lines: readonly string[]): number
  /** Whether each of them matches, of no more than MOST_LINES. Throws as `firstOf`. */
  each(lines: readonly string[]): readonly boolean[]
}

/** A JavaScript regular expression whose matching can't hang the program. Throws `usage-invalid`, whose next command is the example. */
export function logMatcher(pattern: string, flags = '', example = "apim-lab wait --log 'ERROR|WARN'"): LogMatcher {
  try {
    new RegExp(pattern, flags)
  } catch (error) {
    throw new LabError('usage-invalid', `${messageOf(error)}.`, {next: [example], cause: error})
  }
  const context = createContext({pattern, flags, lines: []})
  new Script('regex = new RegExp(pattern, flags)').runInContext(context)
  const first = new Script('lines.findIndex(line => regex.test(line))')
  const each = new Script('lines.map(line => regex.test(line))')
  const run = <T>(script: Script, lines: readonly string[]): T => {
    context['lines'] = lines
    try {
      return script.runInContext(context, {timeout: MOST_MS}) as T
    } catch (error) {
      if ((error as {code?: unknown}).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      throw new LabError(
        'usage-invalid',
        `The regular expression /${pattern}/ takes longer than ${MOST_MS} ms on ${lines.length} line${lines.length === 1 ? '' : 's'} of a log.`,
        {next: ['Take one without a repetition inside a repetition, such as (a+)+'], cause: error},
      )
    }
  }
  return {firstOf: lines => run<number>(first, lines), each: lines => run<readonly boolean[]>(each, lines)}
}

/** Hands on those of the lines that match, in their order. */
export class LogFilter<T> {
  #held: T[] = []

  constructor(
    private readonly matcher: LogMatcher,
    private readonly lineOf: (one: T) => string,
    private readonly print: (one: T) => void,
  ) {}

  /** Keeps it until there are many. Throws as the matcher. */
  add(one: T): void {
    this.#held.push(one)
    if (this.#held.length === MOST_LINES) this.flush()
  }

  /** Hands on what is kept. */
  flush(): void {
    const held = this.#held
    this.#held = []
    if (held.length === 0) return
    const wanted = this.matcher.each(held.map(this.lineOf))
    held.forEach((one, i) => wanted[i] && this.print(one))
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
