/** The two outputs of a container. */
export type OutputStream = 'stdout' | 'stderr'

/** One write of the container's, or one message of its log. */
export interface Frame {
  readonly stream: OutputStream
  readonly payload: Buffer
}

const HEADER = 8

/** Takes the engine's multiplexed bytes in any portions and hands back whole frames: [stream, 0, 0, 0, length (4), payload]. */
export class Demultiplexer {
  private chunks: Buffer[] = []
  private size = 0
  private wanted = HEADER

  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk)
    this.size += chunk.length
    // Joined only once a frame can be complete: joining at every chunk would be quadratic for long ones.
    if (this.size < this.wanted) return []
    return this.take(Buffer.concat(this.chunks, this.size))
  }

  private take(buffer: Buffer): Frame[] {
    const frames: Frame[] = []
    let at = 0
    this.wanted = HEADER
    while (buffer.length - at >= HEADER) {
      const end = at + HEADER + buffer.readUInt32BE(at + 4)
      if (end > buffer.length) {
        this.wanted = end - at
        break
      }
      frames.push({stream: buffer[at] === 2 ? 'stderr' : 'stdout', payload: buffer.subarray(at + HEADER, end)})
      at = end
    }
    const rest = buffer.subarray(at)
    this.chunks = rest.length > 0 ? [rest] : []
    this.size = rest.length
    return frames
  }
}

/** Joins portions of text into lines; bytes are decoded a whole line at a time, so no character is ever cut. */
export class Lines {
  private parts: Buffer[] = []

  /** `clean` may take something out of a line's bytes before they are decoded. */
  constructor(private readonly clean: (line: Buffer) => Buffer = line => line) {}

  get pending(): boolean {
    return this.parts.length > 0
  }

  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let at = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, at)) {
      this.parts.push(chunk.subarray(at, end))
      lines.push(this.flush())
      at = end + 1
    }
    if (at < chunk.length) this.parts.push(chunk.subarray(at))
    return lines
  }

  /** The last line of an output that did not end with a line break. */
  flush(): string {
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)
    const line = this.clean(bytes).toString()
    this.parts = []
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }
}
