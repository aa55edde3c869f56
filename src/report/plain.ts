import type {Reporter} from './reporter.js'

/** One line an event, for logs and pipes; the same text twice in a row for a subject is told once. */
export function plainReporter(write: (text: string) => void): Reporter {
  const last = new Map<string, string>()
  return {
    begin(task) {
      write(`${task}\n`)
    },
    on({subject, state, text}) {
      const line = `${subject}: ${text}`
      if (last.get(subject) === line) return
      last.set(subject, line)
      write(state === 'warning' || state === 'failed' ? `${state}: ${line}\n` : `${line}\n`)
    },
    end() {},
  }
}
