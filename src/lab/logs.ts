import {setMaxListeners} from 'node:events'
import {LabError} from '../errors.js'
import type {Engine, LogLine} from '../engine/engine.js'
import {nanosOf, wholeSeconds} from '../model/instant.js'
import {nodesOf, type NodeInstance, type ObservedNode} from '../plan/observed.js'
import type {LabContext} from './context.js'
import {liveLab} from './state/live-lab.js'
import {linesWith} from './logs/correlated.js'
import {LogFilter, logMatcher} from './logs/log-matcher.js'
import {mergeByTime, Sorter} from './logs/merge-lines.js'
import {checkThere, knownNodes, pickNodes, type KnownNode} from './state/pick-nodes.js'

export interface LogsOptions {
  readonly lab: string
  /** Nodes or components; empty: all. */
  readonly nodes: readonly string[]
  readonly follow: boolean
  /** Last lines of each node; all when left out. */
  readonly tail?: number
  /** Nanoseconds since 1970. */
  readonly since?: bigint
  readonly grep?: string
  /** Only lines that carry this correlation id; of the files too that correlation logs go to. Those are not followed. */
  readonly correlate?: string
}

/** A line of a node's log, or of a file that it writes. */
export interface NodeLine extends Omit<LogLine, 'stream'> {
  readonly node: string
  readonly stream: LogLine['stream'] | 'file'
}

/** What is told before the first line. */
export interface LogsPrinter {
  /** Nodes that lines may come from, in the lab's order. */
  begin(nodes: readonly KnownNode[]): void
  line(line: NodeLine): void
}

/** How long a line is held back so that an earlier one of another node can overtake it. */
const HOLD_MS = 100

const secondsOf = (at: string) => Math.floor(Date.parse(at) / 1000)

/** Prints what is wanted; `flush` hands out what it still holds, and throws for an expression that takes too long. */
function printing(
  grep: string | undefined,
  print: (line: NodeLine) => void,
): Pick<LogFilter<NodeLine>, 'add' | 'flush'> {
  if (grep === undefined) return {add: print, flush: () => undefined}
  return new LogFilter(logMatcher(grep, '', "apim-lab logs --grep 'ERROR|WARN'"), ({line}) => line, print)
}

/** A time that can't be read keeps no line back. */
const notBefore =
  (since: bigint | undefined) =>
  ({at}: Pick<LogLine, 'at'>): boolean =>
    since === undefined || (nanosOf(at) ?? since) >= since

/** Logs of a lab's nodes, merged in order of time; with `follow` until the abort, nodes that are made or started later included. */
export async function logs(options: LogsOptions, printer: LogsPrinter, context: LabContext): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, over.signal])
  // Every node listens to it.
  setMaxListeners(0, signal)
  try {
    await show(options, printer, {...context, signal})
  } finally {
    // What still listens to the engine would keep the command alive after a failure.
    over.abort()
  }
}

async function show(options: LogsOptions, printer: LogsPrinter, context: LabContext): Promise<void> {
  const {lab, nodes: wanted, follow, tail, grep, correlate} = options
  const {signal} = context
  const wantedOnes = printing(grep, line => printer.line(line))
  const isNew = notBefore(options.since)
  // The engine takes whole seconds from us.
  const since = options.since === undefined ? undefined : wholeSeconds(options.since)
  const engine = await context.engine()
  // Listened to before looking: nothing that starts in between is missed.
  const changes = follow ? await engine.changes(lab, signal) : undefined
  const {observed, topology} = await liveLab(lab, context)
  checkThere(lab, observed)
  const nodes = pickNodes(wanted, knownNodes(observed, topology), lab)
  printer.begin(nodes)

  const print = (line: NodeLine) => {
    if (isNew(line)) wantedOnes.add(line)
  }
  const there = nodesOf(observed).filter(({name}) => nodes.some(node => node.name === name))
  if (correlate !== undefined) {
    const asked = {id: correlate, signal, ...(since !== undefined && {since})}
    for await (const line of linesWith(there, engine, topology, asked)) print(line)
    wantedOnes.flush()
    return
  }
  const last = new Map<string, string>()
  const history = there.map(node =>
    ofNode(
      node.name,
      engine.logs(node, {signal, ...(tail !== undefined && {tail}), ...(since !== undefined && {since})}),
    ),
  )
  for await (const line of mergeByTime(history)) {
    last.set(line.node, line.at)
    print(line)
  }
  wantedOnes.flush()
  if (!changes) return
  const meant = (node: KnownNode) =>
    wanted.length === 0 || wanted.some(word => word === node.name || word === node.component)
  await followAll({
    engine,
    there,
    changes,
    last,
    print,
    flush: () => wantedOnes.flush(),
    signal,
    meant,
    ...(tail !== undefined && {tail}),
    ...(since !== undefined && {since}),
  })
}

