import {setTimeout} from 'node:timers/promises'

const POLL_MS = 50

/** Asks until the answer is not undefined or false; throws after the deadline, with what was awaited (as it is then) and the last error. */
export async function eventually<T>(
  what: string | (() => string),
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error
    }
    await setTimeout(POLL_MS)
  }
  throw new Error(`not within ${deadlineMs} ms: ${typeof what === 'string' ? what : what()}`, {cause: last})
}
