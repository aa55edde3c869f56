import type {LabContext} from '../context.js'
import type {LiveLab} from '../state/live-lab.js'
import {helpedFaults} from './active-faults.js'

/**
 * Ends the faults in these nodes, or in all: a node that is held up can't stop in order, and none is to be left when it comes back. Whether
 * there were any.
 */
export async function endFaults(
  live: Pick<LiveLab, 'observed' | 'nodes' | 'engine'>,
  nodes: readonly string[] | undefined,
  {reporter}: Pick<LabContext, 'reporter'>,
): Promise<boolean> {
  const meant = (await helpedFaults(live)).filter(({fault}) => nodes?.includes(fault.node) ?? true)
  for (const {fault, helpers} of meant) {
    for (const helper of helpers) await live.engine.faults.end(helper)
    reporter.on({subject: fault.node, state: 'done', text: `fault ${fault.id} ended`})
  }
  return meant.length > 0
}
