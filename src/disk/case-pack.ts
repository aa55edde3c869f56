import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, open, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {pack} from 'tar-stream'
import {LabError} from '../errors.js'
import {fromJson} from '../model/from-json.js'
import {PACK, type PackManifest} from '../model/cases/pack.js'
import {readPackedTar, type Entry} from './packed-tar.js'
import {contentOf, isSafe} from './snapshot-file.js'
import {zstdPacked} from './zstd.js'

const MANIFEST = 'manifest.json'
const FILES = 'files'
const MOST_TEXT_BYTES = 1024 * 1024
/** Of all files: far above patches and drivers. */
const MOST_BYTES = 256 * 1024 * 1024
/** How a file of zstd begins. */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

export interface PackedFile {
  /** Relative to the case's folder. */
  readonly path: string
  readonly content: Buffer
}

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** A case as one file: a manifest with a checksum for each file, then the files. */
export async function* packFile(manifest: PackManifest, files: readonly PackedFile[]): AsyncGenerator<Buffer> {
  const tar = pack()
  tar.entry({name: MANIFEST, mode: 0o600}, `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const {path, content} of files) tar.entry({name: `${FILES}/${path}`, mode: 0o644}, content)
  tar.finalize()
  yield* zstdPacked(tar as AsyncIterable<Buffer>)
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

async function readEntries(entries: AsyncIterable<Entry>, folder: string, bad: (why: string) => LabError) {
  let manifest: PackManifest | undefined
  let left: PackManifest['files'] = []
  for await (const entry of entries) {
    const {name, type, size = 0} = entry.header
    if (type !== 'file') throw bad(`${JSON.stringify(name.slice(0, 80))} is a ${type}`)
    if (!isSafe(name)) throw bad(`${JSON.stringify(name.slice(0, 80))} leads elsewhere`)
    if (!manifest) {
      if (name !== MANIFEST || size > MOST_TEXT_BYTES) throw bad('it does not begin with a manifest')
      manifest = fromJson(PACK, (await contentOf(entry)).toString('utf8'))
      if (!manifest) throw bad('its manifest is none')
      if (manifest.files.reduce((sum, {bytes}) => sum + bytes, 0) > MOST_BYTES) throw bad('its files are too large')
      left = manifest.files
      continue
    }
    const [next, ...others] = left
    if (!next || name !== `${FILES}/${next.path}` || size !== next.bytes)
      throw bad(`${JSON.stringify(name.slice(0, 80))} is not what its manifest says`)
    const content = await contentOf(entry)
    if (sha256Of(content) !== next.sha256) throw bad(`${next.path} is not what its checksum says`)
    const path = join(folder, next.path)
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    await writeFile(path, content, {flag: 'wx', mode: 0o600})
    left = others
  }
  if (!manifest || left.length > 0) throw bad('it is cut off')
  return manifest
}

/** What a pack brings, in a folder of its own. */
export interface Unpacked {
  readonly manifest: PackManifest
  readonly folder: string
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
    return {
      manifest: await readPackedTar(path, entries => readEntries(entries, folder, bad), bad, signal),
      folder,
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
