import type {Readable} from 'node:stream'
import {ZipFile} from 'yazl'

export interface ZippedFile {
  readonly path: string
  readonly content: Buffer
}

/** A zip of these files, which only their owner may read once they are unpacked. */
export async function* zipped(files: readonly ZippedFile[], at: Date): AsyncGenerator<Buffer> {
  const zip = new ZipFile()
  for (const {path, content} of files) zip.addBuffer(content, path, {mtime: at, mode: 0o100600})
  zip.end()
  for await (const chunk of zip.outputStream as Readable) yield chunk as Buffer
}
