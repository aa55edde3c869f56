import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {mkdir, mkdtemp, open, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {pack, type Pack} from 'tar-stream'
import {LabError} from '../errors.js'
import {fromJson} from '../model/from-json.js'
import {PACK, type PackManifest} from '../model/cases/pack.js'
import {freeBytes} from './folder-facts.js'
import {readPackedTar, type Entry} from './packed-tar.js'
import {contentOf, isSafe, shownName, summed} from './tar-entries.js'
import {zstdPacked} from './zstd.js'

const MANIFEST = 'manifest.json'
const FILES = 'files'
/** The images, as the engine saves them. */
const IMAGES = 'images.tar'
const MOST_TEXT_BYTES = 1024 * 1024
/** How a file of zstd begins. */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/** A file of a pack. */
export interface PackedFile {
  /** Relative to the case's folder. */
  readonly path: string
  readonly content: Buffer
}

/** Files that are too large for the memory: where they lie. */
export interface LargeFiles {
  readonly snapshot?: string
  readonly images?: string
}

interface Part {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Size and checksum of a file, read in pieces. */
export async function measured(path: string): Promise<Omit<Part, 'name'>> {
  const sum = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    sum.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return {bytes, sha256: sum.digest('hex')}
}

/** What follows the manifest, in this order. */
const partsOf = ({files, snapshot, archive}: PackManifest): readonly Part[] => [
  ...[...files, ...(snapshot ? [snapshot] : [])].map(file => ({...file, name: `${FILES}/${file.path}`})),
  ...(archive ? [{...archive, name: IMAGES}] : []),
]

/** A case as one file: a manifest with a checksum for each file, then the files. */
export async function* packFile(
  manifest: PackManifest,
  files: readonly PackedFile[],
  large: LargeFiles = {},
): AsyncGenerator<Buffer> {
  const tar = pack()
  const filling = fill(tar, manifest, files, large).catch((error: unknown) => void tar.destroy(error as Error))
  try {
    yield* zstdPacked(tar as AsyncIterable<Buffer>)
  } finally {
    tar.destroy()
    await filling
  }
}

async function fill(
  tar: Pack,
  manifest: PackManifest,
  files: readonly PackedFile[],
  {snapshot, images}: LargeFiles,
): Promise<void> {
  tar.entry({name: MANIFEST, mode: 0o600}, `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const {path, content} of files) tar.entry({name: `${FILES}/${path}`, mode: 0o644}, content)
  const sources = [...(snapshot === undefined ? [] : [snapshot]), ...(images === undefined ? [] : [images])]
  for (const [i, {name, bytes, sha256}] of partsOf(manifest).slice(files.length).entries()) {
    const sum = createHash('sha256')
    const chunks = summed(createReadStream(sources[i]!, {end: Math.max(0, bytes - 1)}), sum)
    await pipeline(chunks, tar.entry({name, mode: 0o600, size: bytes}))
    if (sum.digest('hex') !== sha256)
      throw new LabError('file-unusable', `${sources[i]} has changed while it was packed.`, {
        next: [`ls -l ${sources[i]}`],
      })
  }
  tar.finalize()
}

/** Whether a file may be a pack, by how it begins. */
export async function looksPacked(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    return bytesRead === MAGIC.length && buffer.equals(MAGIC)
  } finally {
    await file.close()
  }
}

type Bad = (why: string) => LabError

async function manifestIn(entry: Entry, bad: Bad): Promise<PackManifest> {
  const {name, size = 0} = entry.header
  if (name !== MANIFEST || size > MOST_TEXT_BYTES) throw bad('it does not begin with a manifest')
  const manifest = fromJson(PACK, (await contentOf(entry)).toString('utf8'))
  if (!manifest) throw bad('its manifest is not valid')
  return manifest
}

/** Throws `disk-short` before anything is unpacked. */
async function checkRoom(manifest: PackManifest, folder: string): Promise<void> {
  const needed = partsOf(manifest).reduce((sum, {bytes}) => sum + bytes, 0)
  const free = await freeBytes(folder)
  if (needed <= free) return
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`
  throw new LabError('disk-short', `${folder} has ${megabytes(free)} free, and ${megabytes(needed)} are needed.`, {
    next: [`df -h ${folder}`],
  })
}

async function readEntries(entries: AsyncIterable<Entry>, folder: string, bad: Bad): Promise<PackManifest> {
  let manifest: PackManifest | undefined
  let left: readonly Part[] = []
  for await (const entry of entries) {
    const {name, type, size = 0} = entry.header
    if (type !== 'file') throw bad(`${shownName(name)} is a ${type}`)
    if (!isSafe(name)) throw bad(`${shownName(name)} leaves its folder`)
    if (!manifest) {
      manifest = await manifestIn(entry, bad)
      await checkRoom(manifest, folder)
      left = partsOf(manifest)
      continue
    }
    const [next, ...others] = left
    if (!next || name !== next.name || size !== next.bytes)
      throw bad(`${shownName(name)} is not what its manifest says`)
    const path = join(folder, name)
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    const sum = createHash('sha256')
    const file = await open(path, 'wx', 0o600)
    await pipeline(summed(entry as AsyncIterable<Buffer>, sum), file.createWriteStream())
    if (sum.digest('hex') !== next.sha256) throw bad(`${name} is not what its checksum says`)
    left = others
  }
  if (!manifest || left.length > 0) throw bad('it is cut off')
  return manifest
}

/** What a pack brings, in a folder of its own. */
export interface Unpacked {
  readonly manifest: PackManifest
  /** Of the case, and of what it names. */
  readonly folder: string
  /** The archive of images, where it brings some. */
  readonly images: string | undefined
  readonly remove: () => Promise<void>
}

/**
 * Unpacks a pack below a folder. Throws `file-unusable` for what is no pack, has names that lead elsewhere, links, more or other than its
 * manifest says; nothing is left then.
 */
export async function unpack(path: string, below: string, signal: AbortSignal): Promise<Unpacked> {
  await mkdir(below, {recursive: true, mode: 0o700})
  const folder = await mkdtemp(join(below, 'case-'))
  const remove = () => rm(folder, {recursive: true, force: true})
  const bad = (why: string) =>
    new LabError('file-unusable', `${path} can't be used: ${why}. Nothing was run.`, {next: [`ls -l ${path}`]})
  try {
    const manifest = await readPackedTar(path, entries => readEntries(entries, folder, bad), bad, signal)
    const images = manifest.archive && join(folder, IMAGES)
    return {manifest, folder: join(folder, FILES), images, remove}
  } catch (error) {
    await remove()
    throw error
  }
}
