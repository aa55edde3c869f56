import type {TimelineEvent} from '../lab-events/timeline.js'
import type {TimelineDiff} from '../lab-events/timeline-diff.js'
import type {TimelineResult} from '../lab/timeline/timeline.js'
import {harmless} from './log-printer.js'

const DATE = 'YYYY-MM-DD'.length
const MS = 'YYYY-MM-DDTHH:MM:SS.mmm'.length

const timeOf = (at: string) => at.slice(DATE + 1, MS)

const cut = (line: string, columns: number) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)

const LEVELS = {warn: 'WARN ', error: 'ERROR '} as const

/** Only logs have a level that is theirs; of other events the words tell. */
const textOf = ({kind, level, text}: TimelineEvent) => `${kind === 'log' && level ? LEVELS[level] : ''}${text}`

/** A timeline as people read it: a line an event, the date where it changes. */
export function timelineText({lab, release, since, events, leftOut}: TimelineResult, columns: number): string {
  const width = Math.max(0, ...events.map(({lane}) => lane.length))
  const lines: string[] = []
  let date = ''
  for (const event of events) {
    const {at, lane} = event
    if (at.slice(0, DATE) !== date) {
      date = at.slice(0, DATE)
      lines.push(`${date}, UTC, the engine's clock`)
    }
    lines.push(cut(`${timeOf(at)} ${lane.padEnd(width)} ${harmless(textOf(event), false)}`, columns))
  }
  const head = `Lab ${lab}${release === '' ? '' : `, release ${release}`}, since ${since.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z:`
  const nothing = events.length === 0 ? ['Nothing happened.'] : []
  const more = leftOut > 0 ? [`${leftOut} earlier lines of logs are left out.`] : []
  return [head, ...more, ...nothing, ...lines].join('\n')
}

const shown = ({lane, ...event}: TimelineEvent) => `${lane}: ${harmless(textOf({lane, ...event}), false)}`

const NAMES = {good: 'the good one', bad: 'the bad one'} as const

/** Where two timelines part. */
export function timelineDiffText({first, onlyGood, onlyBad}: TimelineDiff, columns: number): string {
  if (!first) return 'The same things happened in both.'
  const {only, event, afterSeconds, before} = first
  return [
    `First divergence: ${afterSeconds} s after the begin, only in ${NAMES[only]}:`,
    `  ${shown(event)}`,
    ...(before ? ['The last before it that happened in both:', `  ${shown(before)}`] : []),
    `${onlyGood} only in ${NAMES.good}, ${onlyBad} only in ${NAMES.bad}; times, numbers, ids and addresses do not count.`,
  ]
    .map(line => cut(line, columns))
    .join('\n')
}
