import type {Reporter} from './reporter.js'

/** Progress as NDJSON on stderr: stdout stays one document. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return {
    begin(task) {
      write(`${JSON.stringify({task})}\n`)
    },
    on(progress) {
      write(`${JSON.stringify(progress)}\n`)
    },
    end() {},
  }
}

/** Says nothing. */
export const silentReporter: Reporter = {begin() {}, on() {}, end() {}}
