import type {LabEvent} from '../lab-events/event.js'
import type {Watcher} from '../lab/watch/watch-status.js'
import type {Terminal} from '../report/tty.js'
import {screen, type Screen} from '../report/screen.js'

/** How what is watched is shown. */
export interface WatchView<T> {
  /** A line for each thing that there is at first, where no picture can be drawn. */
  readonly firstLines: (now: T) => readonly string[]
  /** What changed, in a line; undefined for what nobody needs to know. */
  readonly line: (event: LabEvent, now: T, before: T) => string | undefined
  /** The picture, in so many columns. */
  readonly picture: (now: T, columns: number) => string
  /** The first document of JSON, and each event's. */
  readonly document: (now: T) => unknown
  readonly eventDocument: (event: LabEvent, now: T) => unknown
}

/** Seconds are enough for people. */
const stamp = (at: string) => at.replace(/\.\d+Z$/, 'Z')

/** A document of the state, then one an event. */
export function jsonWatch<T>(view: WatchView<T>, write: (text: string) => void): Watcher<T> {
  const tell = (document: unknown) => write(`${JSON.stringify(document)}\n`)
  return {
    begin: now => tell(view.document(now)),
    on: (event, now) => tell(view.eventDocument(event, now)),
  }
}

/** A line a change, with its time. */
export function lineWatch<T>({firstLines, line}: WatchView<T>, write: (text: string) => void): Watcher<T> {
  const tell = (at: string, text: string) => write(`${stamp(at)} ${text}\n`)
  return {
    begin(now) {
      const at = new Date().toISOString()
      for (const text of firstLines(now)) tell(at, text)
    },
    on(event, now, before) {
      const text = line(event, now, before)
      if (text !== undefined) tell(event.at, text)
    },
  }
}

/** Changes that are still shown below the picture. */
const LAST_LINES = 5

/** A picture that is drawn anew in place at a change, with the last changes below. */
export function screenWatch<T>(view: WatchView<T>, terminal: Terminal): {watcher: Watcher<T>; screen: Screen} {
  let now: T | undefined
  let last: readonly string[] = []
  const picture = screen(terminal, (columns, rows) => {
    const lines = now === undefined ? [] : view.picture(now, columns).split('\n')
    const changes = last.length === 0 ? [] : ['', ...last]
    return [...lines.slice(0, rows - changes.length), ...changes].join('\n')
  })
  return {
    screen: picture,
    watcher: {
      begin(first) {
        now = first
        picture.draw()
      },
      on(event, next, before) {
        now = next
        const text = view.line(event, next, before)
        if (text !== undefined) last = [...last, `${stamp(event.at)} ${text}`].slice(-LAST_LINES)
        picture.draw()
      },
    },
  }
}
