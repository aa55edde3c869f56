import {createRequire} from 'node:module'
import type * as Zstd from '@bokuweb/zstd-wasm'
import {LabError} from '../errors.js'
import {zstdFrame} from '../model/zstd-frame.js'

/** What one frame holds: so much is in memory at once, whatever a file says. */
const FRAME_BYTES = 1024 * 1024
/** More than any frame of this content takes. */
const MOST_PACKED_BYTES = FRAME_BYTES + 64 * 1024
const LEVEL = 3

/** From its own folder, where it has a file that it reads; and only when something is packed: it is a megabyte. */
async function load() {
  const zstd = createRequire(import.meta.url)('@bokuweb/zstd-wasm') as typeof Zstd
  await zstd.init()
  return zstd
}

let loaded: ReturnType<typeof load> | undefined

/** Once: to begin anew takes its memory away from under who uses it. */
const library = () => (loaded ??= load())

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    rest.push(Buffer.from(chunk))
    length += chunk.length
    if (length < FRAME_BYTES) continue
    const all = Buffer.concat(rest)
    let at = 0
    for (; all.length - at >= FRAME_BYTES; at += FRAME_BYTES) yield all.subarray(at, at + FRAME_BYTES)
    rest = [all.subarray(at)]
    length = all.length - at
  }
  if (length > 0) yield Buffer.concat(rest)
}

/** Packs into frames that each tell how much they hold; together they are a file as `zstd` reads it. */
export async function* zstdPacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const {compress} = await library()
  for await (const piece of pieces(chunks)) yield Buffer.from(compress(piece, LEVEL))
}

/** Unpacks such frames, one at a time. Throws `snapshot-invalid` for anything else. `path` is only shown. */
export async function* zstdUnpacked(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Buffer> {
  const {decompress} = await library()
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const frame = zstdFrame(rest)
      if (frame === 'more' && rest.length <= MOST_PACKED_BYTES) break
      if (frame === undefined || frame === 'more' || frame.contentBytes > FRAME_BYTES) throw notPacked(path)
      const {length, contentBytes} = frame
      const content = unpack(rest.subarray(0, length), decompress, path)
      if (content.length !== contentBytes) throw notPacked(path)
      yield content
      rest = rest.subarray(length)
      if (rest.length === 0) break
    }
  }
  if (rest.length > 0) throw notPacked(path)
}

function unpack(frame: Buffer, decompress: (bytes: Uint8Array) => Uint8Array, path: string): Buffer {
  try {
    return Buffer.from(decompress(frame))
  } catch (cause) {
    throw notPacked(path, cause)
  }
}

const notPacked = (path: string, cause?: unknown) =>
  new LabError('snapshot-invalid', `${path} is not a file of snapshot export, or is damaged; nothing was changed.`, {
    next: [`ls -l ${path}`],
    ...(cause !== undefined && {cause}),
  })
