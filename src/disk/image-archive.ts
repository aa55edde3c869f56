import {createHash, randomUUID} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {open, rename, rm, type FileHandle} from 'node:fs/promises'
import {dirname} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGunzip} from 'node:zlib'
import {extract} from 'tar-stream'
import {LabError, messageOf} from '../errors.js'
import {checkReplaceable, statOf} from './replaceable.js'

/** An image in an archive of `docker save`. */
export interface ArchivedImage {
  readonly names: readonly string[]
  /** Checksum of its configuration, which has those of all its layers: `sha256:...`; absent where the archive has none. */
  readonly configDigest?: string
}

export interface ArchiveFacts {
  readonly images: readonly ArchivedImage[]
  readonly sizeBytes: number
}

const CHUNK = 1024 * 1024
const MANIFEST = 'manifest.json'
const MOST_MANIFEST_BYTES = 16 * 1024 * 1024
/** Configurations of images have a few KB. */
const MOST_CONFIG_BYTES = 1024 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])

/** Throws unless an archive may be written there. */
export async function checkTarget(path: string, force: boolean, command = 'images save'): Promise<void> {
  await checkReplaceable(path)
  if (!force && (await statOf(path)))
    throw new LabError('file-unusable', `There is a file already: ${path}.`, {
      next: [`apim-lab ${command} ${path} --force (replaces it)`, `ls -l ${path}`],
    })
}

export interface WriteOptions {
  readonly force: boolean
  /** What would write it, for an error. */
  readonly command?: string
  /** Permission bits, if others may not read it. */
  readonly mode?: number
  /** Told all bytes that are written so far. */
  readonly onBytes: (bytes: number) => void
}

/** Writes a file from a stream, under another name until it is complete. Returns its size; leaves nothing if it can't be completed. */
export async function writeArchive(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  {force, command, mode = 0o644, onBytes}: WriteOptions,
): Promise<number> {
  const temporary = `${path}.${randomUUID()}.tmp`
  let file: FileHandle | undefined
  try {
    file = await open(temporary, 'wx', mode)
    let bytes = 0
    for await (const chunk of chunks) {
      await file.writeFile(chunk)
      bytes += chunk.length
      onBytes(bytes)
    }
    await file.sync()
    await file.close()
    // Somebody else may have been faster.
    await checkTarget(path, force, command)
    await rename(temporary, path)
    return bytes
  } finally {
    await file?.close().catch(() => undefined)
    await rm(temporary, {force: true})
  }
}

/** Removes an archive that was of use for a while only. */
export const removeArchive = (path: string): Promise<void> => rm(path, {force: true})

/** The bytes of an archive as they are, telling how many have been read. */
export function archiveStream(path: string, onBytes: (bytes: number) => void): Readable {
  async function* counted() {
    let bytes = 0
    for await (const chunk of createReadStream(path, {highWaterMark: CHUNK})) {
      onBytes((bytes += (chunk as Buffer).length))
      yield chunk as Buffer
    }
  }
  return Readable.from(counted(), {objectMode: false})
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0)
    return bytesRead === GZIP.length && buffer.equals(GZIP)
  } finally {
    await file.close()
  }
}

/** Reads an archive to its end. Throws `image-archive-invalid` for one that is cut off or holds no images, before any engine has half of it. */
export async function readArchive(path: string, signal: AbortSignal): Promise<ArchiveFacts> {
  const found = await statOf(path)
  if (!found) throw new LabError('file-unusable', `There is no file ${path}.`, {next: [`ls -l ${dirname(path)}`]})
  if (!found.isFile()) throw new LabError('file-unusable', `${path} is not a regular file.`, {next: [`ls -ld ${path}`]})
  const gzip = await isGzip(path)
  let entries = 0
  let manifest: Buffer | undefined
  const sums = new Map<string, string>()
  const tar = extract()
  tar.on('entry', (header, stream, next) => {
    entries++
    const {name, size = 0} = header
    const isManifest = name === MANIFEST && size <= MOST_MANIFEST_BYTES
    const isSmall = size <= MOST_CONFIG_BYTES && header.type === 'file'
    const chunks: Buffer[] = []
    stream.on('data', chunk => (isManifest || isSmall) && chunks.push(chunk as Buffer))
    stream.on('end', () => {
      if (isManifest) manifest = Buffer.concat(chunks)
      else if (isSmall) sums.set(name, createHash('sha256').update(Buffer.concat(chunks)).digest('hex'))
      next()
    })
    // The archive itself tells why.
    stream.on('error', () => undefined)
    stream.resume()
  })
  try {
    const bytes = createReadStream(path, {highWaterMark: CHUNK})
    await (gzip ? pipeline(bytes, createGunzip(), tar, {signal}) : pipeline(bytes, tar, {signal}))
  } catch (error) {
    signal.throwIfAborted()
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error
    throw entries > 0 ? cutOff(path, error) : noArchive(path, error)
  }
  if (!manifest) throw noArchive(path)
  return {images: imagesIn(path, manifest, sums), sizeBytes: found.size}
}

function imagesIn(path: string, manifest: Buffer, sums: ReadonlyMap<string, string>): readonly ArchivedImage[] {
  try {
    const list = JSON.parse(manifest.toString('utf8')) as {RepoTags?: string[] | null; Config?: string}[]
    return list.map(({RepoTags, Config = ''}) => {
      const sum = sums.get(Config)
      const names = Array.isArray(RepoTags) ? RepoTags.filter(name => typeof name === 'string') : []
      return {names, ...(sum !== undefined && {configDigest: `sha256:${sum}`})}
    })
  } catch (error) {
    throw noArchive(path, error)
  }
}

const NEXT = ['apim-lab images save FILE (where it comes from)', 'apim-lab images pull']

const noArchive = (path: string, cause?: unknown) =>
  new LabError(
    'image-archive-invalid',
    `${path} is not an archive of images: it is not a tar file with a ${MANIFEST}.`,
    {
      next: NEXT,
      cause,
    },
  )

const cutOff = (path: string, cause: unknown) =>
  new LabError('image-archive-invalid', `${path} is cut off or damaged: ${messageOf(cause)}.`, {
    next: [`ls -l ${path} (compare its size with the original's)`, ...NEXT],
    cause,
  })
