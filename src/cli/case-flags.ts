import {Flags} from '@oclif/core'
import {MOST_PORT_OFFSET} from '../model/settings.js'
import {offlineFlag} from './shared-flags.js'

/** What all commands share that run a case. */
export const caseFlags = {
  trust: Flags.boolean({summary: 'Run what came in a pack, without asking.'}),
  'port-offset': Flags.integer({
    summary: 'Added to every published port. Default: what the case says, or 4000.',
    min: 0,
    max: MOST_PORT_OFFSET,
  }),
  ...offlineFlag,
}
