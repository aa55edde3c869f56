import {fromBuffer, type Entry, type ZipFile} from 'yauzl'
import {ZipFile as Writer} from 'yazl'
import {badRequest} from './http/fault.js'

/** Files of an archive by their paths, `/` between the parts. */
export type Files = ReadonlyMap<string, Buffer>

/** What an archive from outside may hold: it is unpacked in memory, never on disk. */
const MOST_FILES = 500
const MOST_BYTES = 16 * 1024 * 1024

const refuse = (why: string) => badRequest(`The archive can not be read: ${why}`)

const opened = (bytes: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    // Names that are absolute, or lead out by `..`, are refused by the library.
    fromBuffer(bytes, {lazyEntries: true, validateEntrySizes: true, strictFileNames: true}, (error, zip) =>
      error ? reject(refuse('it is no zip')) : resolve(zip),
    )
  })

const contentOf = (zip: ZipFile, entry: Entry): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(refuse(error.message))
        return
      }
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('error', (broken: Error) => reject(refuse(broken.message)))
      stream.on('end', () => resolve(Buffer.concat(parts)))
    })
  })

/** Unpacks an archive that came from outside. Throws a Fault 400 for one that is none, is too large, or has a name that leads out of it. */
export async function unzipped(bytes: Buffer): Promise<Files> {
  const zip = await opened(bytes)
  const files = new Map<string, Buffer>()
  let total = 0
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('error', (error: Error) => reject(refuse(error.message)))
      zip.on('end', resolve)
      zip.on('entry', (entry: Entry) => {
        if (entry.fileName.endsWith('/')) {
          zip.readEntry()
          return
        }
        total += entry.uncompressedSize
        if (files.size >= MOST_FILES) reject(refuse(`it has more than ${MOST_FILES} files`))
        else if (total > MOST_BYTES) reject(refuse(`it has more than ${MOST_BYTES} bytes`))
        else
          contentOf(zip, entry).then(content => {
            files.set(entry.fileName, content)
            zip.readEntry()
          }, reject)
      })
      zip.readEntry()
    })
  } finally {
    zip.close()
  }
  return files
}

/** In each archive: the same files are the same bytes. */
const PACKED_AT = new Date('2000-01-01T12:00:00Z')

/** Packs files. */
export async function zipped(files: Files): Promise<Buffer> {
  const writer = new Writer()
  for (const [path, content] of files) writer.addBuffer(content, path, {mtime: PACKED_AT})
  writer.end()
  const parts: Buffer[] = []
  for await (const part of writer.outputStream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
