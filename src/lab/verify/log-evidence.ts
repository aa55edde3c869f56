import {messageOf} from '../../errors.js'
import {mergeByTime} from '../logs/merge-lines.js'
import type {NodeLine} from '../logs.js'
import type {RunningLab} from '../links/running-lab.js'

/** The newest so many. */
const MOST_LINES = 20

/** Lines of these nodes that carry a call's correlation id, in order of time; `since`: milliseconds since 1970. */
export async function linesAbout(
  id: string,
  {nodes, since}: {readonly nodes: readonly string[]; readonly since: number},
  {nodes: all, engine, signal}: Pick<RunningLab, 'nodes' | 'engine' | 'signal'>,
): Promise<readonly string[]> {
  async function* logOf(node: string): AsyncGenerator<NodeLine> {
    const seen = all.get(node)
    if (!seen) return
    for await (const line of engine.logs(seen, {since: Math.floor(since / 1000), signal}))
      if (line.line.includes(id)) yield {node, ...line}
  }
  const lines: string[] = []
  try {
    for await (const {node, line} of mergeByTime(nodes.map(logOf))) lines.push(`${node} | ${line}`)
  } catch (error) {
    // The report of the failure is worth more than its log.
    lines.push(`the logs could not be read: ${messageOf(error)}`)
  }
  return lines.slice(-MOST_LINES)
}
