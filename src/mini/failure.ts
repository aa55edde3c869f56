/** A reason not to start (or not to go on) that its reader can act on: one line, without the node's name and without secrets. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}

/** The text of anything thrown, on one line. */
export function reasonOf(error: unknown): string {
  const {code, message} = error instanceof Error ? (error as NodeJS.ErrnoException) : {code: undefined, message: ''}
  const text = error instanceof Error ? message || code || error.name : String(error)
  return text.replace(/\s+/g, ' ').trim()
}
