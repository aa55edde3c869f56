import * as z from 'zod'

/**
 * Something that happened to a lab, on the engine's clock. `kind` is open: readers show one that they do not know as any other. Those that this
 * command makes: created, started, ready, unhealthy, paused, resumed, ended, gone, configuration, log, fault, fault-ended, mark, case, step, traffic, call.
 */
export interface TimelineEvent {
  /** RFC 3339, UTC, nine digits: they sort as text. */
  readonly at: string
  readonly kind: string
  /** The node that it is about; LAB_LANE for what is about none. */
  readonly lane: string
  readonly text: string
  readonly level?: 'warn' | 'error'
  /** Of what lasts: until when. */
  readonly until?: string
  /** What tells it from others of its kind: a fault's id. */
  readonly id?: string
}

export const LAB_LANE = 'lab'

const INSTANT = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)

/** An event as it stands in a line of NDJSON; keys that are not known are passed by. */
export const TIMELINE_EVENT: z.ZodType<TimelineEvent> = z.object({
  at: INSTANT,
  kind: z.string().max(100),
  lane: z.string().max(200),
  text: z.string(),
  level: z.enum(['warn', 'error']).exactOptional(),
  until: INSTANT.exactOptional(),
  id: z.string().exactOptional(),
})

/** In the order of time; of one instant as they were given. */
export const inOrder = (events: readonly TimelineEvent[]): readonly TimelineEvent[] =>
  events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))

/** A state that a node was in for a while. */
export interface Span {
  readonly state: string
  readonly from: string
  /** Absent: still. */
  readonly to?: string
}

/** What lasted on purpose. */
export interface Lasting {
  readonly text: string
  readonly id: string
  readonly from: string
  readonly to: string
}

/** What is known of a node over time. */
export interface Lane {
  readonly name: string
  readonly spans: readonly Span[]
  readonly lasting: readonly Lasting[]
  /** What took no time. */
  readonly points: readonly TimelineEvent[]
}

export interface Timeline {
  readonly lanes: readonly Lane[]
}

export const EMPTY: Timeline = {lanes: []}

/** The state that a node is in after such an event. */
const STATES: Readonly<Record<string, string>> = {
  created: 'created',
  started: 'starting',
  ready: 'ready',
  unhealthy: 'unhealthy',
  paused: 'paused',
  ended: 'ended',
  gone: 'gone',
}

/** The state that it had before it was paused. */
const resumed = ({spans}: Lane) => spans.findLast(({state}) => state !== 'paused')?.state ?? 'starting'

function inState(lane: Lane, state: string, at: string): Lane {
  const last = lane.spans.at(-1)
  if (last?.state === state && state !== 'created' && state !== 'starting') return lane
  const ended = last && last.to === undefined ? [...lane.spans.slice(0, -1), {...last, to: at}] : lane.spans
  return {...lane, spans: [...ended, {state, from: at}]}
}

function laneAfter(lane: Lane, event: TimelineEvent): Lane {
  const {kind, at, id = '', until} = event
  const state = kind === 'resumed' ? resumed(lane) : STATES[kind]
  if (state !== undefined) return inState(lane, state, at)
  if (kind === 'fault-ended')
    return {...lane, lasting: lane.lasting.map(one => (one.id === id && one.to > at ? {...one, to: at} : one))}
  if (until !== undefined) return {...lane, lasting: [...lane.lasting, {text: event.text, id, from: at, to: until}]}
  return {...lane, points: [...lane.points, event]}
}

/** The timeline after an event: whoever draws one folds them, in order. */
export function reduceTimeline({lanes}: Timeline, event: TimelineEvent): Timeline {
  const name = event.lane
  const known = lanes.some(lane => lane.name === name)
  const all = known ? lanes : [...lanes, {name, spans: [], lasting: [], points: []}]
  return {lanes: all.map(lane => (lane.name === name ? laneAfter(lane, event) : lane))}
}

export const foldTimeline = (events: readonly TimelineEvent[]): Timeline => events.reduce(reduceTimeline, EMPTY)
