import {setMaxListeners} from 'node:events'

/** Exit status by signal, as a shell has it. */
const STATUS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const

/** How long the work may take to stop before the user is told what more can be done. */
const SLOW_MS = 500

type Signal = keyof typeof STATUS

export interface Interrupt {
  readonly signal: AbortSignal
  /** Exit status of the signal that came, if one did. */
  readonly status: () => number | undefined
}

export interface Interrupted {
  /** Puts the terminal right. */
  readonly restore: () => void
  /** The work goes on for a while: says that it is being stopped. */
  readonly onSlow: () => void
}

/** The first Ctrl-C (or TERM, HUP) stops the work in order; a second one ends at once. */
export function onInterrupt({restore, onSlow}: Interrupted): Interrupt {
  const controller = new AbortController()
  // Every node of a lab may be asked at once.
  setMaxListeners(0, controller.signal)
  let status: number | undefined
  for (const name of Object.keys(STATUS) as Signal[]) {
    process.on(name, () => {
      restore()
      if (status !== undefined) process.exit(STATUS[name])
      status = STATUS[name]
      // The work may have ended at this very moment.
      process.exitCode = status
      setTimeout(onSlow, SLOW_MS).unref()
      controller.abort()
    })
  }
  return {signal: controller.signal, status: () => status}
}
