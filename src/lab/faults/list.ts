import type {LabContext} from '../context.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkThere} from '../state/pick-nodes.js'
import {activeFaults, secondsLeft, type ActiveFault} from './active-faults.js'
import {leftInNamespaces} from './namespaces.js'
import {removeFinished} from './add.js'

export interface ListedFault extends ActiveFault {
  readonly secondsLeft: number
}

export interface FaultList {
  readonly lab: string
  readonly faults: readonly ListedFault[]
}

/** Every fault of a lab: those whose helpers are there, and what others have left in the networks of nodes. */
export async function allFaults(live: LiveLab, context: LabContext): Promise<readonly ActiveFault[]> {
  const known = await activeFaults(live)
  const left = await leftInNamespaces(live, known, context)
  return [...known, ...left.map(({fault}) => fault)]
}

/** What is broken on purpose, since when and how long still, read from the engine and from the networks of the nodes. */
export async function listFaults(lab: string, context: LabContext): Promise<FaultList> {
  const live = await liveLab(lab, context)
  checkThere(lab, live.observed)
  await removeFinished(live)
  const now = Date.now()
  const faults = await allFaults(live, context)
  return {lab, faults: faults.map(fault => ({...fault, secondsLeft: secondsLeft(fault, now)}))}
}
