import {secondsLeft, type ActiveFault} from '../lab/faults/active-faults.js'
import type {FaultList} from '../lab/faults/list.js'
import {labOption} from '../lab/resolve/named-lab.js'
import {asTyped} from './invocation.js'
import {table} from './table.js'

const STATES: Readonly<Record<ActiveFault['state'], string>> = {active: 'active', left: 'left behind'}

const placeOf = ({links, node}: ActiveFault) => {
  const [first, ...others] = links
  if (first === undefined) return node
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

const sinceOf = ({since}: ActiveFault) => (since.startsWith('1970') ? '-' : since.slice(11))

/** Faults as people read them. */
export function faultsText({lab, faults}: FaultList, columns: number): string {
  const option = labOption(lab)
  if (faults.length === 0) return 'No fault is active in this lab.'
  const rows = faults.map(fault => [
    fault.id,
    fault.what,
    placeOf(fault),
    sinceOf(fault),
    `${fault.secondsLeft} s`,
    STATES[fault.state],
  ])
  return [
    table(['FAULT', 'WHAT', 'WHERE', 'SINCE', 'STILL', 'STATE'], rows, columns),
    '',
    'Next:',
    `  ${asTyped(`apim-lab fault clear${option}`)}`,
  ].join('\n')
}

/** A line for each fault of a lab, for who looks at something else: nobody shall hunt a fault of their own. */
export const faultLines = (faults: readonly ActiveFault[], now: number): readonly string[] =>
  faults.map(fault => {
    const end =
      fault.state === 'left'
        ? 'its helper was killed: `fault clear` removes what it left'
        : `ends in ${secondsLeft(fault, now)} s`
    return `! fault ${fault.id}, ${placeOf(fault)}: ${fault.what}; ${end}`
  })
