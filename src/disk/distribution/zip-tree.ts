import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {open, stat} from 'node:fs/promises'
import {text} from 'node:stream/consumers'
import {crc32} from 'node:zlib'
import {openPromise, type Entry, type ZipFile} from 'yauzl'
import {messageOf} from '../../errors.js'
import type {TreeEntry} from '../../model/file-tree.js'
import {checkEntry, checkSize, invalid, type DistributionTree, type ReadOptions} from './tree.js'

const LOCAL_HEADER = Buffer.from('PK\u0003\u0004')
const UNIX = 3
const TYPE = 0o170000
const LINK = 0o120000
const EXECUTABLE = 0o111
const MOST_LINK_BYTES = 4096

/** A product's jars hardly shrink: what grows so much, and is no small file, is made to fill a disk. */
const MOST_GROWTH = 100
const SMALL_BYTES = 64 * 1024 * 1024

async function startsAsZip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(LOCAL_HEADER.length), 0, LOCAL_HEADER.length, 0)
    return bytesRead === LOCAL_HEADER.length && buffer.equals(LOCAL_HEADER)
  } finally {
    await file.close()
  }
}

const cutOff = (path: string, cause: unknown) =>
  invalid(`${path} is cut off or damaged: ${messageOf(cause)}.`, [], cause)

async function openZip(path: string): Promise<ZipFile> {
  try {
    // Names are decoded and checked here: the library would only refuse some of them, in words of its own.
    return await openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: true,
    })
  } catch (error) {
    if (await startsAsZip(path)) throw cutOff(path, error)
    throw invalid(`${path} is not a zip file.`, [], error)
  }
}

const modeOf = ({versionMadeBy, externalFileAttributes}: Entry) =>
  versionMadeBy >>> 8 === UNIX ? externalFileAttributes >>> 16 : 0

async function treeEntry(zip: ZipFile, entry: Entry): Promise<TreeEntry> {
  // Some programs of Windows write its own separator.
  const name = (entry.fileName as unknown as Buffer).toString('utf8').replaceAll('\\', '/')
  const mode = modeOf(entry)
  const content = () => zip.openReadStreamPromise(entry)
  const modified = entry.getLastModDate()
  const common = {path: name.replace(/\/+$/, ''), sizeBytes: 0, executable: false, modified, open: content}
  if (name.endsWith('/')) return {...common, type: 'folder'}
  if ((mode & TYPE) === LINK) {
    const target = entry.uncompressedSize > MOST_LINK_BYTES ? '' : await text(await content())
    return {...common, type: 'link', target}
  }
  // A zip made on Windows has no modes.
  const executable = mode === 0 ? name.endsWith('.sh') : (mode & EXECUTABLE) !== 0
  return {...common, type: 'file', sizeBytes: entry.uncompressedSize, executable}
}

interface ReadEntry {
  readonly tree: TreeEntry
  readonly crc: number
}

async function directory(path: string, zip: ZipFile, zipBytes: number, signal: AbortSignal): Promise<ReadEntry[]> {
  checkSize(path, zip.entryCount, 0)
  const entries: ReadEntry[] = []
  let bytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted()
      if (entry.isEncrypted()) throw invalid(`${path} is encrypted.`)
      checkSize(path, entries.length, (bytes += entry.uncompressedSize))
      const tree = await treeEntry(zip, entry)
      checkEntry(path, tree)
      entries.push({tree, crc: entry.crc32})
    }
  } catch (error) {
    signal.throwIfAborted()
    throw (error as Error).name === 'LabError' ? error : cutOff(path, error)
  }
  if (bytes > SMALL_BYTES && bytes > zipBytes * MOST_GROWTH)
    throw invalid(`${path} would unpack to ${Math.round(bytes / zipBytes)} times its size: it is not a distribution.`)
  return entries
}

/** Reads the file once for its checksum, and every entry in it against its own. */
async function digest(path: string, entries: readonly ReadEntry[], {onBytes, signal}: ReadOptions): Promise<string> {
  let bytes = 0
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, {highWaterMark: 1024 * 1024})) {
    signal.throwIfAborted()
    hash.update(chunk as Buffer)
    onBytes((bytes += (chunk as Buffer).length))
  }
  for (const {tree, crc} of entries) {
    if (tree.type !== 'file') continue
    let sum = 0
    try {
      for await (const chunk of await tree.open()) {
        signal.throwIfAborted()
        sum = crc32(chunk as Buffer, sum)
        onBytes((bytes += (chunk as Buffer).length))
      }
    } catch (error) {
      signal.throwIfAborted()
      throw cutOff(path, error)
    }
    if (sum !== crc) throw cutOff(path, `${tree.path} differs from its checksum`)
  }
  return hash.digest('hex')
}

/** A distribution's zip. Throws `distribution-invalid` for what is none, is cut off, or has paths or sizes that none has. */
export async function zipTree(path: string, signal: AbortSignal): Promise<DistributionTree> {
  const {size} = await stat(path)
  const zip = await openZip(path)
  try {
    const read = await directory(path, zip, size, signal)
    const entries = read.map(({tree}) => tree)
    const unpackedBytes = entries.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0)
    return {
      path,
      entries,
      unpackedBytes,
      readBytes: size + unpackedBytes,
      digest: options => digest(path, read, options),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}
