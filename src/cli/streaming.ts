const STATUS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

/** A command that goes on until it is stopped ends without a word, with the status that a shell expects. */
export function endBySignal(): void {
  for (const [name, status] of Object.entries(STATUS))
    process.once(name, () => {
      process.exitCode = status
    })
}

/** Aborted once nobody reads our output any more, as after `| head`. */
export function outputClosed(): AbortSignal {
  const closed = new AbortController()
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') closed.abort()
  })
  return closed.signal
}
