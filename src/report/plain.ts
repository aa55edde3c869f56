import type {Reporter} from './reporter.js'

/** How often a growing figure of one subject is told. */
const FIGURE_MS = 5000

/** One line an event, for logs and pipes; the same text twice in a row for a subject is told once, and growing figures seldom. */
export function plainReporter(write: (text: string) => void, now: () => number = Date.now): Reporter {
  const last = new Map<string, string>()
  const figures = new Map<string, number>()
  return {
    begin(task) {
      write(`${task}\n`)
    },
    on({subject, state, text, part, figure}) {
      const name = part === undefined ? subject : `${subject} ${part}`
      const line = `${name}: ${text}`
      if (last.get(name) === line) return
      if (figure) {
        // Those of the parts are in the whole's.
        if (part !== undefined) return
        const at = now()
        if (at - (figures.get(name) ?? -Infinity) < FIGURE_MS) return
        figures.set(name, at)
      }
      last.set(name, line)
      write(state === 'warning' || state === 'failed' ? `${state}: ${line}\n` : `${line}\n`)
    },
    end() {},
  }
}
