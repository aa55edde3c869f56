import type {Terminal} from './tty.js'

export const HIDE_CURSOR = '\u001B[?25l'
export const SHOW_CURSOR = '\u001B[?25h'
export const CLEAR_BELOW = '\u001B[J'

export const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A\r` : '')

/** What has the terminal, and can lend it to the shell. */
export interface Pausable {
  /** The process is about to be stopped for a while: the terminal is the shell's. */
  pause(): void
  /** It goes on, and has the terminal again. */
  resume(): void
  /** Leaves the terminal as it was; safe to call twice. */
  end(): void
}

/** A text that is drawn anew in place. `text` is asked for it whenever it is drawn, with the terminal's width and height. */
export interface Screen extends Pausable {
  draw(): void
}

/** Draws what comes together once. The last picture stays. */
export function screen(
  {write, columns, rows}: Pick<Terminal, 'write' | 'columns' | 'rows'>,
  text: (columns: number, rows: number) => string,
): Screen {
  let drawn = 0
  let open = false
  let paused = false
  let due: NodeJS.Immediate | undefined

  const draw = () => {
    clearImmediate(due)
    due = undefined
    // Only what fits is drawn in place: a terminal can't go above its first row, and a line that wraps is two.
    const width = Math.max(20, columns() - 1)
    const height = Math.max(2, rows() - 1)
    const all = text(width, height).split('\n')
    const lines = all.slice(0, height).map(line => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    write(up(drawn) + CLEAR_BELOW + lines.map(line => `${line}\n`).join(''))
    drawn = lines.length
  }
  const show = () => {
    if (!open) write(HIDE_CURSOR)
    open = true
    draw()
  }

  return {
    draw() {
      if (!paused) due ??= setImmediate(show)
    },
    pause() {
      if (paused) return
      paused = true
      clearImmediate(due)
      due = undefined
      drawn = 0
      if (open) write(SHOW_CURSOR)
      open = false
    },
    resume() {
      if (!paused) return
      paused = false
      show()
    },
    end() {
      if (due) show()
      paused = true
      if (open) write(SHOW_CURSOR)
      open = false
    },
  }
}
