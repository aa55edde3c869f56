import {open} from 'node:fs/promises'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {extract, type Header} from 'tar-stream'
import {LabError} from '../errors.js'
import {zstdUnpacked} from './zstd.js'

/** A file of a tar, to be read to its end before the next one. */
export type Entry = Readable & {readonly header: Header}

/**
 * Reads a tar packed by zstd, an entry after the other, to its end; gives what `read` makes of it. Throws what `read` throws, `file-unusable`
 * where there is no file, and what `bad` makes of the reason where it is cut off, or no such file.
 */
export async function readPackedTar<T>(
  path: string,
  read: (entries: AsyncIterable<Entry>) => Promise<T>,
  bad: (why: string) => LabError,
  signal: AbortSignal,
): Promise<T> {
  const entries = extract()
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause
    throw new LabError('file-unusable', `There is no file ${path}.`, {next: [`ls -l ${path}`], cause})
  })
  const packed = file.createReadStream()
  packed.on('error', () => undefined)
  const reading = pipeline(Readable.from(zstdUnpacked(packed, path)), entries as unknown as NodeJS.WritableStream, {
    signal,
  })
  // Whoever reads the entries is told too.
  reading.catch(() => undefined)
  try {
    const result = await read(entries as unknown as AsyncIterable<Entry>)
    await reading
    return result
  } catch (error) {
    packed.destroy()
    signal.throwIfAborted()
    if (error instanceof LabError) throw error
    const {code, message} = error as NodeJS.ErrnoException
    // A tar that is cut off or is none.
    throw code === undefined || code === 'ERR_STREAM_PREMATURE_CLOSE' ? bad(message) : error
  }
}
