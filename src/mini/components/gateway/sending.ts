import type {CallFault} from './faults.js'
import type {Answered} from './relay.js'
import type {Target} from './target.js'

/** One call to a backend. */
export interface Sending {
  readonly target: Target
  /** Milliseconds for the head of the answer, where it is not the gateway's own time. */
  readonly timeout?: number | undefined
  readonly path: string
  readonly method: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** What is sent in place of the call's own body, which was read already. */
  readonly body?: Buffer | undefined
  /** What the gateway adds to the answer. */
  readonly added: readonly string[]
  /** The head of the answer is there, with the headers that go to the client. */
  readonly answered: Answered
  /** There is none, and nothing was sent to the client yet. `again`: the call may be sent to another backend, where that does no harm. */
  readonly failed: (fault: CallFault, again: boolean) => void
}

/** Whether a call may be sent twice. */
export const isIdempotent = (method: string) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
