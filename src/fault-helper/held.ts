import type {Socket} from 'node:net'
import type {PlacedFault} from '../model/faults/fault-label.js'

const BITS_PER_BYTE = 8
const MS = 1000

/** When what is said in one direction may arrive; all connections of a link share it. */
export class Pace {
  readonly #delayMs: number
  readonly #jitterMs: number
  readonly #bytesPerMs: number
  #freeAt = 0

  constructor({kind, value = 0, jitterMs = 0, direction}: PlacedFault, way: 'to' | 'from') {
    const isHeld = direction === 'both' || direction === way
    this.#delayMs = isHeld && kind === 'delay' ? value : 0
    this.#jitterMs = isHeld && kind === 'delay' ? jitterMs : 0
    this.#bytesPerMs = isHeld && kind === 'rate' ? (value * MS) / BITS_PER_BYTE / MS : Infinity
  }

  /** Bytes that go at once: no more than what takes a tenth of a second, so that a slow link is slow and not jerky. */
  get portion(): number {
    return Math.max(1, Math.min(MOST_PORTION, Math.floor(this.#bytesPerMs * PORTION_MS)))
  }

  /** The time at which so many bytes have arrived, if they begin now. */
  dueAt(bytes: number, now: number): number {
    this.#freeAt = Math.max(now, this.#freeAt) + bytes / this.#bytesPerMs
    return this.#freeAt + this.#delayMs + Math.random() * this.#jitterMs
  }
}

const PORTION_MS = 100
const MOST_PORTION = 64 * 1024
/** More is not taken from who says it: a long delay must not need all memory. */
const MOST_HELD_BYTES = 1024 * 1024

/** One direction of a connection: what was said and has not arrived yet, in order. */
export class Held {
  readonly #queue: {readonly chunk: Buffer | null; readonly dueAt: number}[] = []
  #bytes = 0
  #last = 0
  #timer: NodeJS.Timeout | undefined
  #isFinishing = false

  constructor(
    private readonly source: Socket,
    private readonly target: Socket,
    private readonly pace: Pace,
  ) {
    source.on('data', chunk => this.#take(chunk))
    source.on('end', () => this.#push(null, Date.now()))
    target.on('drain', () => this.#resume())
    target.on('close', () => clearTimeout(this.#timer))
  }

  #take(chunk: Buffer): void {
    const {portion} = this.pace
    for (let at = 0; at < chunk.length; at += portion) {
      const part = chunk.subarray(at, at + portion)
      this.#bytes += part.length
      this.#push(part, this.#isFinishing ? 0 : this.pace.dueAt(part.length, Date.now()))
    }
    if (this.#bytes > MOST_HELD_BYTES) this.source.pause()
  }

  /** What was said later never arrives sooner. */
  #push(chunk: Buffer | null, dueAt: number): void {
    this.#last = Math.max(this.#last, dueAt)
    this.#queue.push({chunk, dueAt: this.#last})
    if (this.#queue.length === 1 || this.#isFinishing) this.#schedule()
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const [first] = this.#queue
    if (first)
      this.#timer = setTimeout(() => this.#release(), this.#isFinishing ? 0 : Math.max(0, first.dueAt - Date.now()))
  }

  #release(): void {
    for (
      let first = this.#queue[0];
      first && (this.#isFinishing || first.dueAt <= Date.now());
      first = this.#queue[0]
    ) {
      this.#queue.shift()
      if (first.chunk === null) this.target.end()
      else if (!this.target.destroyed && !this.target.writableEnded) {
        this.#bytes -= first.chunk.length
        this.target.write(first.chunk)
      }
    }
    this.#resume()
    this.#schedule()
  }

  #resume(): void {
    if (this.#bytes <= MOST_HELD_BYTES && !this.target.writableNeedDrain) this.source.resume()
  }

  /** Lets all go at once, and ends what it goes to. */
  finish(): void {
    this.#isFinishing = true
    this.#push(null, 0)
  }
}
