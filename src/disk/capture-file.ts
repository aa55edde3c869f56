import {text} from 'node:stream/consumers'
import {openPromise, type ZipFile} from 'yauzl'
import {LabError, messageOf} from '../errors.js'
import {statOf} from './replaceable.js'
import {isSafe} from './tar-entries.js'

const MOST_ENTRIES = 10_000
const MOST_FILE_BYTES = 4 * 1024 * 1024
const MOST_BYTES = 64 * 1024 * 1024

const unusable = (path: string, why: string, cause?: unknown) =>
  new LabError('file-unusable', `${path} is not a file of apim-lab capture: ${why}.`, {
    next: ['apim-lab capture --output report.zip (writes one)', `ls -l ${path}`],
    ...(cause !== undefined && {cause}),
  })

/**
 * Texts of a capture by their paths in it, those that are wanted. It may be somebody else's: sizes are bounded, and nothing is unpacked.
 * Throws `file-unusable`.
 */
export async function readCapture(
  path: string,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  if (!(await statOf(path))?.isFile()) throw unusable(path, 'it is not there')
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, {lazyEntries: true, autoClose: false, validateEntrySizes: true})
    return await wantedOf(zip, isWanted)
  } catch (error) {
    throw unusable(path, messageOf(error), error)
  } finally {
    zip?.close()
  }
}

async function wantedOf(zip: ZipFile, isWanted: (path: string) => boolean): Promise<ReadonlyMap<string, string>> {
  if (zip.entryCount > MOST_ENTRIES) throw new Error('it has too many files')
  const found = new Map<string, string>()
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    // All is in one folder, which is called as the lab.
    const name = entry.fileName.split('/').slice(1).join('/')
    if (name === '' || !isSafe(name) || !isWanted(name)) continue
    bytes += entry.uncompressedSize
    if (entry.uncompressedSize > MOST_FILE_BYTES || bytes > MOST_BYTES) throw new Error(`${name} is too large`)
    found.set(name, await text(await zip.openReadStreamPromise(entry)))
  }
  return found
}
