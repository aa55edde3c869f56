import type {PastChange} from '../../engine/engine.js'
import {LAB_LANE, TIMELINE_EVENT, type TimelineEvent} from '../../lab-events/timeline.js'
import {describeFault} from '../../model/faults/fault.js'
import {parseFaultLabel} from '../../model/faults/fault-label.js'
import {fromJson} from '../../model/from-json.js'
import {instantText, nanosOf} from '../../model/instant.js'
import {logEntry} from '../../model/log-format.js'
import {signalOf} from '../../model/node-end.js'
import {oneLine} from '../../model/one-line.js'
import type {NodeLine} from '../logs.js'
import type {ActiveFault} from '../faults/active-faults.js'
import type {LiveLab} from '../state/live-lab.js'

const MOST_OF_TEXT = 500
const SECOND = 1_000_000_000n

/** An instant as the engine or this command writes it, with nine digits; undefined for what is none. */
const instant = (text: string) => {
  const nanos = nanosOf(text)
  return nanos === undefined ? undefined : instantText(nanos)
}

function endText({exitCode}: PastChange): string {
  if (exitCode === undefined) return 'ended'
  const signal = signalOf(exitCode)
  return `ended with exit code ${exitCode}${signal === null ? '' : ` (${signal})`}`
}

const WORDS: Readonly<Record<PastChange['change'], string>> = {
  created: 'container created',
  started: 'started',
  ended: 'ended',
  paused: 'paused',
  resumed: 'resumed',
  health: 'health check',
  gone: 'container removed',
}

/** What the engine tells of nodes, and what follows from it: of a container that is recreated with another configuration. */
export function engineEvents(changes: readonly PastChange[]): readonly TimelineEvent[] {
  const hashes = new Map<string, string>()
  const nodes = changes.filter(({fault, name}) => fault === undefined && name !== '')
  return nodes
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .flatMap((one): readonly TimelineEvent[] => {
      const {at, name: lane, change, health, configHash} = one
      if (change === 'health')
        return health === 'healthy'
          ? [{at, kind: 'ready', lane, text: 'ready, by its health check'}]
          : [{at, kind: 'unhealthy', lane, text: `health check: ${health ?? 'unknown'}`, level: 'warn'}]
      if (change === 'ended') {
        // Stopped as asked: SIGTERM.
        const isBad = ![0, 143, undefined].includes(one.exitCode)
        return [{at, kind: 'ended', lane, text: endText(one), ...(isBad && {level: 'error' as const})}]
      }
      const event: TimelineEvent = {at, kind: change, lane, text: WORDS[change]}
      if (change !== 'created' || configHash === undefined) return [event]
      const before = hashes.get(lane)
      hashes.set(lane, configHash)
      if (before === undefined || before === configHash) return [event]
      return [{at, kind: 'configuration', lane, text: 'recreated with another configuration'}, event]
    })
}

/** When faults began and ended: those that the engine still tells of, and those that there are now. */
export function faultEvents(changes: readonly PastChange[], active: readonly ActiveFault[]): readonly TimelineEvent[] {
  const told = changes.flatMap((one): readonly TimelineEvent[] => {
    const placed = parseFaultLabel(one.fault ?? '')
    if (!placed || (one.change !== 'started' && one.change !== 'ended')) return []
    const text = describeFault(placed)
    const common = {at: one.at, lane: placed.node, id: placed.id}
    if (one.change === 'ended') return [{...common, kind: 'fault-ended', text: `fault ${placed.id} is over: ${text}`}]
    const until = instantText(nanosOf(one.at)! + BigInt(placed.seconds) * SECOND)
    return [{...common, kind: 'fault', text: `fault ${placed.id}: ${text}`, until}]
  })
  const others = active.filter(
    ({id, node}) => !told.some(it => it.kind === 'fault' && it.id === id && it.lane === node),
  )
  return [
    ...told,
    ...others.flatMap(({id, node, what, since, until}) => {
      const [at, to] = [instant(since), instant(until)]
      if (at === undefined || to === undefined) return []
      return [{at, kind: 'fault', lane: node, text: `fault ${id}: ${what}`, until: to, id}]
    }),
  ]
}

/** Lines of `instant name`. */
export function markEvents(lines: readonly string[]): readonly TimelineEvent[] {
  return lines.flatMap(line => {
    const [first = '', ...name] = line.split(' ')
    const at = instant(first)
    return at === undefined ? [] : [{at, kind: 'mark', lane: LAB_LANE, text: `mark ${name.join(' ')}`.trim()}]
  })
}

/** Lines of what commands did with the lab. */
export const notedEvents = (lines: readonly string[]): readonly TimelineEvent[] =>
  lines.flatMap(line => fromJson(TIMELINE_EVENT, line) ?? [])

/** A line of a node's log, if it is a warning or worse. */
export function logEvent({node, at, line}: NodeLine, {topology}: Pick<LiveLab, 'topology'>): TimelineEvent | undefined {
  const format = topology?.nodes.find(({name}) => name === node)?.spec.logFormat
  const entry = format && logEntry(line, format)
  const when = entry && instant(at)
  if (!entry || when === undefined) return undefined
  return {at: when, kind: 'log', lane: node, text: oneLine(entry.text, MOST_OF_TEXT), level: entry.level}
}

/** What is written together is one change. */
const TOGETHER = 2n * SECOND
const MOST_NAMED = 3

/** Files of the lab folder with the time that each was written at last: changes of a node's configuration. */
export function configurationEvents(
  files: readonly {readonly path: string; readonly at: bigint}[],
): readonly TimelineEvent[] {
  const nodeOf = (path: string) => path.split('/')[1] ?? ''
  return [...new Set(files.map(({path}) => nodeOf(path)))].flatMap(lane => {
    const own = files.filter(({path}) => nodeOf(path) === lane)
    const groups: {at: bigint; paths: string[]}[] = []
    for (const {path, at} of own.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
      const last = groups.at(-1)
      const name = path.split('/').slice(2).join('/')
      if (last && at - last.at < TOGETHER) last.paths.push(name)
      else groups.push({at, paths: [name]})
    }
    return groups.map(({at, paths}): TimelineEvent => {
      const more = paths.length - MOST_NAMED
      const named = paths.slice(0, MOST_NAMED).join(', ')
      return {
        at: instantText(at),
        kind: 'configuration',
        lane,
        text: `configuration written: ${named}${more > 0 ? ` and ${more} more` : ''}`,
      }
    })
  })
}
