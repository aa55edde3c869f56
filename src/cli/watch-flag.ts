import {Flags} from '@oclif/core'

/** For commands that can go on and show what changes. */
export const watchFlag = {
  watch: Flags.boolean({char: 'w', summary: 'Go on until stopped, and show what changes.'}),
}
