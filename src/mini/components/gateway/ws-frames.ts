import {Transform, type TransformCallback} from 'node:stream'

/** Bytes of a frame's head at most (RFC 6455, 5.2): two, a length of eight, a mask of four. */
const LONGEST_HEAD = 14
const CONTINUATION = 0
/** Opcodes from here on are of control frames: close, ping, pong. */
const CONTROL = 8
const FIN = 0x80

/** Decides on a data frame of so many bytes of payload: whether it goes on. */
type Judge = (bytes: number) => boolean

interface Head {
  readonly fin: boolean
  readonly opcode: number
  /** Bytes of the head itself. */
  readonly size: number
  /** Bytes of payload. */
  readonly length: number
}

/** Reads the head of a frame; undefined while it is not all there. */
function readHead(bytes: Buffer): Head | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const size = 2 + extended + ((second & 0x80) === 0 ? 0 : 4)
  if (bytes.length < size) return undefined
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return {fin: (first & FIN) !== 0, opcode: first & 0x0f, size, length}
}

/** An unmasked text frame, as a server sends it; up to 125 bytes. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([FIN | 1, payload.length]), payload])
}

/**
 * Passes frames on as they come, each data frame only if `judge` says so; control frames always. The rest of a message whose beginning
 * was held back goes with it.
 */
export class FrameMeter extends Transform {
  private head = Buffer.alloc(0)
  /** Bytes of payload of the present frame that are to come. */
  private left = 0
  private passing = true
  /** Whether the message that is being sent in several frames goes on. */
  private message: boolean | undefined
  private readonly waiting: Buffer[] = []

  constructor(private readonly judge: Judge) {
    super()
  }

  /** Sends a frame of the gateway's own, as soon as no message is half sent. */
  inject(frame: Buffer): void {
    this.waiting.push(frame)
    this.flushWaiting()
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    let at = 0
    while (at < chunk.length) {
      if (this.left > 0) {
        const part = chunk.subarray(at, at + this.left)
        at += part.length
        this.left -= part.length
        if (this.passing) this.push(part)
        if (this.left === 0) this.flushWaiting()
        continue
      }
      const before = this.head.length
      const bytes = Buffer.concat([this.head, chunk.subarray(at, at + LONGEST_HEAD - before)])
      const head = readHead(bytes)
      if (!head) {
        this.head = bytes
        break
      }
      at += head.size - before
      this.head = Buffer.alloc(0)
      if (!Number.isSafeInteger(head.length)) return done(new Error('a frame of an impossible length'))
      this.begin(head, bytes.subarray(0, head.size))
    }
    done()
  }

  private begin({fin, opcode, length}: Head, bytes: Buffer): void {
    this.left = length
    if (opcode >= CONTROL) this.passing = true
    else {
      const judged = this.judge(length)
      this.passing = opcode === CONTINUATION ? (this.message ?? true) : judged
      this.message = fin ? undefined : this.passing
    }
    if (this.passing) this.push(bytes)
    if (length === 0) this.flushWaiting()
  }

  private flushWaiting(): void {
    if (this.left > 0 || this.message === true || this.head.length > 0) return
    for (const it of this.waiting.splice(0)) this.push(it)
  }
}
