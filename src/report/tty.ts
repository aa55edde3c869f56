import type {Progress, ProgressState, Reporter} from './reporter.js'
import {CLEAR_BELOW, HIDE_CURSOR, SHOW_CURSOR, up} from './screen.js'

export interface Terminal {
  readonly write: (text: string) => void
  readonly columns: () => number
  readonly rows: () => number
  readonly color: boolean
}

const MARKS: Readonly<Record<ProgressState, string>> = {working: '·', done: '✓', warning: '!', failed: '✗'}
const COLORS: Readonly<Record<ProgressState, number>> = {working: 36, done: 32, warning: 33, failed: 31}
const FRAME_MS = 80

/** A line a subject, rewritten in place. `end` leaves the last picture and the cursor as a shell expects it. */
export function ttyReporter({write, columns, rows, color}: Terminal): Reporter {
  const lines = new Map<string, Progress>()
  let drawn = 0
  let timer: NodeJS.Timeout | undefined
  let open = false
  let paused = false

  const paint = (code: number, text: string) => (color ? `\u001B[${code}m${text}\u001B[0m` : text)

  const line = ({subject, part, state, text}: Progress) => {
    const width = Math.max(20, columns() - 1)
    const body = `${(part === undefined ? subject : `  ${part}`).padEnd(22)} ${text}`
    const cut = body.length > width - 2 ? `${body.slice(0, width - 3)}…` : body
    return `${paint(COLORS[state], MARKS[state])} ${cut}\n`
  }

  const draw = () => {
    timer = undefined
    // Only what fits is rewritten in place: a terminal can't go above its first row.
    const shown = [...lines.values()].slice(-Math.max(1, rows() - 1))
    write(up(drawn) + CLEAR_BELOW + shown.map(line).join(''))
    drawn = shown.length
  }

  const stopTimer = () => {
    clearTimeout(timer)
    timer = undefined
  }

  /** Parts stand below their subject, and go when it is done. */
  const keep = (progress: Progress) => {
    const {subject, part, state} = progress
    const key = part === undefined ? subject : `${subject}\0${part}`
    const isNew = !lines.has(key)
    lines.set(key, progress)
    if (part === undefined && state !== 'working')
      for (const [other, {part: own}] of lines)
        if (own !== undefined && other.startsWith(`${subject}\0`)) lines.delete(other)
    if (part === undefined || !isNew) return
    const all = [...lines]
    const place = (name: string) => all.findIndex(([other]) => other === name || other.startsWith(`${name}\0`))
    const order = new Map(all.map(([, {subject: own}]) => [own, place(own)]))
    const sorted = all.toSorted(([, one], [, two]) => order.get(one.subject)! - order.get(two.subject)!)
    lines.clear()
    for (const [name, value] of sorted) lines.set(name, value)
  }

  return {
    begin(task) {
      if (!open) write(HIDE_CURSOR)
      open = true
      write(`${task}\n`)
    },
    on(progress) {
      if (progress.state === 'warning') {
        write(up(drawn) + CLEAR_BELOW + line(progress))
        drawn = 0
      } else keep(progress)
      if (!paused) timer ??= setTimeout(draw, FRAME_MS)
    },
    pause() {
      if (paused) return
      paused = true
      stopTimer()
      if (lines.size > 0) draw()
      drawn = 0
      if (open) write(SHOW_CURSOR)
    },
    resume() {
      if (!paused) return
      paused = false
      if (open) write(HIDE_CURSOR)
      if (lines.size > 0) draw()
    },
    end() {
      stopTimer()
      if (lines.size > 0) draw()
      lines.clear()
      drawn = 0
      if (open) write(SHOW_CURSOR)
      open = false
    },
  }
}
