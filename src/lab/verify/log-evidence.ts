import {messageOf} from '../../errors.js'
import {linesWith} from '../logs/correlated.js'
import type {NodeLink} from '../../model/walk-links.js'
import type {RunningLab} from '../links/running-lab.js'

/** The newest so many. */
const MOST_LINES = 20

/** Lines of the nodes on the way that carry a call's correlation id, in order of time. */
export async function linesAbout(
  id: string,
  {links, since}: {readonly links: readonly NodeLink[]; readonly since: number},
  {nodes: all, engine, topology, signal}: Pick<RunningLab, 'nodes' | 'engine' | 'topology' | 'signal'>,
): Promise<readonly string[]> {
  const names = [...new Set(links.flatMap(({client, server}) => [client, server]))]
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
