/** One element of a DER (or BER with known lengths) encoding. */
export interface Element {
  readonly tag: number
  readonly content: Buffer
  /** The whole element, as it was written. */
  readonly bytes: Buffer
}

export const SEQUENCE = 0x30
export const SET = 0x31
export const OCTETS = 0x04
const OBJECT_ID = 0x06
/** `[0]` around an element, and `[0]` in place of its tag. */
export const EXPLICIT_0 = 0xa0
export const IMPLICIT_0 = 0x80

/** The elements that follow each other in a buffer. Throws Error for what is cut off or has no known length. */
export const elements = (buffer: Buffer): readonly Element[] => {
  const found: Element[] = []
  for (let at = 0; at < buffer.length;) {
    const first = buffer[at + 1]
    if (first === undefined || first === 0x80 || first > 0x84) throw new Error('it is not DER')
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    if (start > buffer.length) throw new Error('it is cut off')
    const length = lengthBytes === 0 ? first : buffer.readUIntBE(at + 2, lengthBytes)
    const end = start + length
    if (end > buffer.length) throw new Error('it is cut off')
    found.push({tag: buffer[at] ?? 0, content: buffer.subarray(start, end), bytes: buffer.subarray(at, end)})
    at = end
  }
  return found
}

/** The elements inside one of a tag. Throws Error if another stands there. */
export const inside = (element: Element | undefined, tag: number): readonly Element[] => elements(content(element, tag))

/** The content of an element of a tag. Throws Error if another stands there. */
export const content = (element: Element | undefined, tag: number): Buffer => {
  if (element?.tag !== tag) throw new Error(`it has ${element ? `tag ${element.tag}` : 'nothing'} where ${tag} belongs`)
  return element.content
}

/** An object identifier in hexadecimal: nobody has to read its numbers here. */
export const objectId = (element: Element | undefined): string => content(element, OBJECT_ID).toString('hex')

/** An unsigned number of at most six bytes. */
export const number = (element: Element | undefined): number => {
  const bytes = content(element, 0x02)
  return bytes.length > 0 && bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : 0
}
