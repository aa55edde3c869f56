import {setMaxListeners} from 'node:events'
import {inOrder, type TimelineEvent} from '../../lab-events/timeline.js'
import {instantText, nanosOf, wholeSeconds} from '../../model/instant.js'
import {nodesOf} from '../../plan/observed.js'
import {labSecrets} from '../state/lab-secrets.js'
import type {LabContext} from '../context.js'
import {activeFaults} from '../faults/active-faults.js'
import {mergeByTime} from '../logs/merge-lines.js'
import type {NodeLine} from '../logs.js'
import {seenReady} from '../state/last-ready.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkKnown} from '../state/pick-nodes.js'
import {configurationEvents, engineEvents, faultEvents, logEvent, markEvents, notedEvents} from './sources.js'

export interface TimelineOptions {
  readonly lab: string
  /** Nanoseconds since 1970, by the engine's clock. */
  readonly since: bigint
}

export interface TimelineResult {
  readonly lab: string
  readonly release: string
  readonly since: string
  /** When it was asked for, by the engine's clock. */
  readonly until: string
  readonly events: readonly TimelineEvent[]
  /** So many lines of logs are left out: the newest are kept. */
  readonly leftOut: number
}

/** Lines of logs, of all nodes together. */
const MOST_LINES = 5000

/**
 * What happened to a lab, on the engine's clock: what the engine tells of nodes, warnings and errors of their logs, changes of their configuration,
 * faults, marks, steps of cases and of `verify`. Nothing of the lab's secrets is in it. Throws `lab-not-found`.
 */
export async function timeline({lab, since}: TimelineOptions, context: LabContext): Promise<TimelineResult> {
  const {data, signal} = context
  // Every node listens to it.
  setMaxListeners(0, signal)
  const live = await liveLab(lab, context)
  await checkKnown(lab, live.observed, live.folder, live.engine)
  const [until, here] = [await live.engine.now(), BigInt(Date.now()) * 1_000_000n]
  const [changes, faults, logged, marks, noted, ready, written, {redactor}] = await Promise.all([
    live.engine.history(lab, {since, until, signal}),
    activeFaults(live),
    warnings(live, since, signal),
    data.marks.read(),
    live.folder.events.read(),
    seenReady(live.observed, live.folder, live.engine),
    // Files are dated by this machine's clock.
    writtenFiles(live, until - here),
    labSecrets(live.folder, live.topology),
  ])
  signal.throwIfAborted()
  const all = [
    ...engineEvents(changes),
    ...faultEvents(changes, faults),
    ...markEvents(marks),
    ...notedEvents(noted),
    ...configurationEvents(written),
    ...ready.map(({name: lane, atMs}) => ({
      at: instantText(nanosOfMs(atMs) + until - here),
      kind: 'ready',
      lane,
      text: 'seen ready',
    })),
    ...logged.events,
  ]
  const inWindow = ({at, until: end}: TimelineEvent) => {
    const [begin, over] = [nanosOf(at) ?? 0n, nanosOf(end ?? at) ?? 0n]
    return over >= since && begin <= until
  }
  return {
    lab,
    release: live.topology?.release.name ?? '',
    since: instantText(since),
    until: instantText(until),
    events: inOrder(all.filter(inWindow)).map(event => ({...event, text: redactor.redact(event.text)})),
    leftOut: logged.leftOut,
  }
}

async function warnings(live: LiveLab, since: bigint, signal: AbortSignal) {
  async function* linesOf(node: ReturnType<typeof nodesOf>[number]): AsyncGenerator<NodeLine> {
    for await (const line of live.engine.logs(node, {since: wholeSeconds(since), signal}))
      yield {node: node.name, ...line}
  }
  let events: TimelineEvent[] = []
  let leftOut = 0
  for await (const line of mergeByTime(nodesOf(live.observed).map(linesOf))) {
    const event = logEvent(line, live)
    if (event) events.push(event)
    if (events.length < 2 * MOST_LINES) continue
    leftOut += events.length - MOST_LINES
    events = events.slice(-MOST_LINES)
  }
  leftOut += Math.max(0, events.length - MOST_LINES)
  return {events: events.slice(-MOST_LINES), leftOut}
}

const nanosOfMs = (ms: number) => BigInt(Math.round(ms * 1000)) * 1000n

async function writtenFiles({folder}: LiveLab, ahead: bigint) {
  const paths = (await folder.renderedPaths()).filter(path => path.split('/').length > 2)
  const times = await Promise.all(paths.map(path => folder.writtenAt(path)))
  return paths.flatMap((path, i) => {
    const ms = times[i]
    return ms === undefined ? [] : [{path, at: nanosOfMs(ms) + ahead}]
  })
}

/** An event as a document of one line. */
export const eventLine = ({at, kind, lane, text, level, until, id}: TimelineEvent): string =>
  JSON.stringify({at, kind, lane, text, ...(level && {level}), ...(until && {until}), ...(id !== undefined && {id})})
