import {jsonReporter} from '../report/json.js'
import {plainReporter} from '../report/plain.js'
import type {Reporter} from '../report/reporter.js'
import {ttyReporter} from '../report/tty.js'

export const usesColor = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'

/** How progress is told: in place on a terminal, a line an event elsewhere, NDJSON with --json. Always on stderr. */
export function chooseReporter(json: boolean): Reporter {
  const {stderr} = process
  const write = (text: string) => void stderr.write(text)
  if (json) return jsonReporter(write)
  if (!stderr.isTTY || process.env['TERM'] === 'dumb') return plainReporter(write)
  return ttyReporter({
    write,
    columns: () => stderr.columns || 80,
    rows: () => stderr.rows || 24,
    color: usesColor(stderr),
  })
}
