import {LabError} from '../../errors.js'
import type {LabContext} from '../context.js'
import {labOption} from '../resolve/named-lab.js'
import {liveLab} from '../state/live-lab.js'
import {checkThere} from '../state/pick-nodes.js'
import {checkOwnership} from '../state/ownership.js'
import {helpedFaults} from './active-faults.js'
import {removeFinished} from './add.js'
import {faultHelper, leftInNamespaces} from './namespaces.js'

export interface ClearResult {
  readonly lab: string
  /** Ids of the faults that were ended. */
  readonly cleared: readonly string[]
}

/**
 * Ends faults before their time, and takes away what helpers that were killed have left: those of these ids, or all. Throws `fault-unknown` for
 * an id that no fault has.
 */
export async function clearFaults(lab: string, ids: readonly string[], context: LabContext): Promise<ClearResult> {
  const live = await liveLab(lab, context)
  checkThere(lab, live.observed)
  checkOwnership(lab, live.folder.path, live.observed)
  const {faults} = live.engine
  const helped = await helpedFaults(live)
  const left = await leftInNamespaces(
    live,
    helped.map(({fault}) => fault),
    context,
  )
  const known = [...new Set([...helped, ...left].map(({fault}) => fault.id))]
  const unknown = ids.find(id => !known.includes(id))
  if (unknown !== undefined) throw noSuchFault(unknown, known, lab)
  const isMeant = ({id}: {readonly id: string}) => ids.length === 0 || ids.includes(id)
  for (const {helpers} of helped.filter(({fault}) => isMeant(fault)))
    for (const helper of helpers) await faults.end(helper)
  const meant = left.filter(({fault}) => isMeant(fault))
  for (const node of new Set(meant.map(one => one.node))) {
    const own = meant.filter(one => one.node === node).map(({fault}) => fault.id)
    await faults.clear(node, own, faultHelper(live, context))
  }
  await removeFinished(live, true)
  return {lab, cleared: known.filter(id => isMeant({id}))}
}

function noSuchFault(id: string, known: readonly string[], lab: string): LabError {
  const option = labOption(lab)
  return new LabError('fault-unknown', `Lab ${lab} has no fault ${JSON.stringify(id.slice(0, 40))}.`, {
    evidence: known.length > 0 ? [`It has ${known.join(', ')}.`] : ['It has none.'],
    next: [`apim-lab fault list${option}`, `apim-lab fault clear${option} (ends all)`],
  })
}
