/** Exit status by signal, as a shell has it. */
const STATUS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const

type Signal = keyof typeof STATUS

export interface Interrupt {
  readonly signal: AbortSignal
  /** Exit status of the signal that came, if one did. */
  readonly status: () => number | undefined
}

/** The first Ctrl-C (or TERM, HUP) stops the work in order; a second one ends at once. `restore` puts the terminal right. */
export function onInterrupt(restore: () => void): Interrupt {
  const controller = new AbortController()
  let status: number | undefined
  for (const name of Object.keys(STATUS) as Signal[]) {
    process.on(name, () => {
      restore()
      if (status !== undefined) process.exit(STATUS[name])
      status = STATUS[name]
      controller.abort()
    })
  }
  return {signal: controller.signal, status: () => status}
}
