import type {Engine} from '../../engine/engine.js'
import {instantText, nanosOf} from '../../model/instant.js'
import type {Topology} from '../../model/topology.js'
import type {NodeInstance} from '../../plan/observed.js'
import type {NodeLine} from '../logs.js'
import {mergeByTime} from './merge-lines.js'

export interface CorrelatedOptions {
  readonly id: string
  /** Seconds since 1970; absent: all that there is. */
  readonly since?: number
  readonly signal: AbortSignal
}

type NamedNode = NodeInstance & {readonly name: string}

/** `2018-11-28 10:10:10,100|id|thread|...` (docs-apim 3.0.0 to 4.4.0, monitoring correlation logs): of the node's clock, in UTC as its image has it. */
const WRITTEN = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)[,.](\d{3})\|/

/** Lines of nodes that carry a correlation id, in order of time: of their logs, and of the files that correlation logs go to. */
export function linesWith(
  nodes: readonly NamedNode[],
  engine: Pick<Engine, 'logs' | 'readFile'>,
  topology: Topology | undefined,
  options: CorrelatedOptions,
): AsyncGenerator<NodeLine> {
  return mergeByTime(
    nodes.flatMap(node => {
      const planned = topology?.nodes.find(({name}) => name === node.name)
      const isOn = topology?.settings.components[planned?.component ?? '']?.correlationLogs === true
      const file = isOn ? planned?.spec.correlationLog : undefined
      return [ofLog(node, engine, options), ...(file === undefined ? [] : [ofFile(node, file, engine, options)])]
    }),
  )
}

async function* ofLog(
  node: NamedNode,
  engine: Pick<Engine, 'logs'>,
  {id, since, signal}: CorrelatedOptions,
): AsyncGenerator<NodeLine> {
  for await (const line of engine.logs(node, {...(since !== undefined && {since}), signal}))
    if (line.line.includes(id)) yield {node: node.name, ...line}
}

async function* ofFile(
  node: NamedNode,
  path: string,
  engine: Pick<Engine, 'readFile'>,
  {id, since}: CorrelatedOptions,
): AsyncGenerator<NodeLine> {
  const text = (await engine.readFile(node, path)) ?? ''
  for (const line of text.split('\n')) {
    if (!line.includes(id)) continue
    const [, date, time, ms] = WRITTEN.exec(line) ?? []
    const at = nanosOf(`${date}T${time}.${ms}Z`)
    if (at === undefined || at < BigInt(since ?? 0) * 1_000_000_000n) continue
    yield {node: node.name, at: instantText(at), stream: 'file', line}
  }
}
