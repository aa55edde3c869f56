import {networkInterfaces} from 'node:os'
import {idOfMark} from '../model/faults/fault-rules.js'

/** Ids of the faults that this network has: anybody may see addresses, rules only who may change them. */
export const marks = (): readonly string[] =>
  (networkInterfaces()['lo'] ?? []).flatMap(({address}) => idOfMark(address) ?? [])
