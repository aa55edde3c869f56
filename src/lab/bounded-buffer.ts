import {Writable} from 'node:stream'

/** A stream that keeps what is written to it, up to a bound in bytes; the rest is dropped. */
export class BoundedBuffer extends Writable {
  readonly #chunks: Buffer[] = []
  #bytes = 0
  /** Something was dropped. */
  truncated = false

  constructor(private readonly most: number) {
    super()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const kept = chunk.subarray(0, this.most - this.#bytes)
    this.#chunks.push(kept)
    this.#bytes += kept.length
    if (kept.length < chunk.length) this.truncated = true
    done()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString('utf8')
  }
}
