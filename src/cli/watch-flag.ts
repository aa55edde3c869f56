import {Flags} from '@oclif/core'

/** For commands that can go on and show what changes. */
export const watchFlag = {
  watch: Flags.boolean({char: 'w', summary: 'Keep running, and show what changes.'}),
}
