import {createHash} from 'node:crypto'
import {writeWhole} from './files.js'
import {readIfThere} from './regular-file.js'

export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

export interface DownloadOptions {
  /** Told how many bytes have come. */
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

/** The bytes behind a URL. Throws for any answer but 200. */
export async function download(url: string, {onProgress, signal}: DownloadOptions): Promise<Buffer> {
  const answer = await fetch(url, {signal})
  if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    bytes += chunk.length
    onProgress(bytes)
  }
  return Buffer.concat(chunks)
}

/** A file with its checksum, or undefined where `read` finds none. */
export async function readChecked(
  path: string,
  read: (path: string) => Promise<Buffer | undefined> = readIfThere,
): Promise<{readonly content: Buffer; readonly sha256: string} | undefined> {
  const content = await read(path)
  return content && {content, sha256: sha256(content)}
}

export const keep = (path: string, content: Uint8Array): Promise<void> => writeWhole(path, content, 'containers')
