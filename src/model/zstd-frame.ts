const MAGIC = 0xfd2fb528
const CHECKSUM_BYTES = 4
const SIZE_BYTES = [0, 2, 4, 8] as const
const DICTIONARY_BYTES = [0, 1, 2, 4] as const
const RLE = 1
const RESERVED = 3

/** A frame at the begin of some bytes: how long it is, and how much it holds. */
export interface ZstdFrame {
  readonly length: number
  readonly contentBytes: number
}

/**
 * The frame that bytes begin with; `more` where it is not all there yet, undefined where there is none that tells how much it holds (RFC
 * 8878, 3.1.1). Nothing is unpacked for that.
 */
export function zstdFrame(bytes: Buffer): ZstdFrame | 'more' | undefined {
  if (bytes.length < 5) return 'more'
  if (bytes.readUInt32LE(0) !== MAGIC) return undefined
  const descriptor = bytes[4]!
  const isSingle = (descriptor & 0x20) !== 0
  const flag = descriptor >> 6
  const sizeBytes = flag === 0 ? (isSingle ? 1 : 0) : SIZE_BYTES[flag]!
  if (sizeBytes === 0) return undefined
  const at = 5 + (isSingle ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3]!
  if (bytes.length < at + sizeBytes) return 'more'
  const contentBytes = sizeOf(bytes, at, sizeBytes)
  const end = endOfBlocks(bytes, at + sizeBytes)
  if (typeof end !== 'number') return end
  const length = end + ((descriptor & 4) === 0 ? 0 : CHECKSUM_BYTES)
  return bytes.length < length ? 'more' : {length, contentBytes}
}

function sizeOf(bytes: Buffer, at: number, length: number): number {
  if (length === 8) return Number(bytes.readBigUInt64LE(at))
  // 256 more than it says.
  return length === 2 ? bytes.readUInt16LE(at) + 256 : bytes.readUIntLE(at, length)
}

function endOfBlocks(bytes: Buffer, from: number): number | 'more' | undefined {
  for (let at = from; ;) {
    if (bytes.length < at + 3) return 'more'
    const header = bytes.readUIntLE(at, 3)
    const type = (header >> 1) & 3
    if (type === RESERVED) return undefined
    at += 3 + (type === RLE ? 1 : header >> 3)
    if ((header & 1) === 1) return at
  }
}
