import type {Example} from './example.js'
import {FILE_EXAMPLES} from './files.js'

/** By code of a rule. */
export const EXAMPLES: Readonly<Record<string, Example>> = {...FILE_EXAMPLES}