async function* ofNode(node: string, lines: AsyncGenerator<LogLine>): AsyncGenerator<NodeLine> {
  for await (const line of lines) yield {node, ...line}
}

interface Following {
  readonly engine: Engine
  readonly there: readonly ObservedNode[]
  readonly changes: Awaited<ReturnType<Engine['changes']>>
  /** By node: time of the last line that was read. */
  readonly last: Map<string, string>
  readonly print: (line: NodeLine) => void
  /** Prints what it holds. */
  readonly flush: () => void
  readonly meant: (node: KnownNode) => boolean
  readonly tail?: number
  /** Seconds since 1970. */
  readonly since?: number
  readonly signal: AbortSignal
}

async function followAll(following: Following): Promise<void> {
  const {engine, there, changes, last, print, flush, meant, tail, since, signal} = following
  const running = new Map<string, Promise<void>>()
  const failure = new AbortController()
  let failed: {readonly error: unknown} | undefined
  const fail = (error: unknown) => {
    failed ??= {error}
    failure.abort()
  }
  const orFail = (work: () => void) => {
    try {
      work()
    } catch (error) {
      fail(error)
    }
  }
  const sorter = new Sorter<NodeLine>(
    line => orFail(() => print(line)),
    HOLD_MS,
    () => orFail(flush),
  )
  const either = AbortSignal.any([signal, failure.signal])
  // Every node listens to it.
  setMaxListeners(0, either)

  const follow = async (instance: NodeInstance, node: string, later: boolean) => {
    const seen = last.get(node)
    // The engine takes whole seconds from us: what was read already is skipped here.
    const from = seen === undefined ? since : secondsOf(seen)
    const skip = from === undefined && tail === 0 && !later
    const lines = engine.logs(instance, {
      follow: true,
      signal: either,
      ...(from !== undefined && {since: from}),
      ...(skip && {tail: 0}),
    })
    for await (const line of lines) {
      if (line.at <= (seen ?? '')) continue
      last.set(node, line.at)
      sorter.add({node, ...line})
    }
  }
  // The end of one run's output can reach us after the start of the next one was told.
  const begin = (node: NodeInstance & {readonly name: string}, later: boolean) => {
    const previous = running.get(node.instance) ?? Promise.resolve()
    running.set(node.instance, previous.then(() => follow(node, node.name, later)).catch(fail))
  }

  for (const node of there) begin(node, false)
  const ended = new Promise<void>(resolve => either.addEventListener('abort', () => resolve(), {once: true}))
  const listen = async () => {
    for await (const node of changes)
      if (node.change === 'started' && meant({name: node.name, component: node.component || node.name}))
        begin(node, true)
  }
  await Promise.race([listen(), ended])
  sorter.flush()
  if (failed) throw failed.error
  if (!signal.aborted)
    throw new LabError('engine-failed', 'The engine ended its stream of events.', {next: ['apim-lab logs --follow']})
}
