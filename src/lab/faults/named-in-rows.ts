import type {IdentifiedRow} from '../../lab-events/link-row.js'
import {faultKind} from '../../model/faults/fault-kinds.js'
import {faultText, type ActiveFault} from './active-faults.js'

/** Whether a fault is made of what a row is about. One in a node is made of all that comes from it or leads to it. */
function isAbout({node, links, kind}: ActiveFault, row: IdentifiedRow): boolean {
  if (links.length > 0) return links.includes(row.id)
  const {means} = faultKind(kind)
  if (means === 'names') return row.client === node
  if (means === 'database') return row.server === node
  return row.client === node || row.server === node
}

/** A row with the faults that are made of it: what is broken then is broken for them. */
export function withFaults(row: IdentifiedRow, faults: readonly ActiveFault[]): IdentifiedRow {
  const own = faults.filter(fault => isAbout(fault, row))
  if (own.length === 0) return row
  const fault = own.map(faultText).join('; ')
  return {...row, fault, ...(row.state === 'broken' && row.cause === undefined && {cause: fault})}
}
