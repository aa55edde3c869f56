/** What a shell shows for a program that a closed pipe has ended: 128 and SIGPIPE's number. */
const CLOSED_PIPE = 141

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  EBADF: 'it is closed',
}

/**
 * An output that nobody reads any more ends the command without a word, with the status that a shell expects. One that can't be written
 * is an error in a line. The work itself is not stopped: what it has to say comes when it is done.
 */
export function watchOutput({stdout, stderr}: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): void {
  let failure: NodeJS.ErrnoException | undefined
  // oclif's own throws, which shows source code.
  stdout.removeAllListeners('error')
  stdout.on('error', (error: NodeJS.ErrnoException) => (failure ??= error))
  // Nobody is left to be told.
  stderr.on('error', () => undefined)
  process.on('exit', () => {
    if (!failure) return
    process.exitCode ||= failure.code === 'EPIPE' ? CLOSED_PIPE : 1
    if (failure.code !== 'EPIPE')
      stderr.write(`Can't write the output: ${REASONS[failure.code ?? ''] ?? failure.message}.\n`)
  })
}
