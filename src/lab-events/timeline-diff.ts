import type {TimelineEvent} from './timeline.js'

/** What differs from run to run and says nothing: times, addresses, ids, numbers. The first that matches wins. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?:verify|kept)[0-9a-z]{9}\b/gi, '<name>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<address>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\d+/g, '<number>'],
]

/** An event without what differs from run to run. Nodes keep their numbers: they tell them apart. */
export const masked = ({kind, lane, text}: Pick<TimelineEvent, 'kind' | 'lane' | 'text'>): string =>
  `${lane} ${kind} ${MASKS.reduce((shown, [pattern, mask]) => shown.replace(pattern, mask), text)}`

/** The first thing that happened in one of two timelines and never in the other. */
export interface Divergence {
  /** In which of them it happened. */
  readonly only: 'good' | 'bad'
  readonly event: TimelineEvent
  /** Seconds after the first event of that timeline. */
  readonly afterSeconds: number
  /** The last before it that happened in both. */
  readonly before?: TimelineEvent
}

export interface TimelineDiff {
  readonly first?: Divergence
  /** How many things happened in one alone, each counted once. */
  readonly onlyGood: number
  readonly onlyBad: number
}

const NANOS_IN_MS = 1e6
/** ms since 1970; texts of instants have nine digits. */
const msOf = (at: string) => Date.parse(`${at.slice(0, 23)}Z`) + Number(at.slice(23, 29)) / NANOS_IN_MS

function onlyIn(own: readonly TimelineEvent[], others: readonly TimelineEvent[], which: Divergence['only']) {
  const known = new Set(others.map(masked))
  const strange = [...new Map(own.filter(event => !known.has(masked(event))).map(one => [masked(one), one])).values()]
  const event = own.find(one => !known.has(masked(one)))
  if (!event) return {count: 0}
  const before = own.slice(0, own.indexOf(event)).findLast(one => known.has(masked(one)))
  const afterSeconds = Math.round(msOf(event.at) - msOf(own[0]!.at)) / 1000
  const first: Divergence = {only: which, event, afterSeconds, ...(before && {before})}
  return {count: strange.length, first}
}

/**
 * Compares two timelines by what happened, not by when or how often: nodes work side by side, so another order says nothing. What comes first after
 * the begin of its timeline is the first divergence.
 */
export function diffTimelines(good: readonly TimelineEvent[], bad: readonly TimelineEvent[]): TimelineDiff {
  const [inGood, inBad] = [onlyIn(good, bad, 'good'), onlyIn(bad, good, 'bad')]
  const [first] = [inBad.first, inGood.first]
    .filter(one => one !== undefined)
    .toSorted((a, b) => a.afterSeconds - b.afterSeconds)
  return {...(first && {first}), onlyGood: inGood.count, onlyBad: inBad.count}
}
