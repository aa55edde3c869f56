import type {ServerResponse} from 'node:http'
import {answerHeaders, trailerPairs, valueOf} from './headers.js'

/** The head of a backend's answer. */
export interface Head {
  readonly status: number
  readonly message: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
}

/** Takes a copy of an answer while it passes. */
export interface Copy {
  part(bytes: Buffer): void
  /** The answer is complete. */
  end(): void
}

/** Gets the headers that go to the client, and may want a copy of what follows. */
export type Answered = (head: Head, headers: readonly string[]) => Copy | undefined

/** A reason phrase that Node writes. */
const WRITABLE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Passes an answer on to the client: what that does not take, the backend does not send. */
export class Relay {
  /** The head of the answer is there: another one can't be given any more. */
  begun = false
  private copy: Copy | undefined
  /** Bytes of the body that are still to come, where its length is known. */
  private left = -1

  constructor(
    private readonly response: ServerResponse,
    /** What the gateway adds to the answer. */
    private readonly added: readonly string[],
    private readonly answered: Answered,
    /** Milliseconds that a client has to take something. */
    private readonly idle: number,
  ) {}

  /** Throws Error with the code HPE_... for one that no client may get: nothing went out then. */
  head(head: Head): void {
    const {status, message} = head
    if (status < 200 || status > 999) throw Object.assign(new Error(`status ${status}`), {code: 'HPE_INVALID_STATUS'})
    const length = valueOf(head.headers, 'content-length')
    const headers = answerHeaders(head.headers, this.added, length === undefined && this.mayHaveTrailers(status))
    this.copy = this.answered(head, headers)
    this.left = Number(length ?? -1)
    this.response.writeHead(status, WRITABLE.test(message) ? message : '', headers)
    this.begun = true
  }

  /** Whether the client's answer comes in chunks, if nothing says its length. */
  private mayHaveTrailers(status: number): boolean {
    const {method, httpVersion} = this.response.req
    return httpVersion === '1.1' && method !== 'HEAD' && status !== 204 && status !== 304
  }

  /** Whether more may come; if not, `resume` is called when it may. */
  part(bytes: Buffer, resume: () => void): boolean {
    const {response} = this
    this.copy?.part(bytes)
    // Head and body go out as one write where they came as one.
    if (bytes.length === this.left) {
      response.end(bytes)
      return true
    }
    this.left = -1
    if (response.write(bytes)) return true
    const tooSlow = () => response.destroy()
    response.setTimeout(this.idle, tooSlow)
    response.once('drain', () => {
      response.off('timeout', tooSlow)
      response.setTimeout(0)
      resume()
    })
    return false
  }

  end(trailers: readonly string[]): void {
    const {response} = this
    if (trailers.length > 0) {
      if (!response.writableEnded) response.addTrailers(trailerPairs(trailers))
    } else this.copy?.end()
    if (!response.writableEnded) response.end()
  }
}
