import type {Example} from './example.js'
import {ADDRESS_EXAMPLES} from './addresses.js'
import {FILE_EXAMPLES} from './files.js'
import {SET_EXAMPLES} from './sets.js'
import {VALUE_EXAMPLES} from './values.js'

/** By code of a rule. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  ...FILE_EXAMPLES,
  ...VALUE_EXAMPLES,
  ...ADDRESS_EXAMPLES,
  ...SET_EXAMPLES,
}
