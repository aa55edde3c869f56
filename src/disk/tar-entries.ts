import type {Readable} from 'node:stream'

const MOST_SHOWN = 80
const MOST_NAME = 4096

/** An entry's name as an error shows it: quoted, and not longer than a line. */
export const shownName = (name: string): string =>
  JSON.stringify(name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN)}…` : name)

/** Whether a name stays below the folder that it is unpacked into. */
export const isSafe = (name: string): boolean =>
  name.length < MOST_NAME &&
  !name.includes('\0') &&
  !name.includes('\\') &&
  name
    .replace(/\/$/, '')
    .split('/')
    .every(it => !['', '.', '..'].includes(it))

/** An entry's whole content: for small ones only. */
export async function contentOf(entry: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The same bytes, added to a checksum as they are read. */
export async function* summed(
  chunks: AsyncIterable<Buffer>,
  sum: {update(chunk: Buffer): unknown},
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sum.update(chunk)
    yield chunk
  }
}
