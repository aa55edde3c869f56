import {messageOf} from '../../errors.js'
import {linesWith} from '../logs/correlated.js'
import type {RunningLab} from '../links/running-lab.js'

/** The newest so many. */
const MOST_LINES = 20

/** Lines of these nodes that carry a call's correlation id, in order of time; `since`: milliseconds since 1970. */
export async function linesAbout(
  id: string,
  {nodes: names, since}: {readonly nodes: readonly string[]; readonly since: number},
  {nodes: all, engine, topology, signal}: Pick<RunningLab, 'nodes' | 'engine' | 'topology' | 'signal'>,
): Promise<readonly string[]> {
  const nodes = names.map(name => all.get(name)).filter(node => node !== undefined)
  const lines: string[] = []
  try {
    for await (const {node, line} of linesWith(nodes, engine, topology, {id, since: Math.floor(since / 1000), signal}))
      lines.push(`${node} | ${line}`)
  } catch (error) {
    // The report of the failure is worth more than its log.
    lines.push(`the logs could not be read: ${messageOf(error)}`)
  }
  return lines.slice(-MOST_LINES)
}
