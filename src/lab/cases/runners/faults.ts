import {durationOf} from '../../../model/cases/values.js'
import {faultKind} from '../../../model/faults/fault-kinds.js'
import {faultOptionsOf} from '../../../model/cases/kinds/fault.js'
import {addFault} from '../../faults/add.js'
import {clearFaults as clearAll} from '../../faults/clear.js'
import type {Runner} from '../runner.js'

const SECOND_MS = 1000
/** Longer than any run: its end ends it. */
const UNTIL_CLEARED_SECONDS = 3600

export const fault: Runner<'fault'> = async (input, {session, context}) => {
  const {on: target, for: lasts} = input
  const options = faultOptionsOf(input)
  const isOnce = Object.keys(options).some(
    key => key !== 'jitter' && key !== 'direction' && faultKind(key).means === 'once',
  )
  const seconds = lasts === undefined ? (isOnce ? undefined : UNTIL_CLEARED_SECONDS) : durationOf(lasts) / SECOND_MS
  session.faulty = true
  const {id, what, links, nodes} = await addFault({lab: session.lab, target, fault: options, seconds}, context)
  return {text: `${what} (${id}): ${(links.length > 0 ? links : nodes).join(', ')}`}
}

export const clearFaults: Runner<'clear-faults'> = async (_, {session, context}) => {
  const {cleared} = await clearAll(session.lab, [], context)
  session.faulty = false
  return {text: `ended ${cleared.length}`}
}
