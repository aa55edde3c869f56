import {processStat} from '../disk/system-facts.js'
import type {Reporter} from '../report/reporter.js'

/** Whether this process has the terminal; a shell's `bg` lets it go on without. Where the system does not tell, it has. */
function isInForeground(): boolean {
  // Fields 5 and 8 (proc(5)): our process group, and the one that has the terminal.
  const [, , group, , , foreground] = processStat('self') ?? []
  return group === foreground
}

/** Ctrl-Z gives the terminal back as a shell expects it; `fg` takes it again. `all`: who has it now. */
export function onSuspend(all: () => readonly Pick<Reporter, 'pause' | 'resume'>[]): void {
  process.on('SIGTSTP', () => {
    for (const one of all()) one.pause?.()
    // Not caught by anybody: what the first one would have done.
    process.kill(process.pid, 'SIGSTOP')
  })
  process.on('SIGCONT', () => {
    if (isInForeground()) for (const one of all()) one.resume?.()
  })
}
