import {Flags} from '@oclif/core'

/** Flags that several commands have: the same name means the same in all of them. */

export const offlineFlag = {
  offline: Flags.boolean({summary: 'Ask no registry.', env: 'APIM_LAB_OFFLINE'}),
}

export const waitFlag = {
  wait: Flags.boolean({summary: 'Wait for another command on this lab instead of failing.'}),
}

export const timeoutFlag = {
  timeout: Flags.integer({summary: 'Seconds that each node may take to become ready.', min: 1}),
}

export const yesFlag = {
  yes: Flags.boolean({char: 'y', summary: 'Pull more than 1 GB without asking.'}),
}

/** For commands that write a file. */
export const replaceFlag = {
  force: Flags.boolean({summary: 'Replace the file if it is there.'}),
}

export const junitFlag = {
  junit: Flags.string({summary: 'Write the result as JUnit XML too.', helpValue: 'FILE'}),
}

/** For commands that can keep running and show what changes. */
export const watchFlag = {
  watch: Flags.boolean({char: 'w', summary: 'Keep running, and show what changes.'}),
}
