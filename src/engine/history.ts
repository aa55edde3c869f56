import type {Readable} from 'node:stream'
import type Docker from 'dockerode'
import {instantText, nanosOf} from '../model/instant.js'
import {LABELS} from '../model/labels.js'
import {CHANGES, type EngineEvent} from './changes.js'
import {Lines} from './demultiplex.js'
import type {HistoryOptions, PastChange} from './engine.js'
import {orNothing} from './engine-errors.js'
import {endOf} from './node-end.js'

/** The engine tells of one thing twice, as an event and in what it says of a container, with times that differ by a little. */
const SAME_NANOS = 2_000_000_000n

const isSame = (a: PastChange, b: PastChange) => {
  const apart = (nanosOf(a.at) ?? 0n) - (nanosOf(b.at) ?? 0n)
  return a.instance === b.instance && a.change === b.change && apart < SAME_NANOS && -apart < SAME_NANOS
}

/**
 * What happened to a lab's nodes. The engine keeps its last 256 events (moby, daemon/events/events.go, eventsLimit), so what it says of containers that
 * are still there is taken too.
 */
export async function history(docker: Docker, lab: string, options: HistoryOptions): Promise<readonly PastChange[]> {
  const filters = {label: [`${LABELS.lab}=${lab}`]}
  const [told, containers] = await Promise.all([
    toldBy(docker, lab, options),
    docker.listContainers({all: true, filters}),
  ])
  const nodes = containers.filter(({Labels}) => Labels[LABELS.helper] === undefined)
  const seen = (await Promise.all(nodes.map(({Id}) => seenOf(docker, Id)))).flat()
  const {since, until} = options
  return [...told, ...seen.filter(one => !told.some(other => isSame(one, other)))].filter(({at}) => {
    const nanos = nanosOf(at) ?? 0n
    return nanos >= since && nanos <= until
  })
}

/** As the engine takes it: seconds, with nine digits after the point. */
const seconds = (nanos: bigint) => `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`

async function toldBy(
  docker: Docker,
  lab: string,
  {since, until, signal}: HistoryOptions,
): Promise<readonly PastChange[]> {
  const stream = (await docker.getEvents({
    filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: Object.keys(CHANGES)},
    since: seconds(since) as unknown as number,
    until: seconds(until) as unknown as number,
    abortSignal: signal,
  })) as Readable
  const found: PastChange[] = []
  const lines = new Lines()
  for await (const chunk of stream)
    for (const line of lines.push(chunk as Buffer)) {
      const change = asChange(JSON.parse(line) as TimedEvent)
      if (change) found.push(change)
    }
  return found
}

/** The time stands in nanoseconds, which a number is too coarse for: the last digits are lost, and mean nothing. */
type TimedEvent = EngineEvent & {readonly timeNano: number}

function asChange({Action: action, Actor: {ID, Attributes: labels}, timeNano}: TimedEvent): PastChange | undefined {
  const [word = '', health] = action.split(': ')
  const change = CHANGES[word]
  const fault = labels[LABELS.fault]
  if (change === undefined || (labels[LABELS.helper] !== undefined && fault === undefined)) return undefined
  const exitCode = labels['exitCode']
  return {
    change,
    instance: ID,
    name: labels[LABELS.node] ?? '',
    component: labels[LABELS.component] ?? '',
    at: instantText(BigInt(Math.round(timeNano))),
    ...(health !== undefined && {health}),
    ...(exitCode !== undefined && {exitCode: Number(exitCode)}),
    ...(labels[LABELS.configHash] !== undefined && {configHash: labels[LABELS.configHash]}),
    ...(fault !== undefined && {fault}),
  }
}

const NEVER = '0001-01-01T00:00:00Z'

async function seenOf(docker: Docker, id: string): Promise<readonly PastChange[]> {
  const found = await orNothing(docker.getContainer(id).inspect())
  if (!found) return []
  const {
    Created: created,
    State: state,
    Config: {Labels: labels},
  } = found
  const at = (text: string | undefined) => {
    const nanos = text === NEVER ? undefined : nanosOf(text ?? '')
    return nanos === undefined ? undefined : instantText(nanos)
  }
  const common = {instance: id, name: labels[LABELS.node] ?? '', component: labels[LABELS.component] ?? ''}
  const exitCode = endOf(found)?.exitCode
  const times: readonly (readonly [PastChange['change'], string | undefined, Partial<PastChange>])[] = [
    ['created', at(created), {...(labels[LABELS.configHash] !== undefined && {configHash: labels[LABELS.configHash]})}],
    ['started', at(state.StartedAt), {}],
    ['ended', at(state.FinishedAt), {...(exitCode !== undefined && {exitCode})}],
  ]
  return times.flatMap(([change, when, more]) => (when === undefined ? [] : [{...common, change, at: when, ...more}]))
}
