import {createHash, type Hash} from 'node:crypto'
import {lstat, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {extract, pack, type Header, type Pack} from 'tar-stream'
import * as z from 'zod'
import {LabError} from '../errors.js'
import {fromJson} from '../model/from-json.js'
import {SNAPSHOT, type SnapshotManifest} from '../model/snapshot.js'
import {filesBelow} from './files.js'
import {readPackedTar, type Entry} from './packed-tar.js'
import {zstdPacked} from './zstd.js'

const MANIFEST = 'manifest.json'
const CHECKSUMS = 'checksums.json'
const FILES = 'files'
const VOLUMES = 'volumes'
const MOST_TEXT_BYTES = 1024 * 1024
/** Of the lab's folder: far above what a lab has, with a driver and parts. */
const MOST_FILES_BYTES = 512 * 1024 * 1024
const MOST_ENTRIES = 1_000_000

/** A part of the file: the lab's files, or a volume by its key. */
type Part = string

export interface SnapshotFileInput {
  readonly manifest: SnapshotManifest
  /** The snapshot's own folder. */
  readonly folder: string
  /** The data of a volume as a tar, whose names begin with its key. */
  readonly volume: (key: string) => AsyncIterable<Buffer>
}

type Head = Partial<Header> & {readonly name: string}

/** Engines say in the mode too what an entry is; a tar has the permissions alone. */
const PERMISSIONS = 0o7777

/** What is hashed of an entry besides its content. */
const headOf = ({type, name, mode = 0, uid = 0, gid = 0, size = 0}: Head) =>
  `${JSON.stringify([type, name, mode & PERMISSIONS, uid, gid, size])}\n`

/** A snapshot as one file: a manifest, the lab's files, the data of each volume, and at the end a checksum for each part. */
export async function* snapshotFile(input: SnapshotFileInput): AsyncGenerator<Buffer> {
  const tar = pack()
  const filling = fill(tar, input).catch((error: unknown) => void tar.destroy(error as Error))
  try {
    yield* zstdPacked(tar as AsyncIterable<Buffer>)
  } finally {
    tar.destroy()
    await filling
  }
}

async function fill(tar: Pack, {manifest, folder, volume}: SnapshotFileInput): Promise<void> {
  const sums = new Map<Part, Hash>()
  addText(tar, MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const path of (await filesBelow(folder)).filter(it => it !== MANIFEST)) {
    const file = join(folder, path)
    const {mode, mtime} = await lstat(file)
    const content = await readFile(file)
    const head: Head = {name: `${FILES}/${path}`, type: 'file', mode: mode & 0o777, size: content.length, mtime}
    tar.entry(head, content)
    sumOf(sums, FILES).update(headOf(head)).update(content)
  }
  for (const {key} of manifest.volumes) await addVolume(tar, key, volume(key), sumOf(sums, `${VOLUMES}/${key}`))
  addText(tar, CHECKSUMS, JSON.stringify(Object.fromEntries([...sums].map(([part, sum]) => [part, sum.digest('hex')]))))
  tar.finalize()
}

function sumOf(sums: Map<Part, Hash>, part: Part): Hash {
  const sum = sums.get(part) ?? createHash('sha256')
  sums.set(part, sum)
  return sum
}

const addText = (tar: Pack, name: string, text: string) => tar.entry({name, mode: 0o600}, text)

async function addVolume(tar: Pack, key: string, archive: AsyncIterable<Buffer>, sum: Hash): Promise<void> {
  const entries = extract()
  const reading = pipeline(Readable.from(archive), entries as unknown as NodeJS.WritableStream)
  reading.catch(() => undefined)
  for await (const entry of entries) {
    const {name, type, mode = 0, uid = 0, gid = 0, size = 0, mtime} = entry.header
    if (type !== 'file' && type !== 'directory')
      throw new LabError(
        'snapshot-failed',
        `${name} of volume ${key} is a ${type}: only files and folders are exported.`,
        {
          next: ['apim-lab snapshot list'],
        },
      )
    const head: Head = {
      name: `${VOLUMES}/${name.replace(/\/$/, '')}`,
      type,
      mode,
      uid,
      gid,
      size,
      ...(mtime && {mtime}),
    }
    sum.update(headOf(head))
    const target = tar.entry(head)
    if (type === 'directory') {
      target.end(Buffer.alloc(0))
      entry.resume()
    } else await pipeline(summed(entry as AsyncIterable<Buffer>, sum), target)
  }
  await reading
}

/** What an import is told of a file, part by part. Nothing of it is to count before `readSnapshotFile` has come to its end. */
export interface SnapshotFileTarget {
  /** First of all. */
  readonly begin: (manifest: SnapshotManifest) => Promise<void>
  /** A file of the lab's, by its path in the snapshot's folder. */
  readonly file: (path: string, content: Buffer, mode: number) => Promise<void>
  /** Begins a volume; the entries that follow are its own, with names below it. */
  readonly volume: (key: string) => Promise<VolumeTarget>
}

export interface VolumeTarget {
  readonly entry: (head: Head, content: Readable) => Promise<void>
  readonly end: () => Promise<void>
}

const SUMS = z.record(z.string(), z.string())

/**
 * Reads a file of `snapshotFile` to its end. Throws `snapshot-invalid` for what is no such file, has names that lead elsewhere, links, more
 * than it declares, or parts that are not what their checksums say.
 */
export async function readSnapshotFile(path: string, target: SnapshotFileTarget, signal: AbortSignal): Promise<void> {
  const bad = (why: string) => invalid(path, why)
  await readPackedTar(path, entries => readEntries(entries, target, bad), bad, signal)
}

async function readEntries(
  entries: AsyncIterable<Entry>,
  target: SnapshotFileTarget,
  bad: (why: string) => LabError,
): Promise<void> {
  let manifest: SnapshotManifest | undefined
  let sums: Readonly<Record<string, string>> | undefined
  let current: {readonly key: string; readonly target: VolumeTarget; left: number} | undefined
  let filesLeft = MOST_FILES_BYTES
  let count = 0
  const found = new Map<Part, Hash>()
  for await (const entry of entries) {
    const {name, type, size = 0} = entry.header
    if (++count > MOST_ENTRIES) throw bad('it has too many files')
    if (sums) throw bad(`${shown(name)} comes after the end`)
    if (!isSafe(name)) throw bad(`${shown(name)} leads elsewhere`)
    if (type !== 'file' && type !== 'directory') throw bad(`${shown(name)} is a ${type}`)
    const [part = '', key = ''] = name.split('/')
    if (!manifest) {
      if (name !== MANIFEST || size > MOST_TEXT_BYTES) throw bad('it does not begin with a manifest')
      const text = (await contentOf(entry)).toString('utf8')
      manifest = fromJson(SNAPSHOT, text)
      if (!manifest) throw bad('its manifest is none')
      await target.begin(manifest)
    } else if (name === CHECKSUMS) {
      if (size > MOST_TEXT_BYTES) throw bad('its checksums are none')
      await current?.target.end()
      const text = (await contentOf(entry)).toString('utf8')
      sums = fromJson(SUMS, text)
      if (!sums) throw bad('its checksums are none')
    } else if (part === FILES && type === 'file') {
      filesLeft -= size
      if (filesLeft < 0) throw bad('its files are larger than those of any lab')
      const content = await contentOf(entry)
      sumOf(found, FILES).update(headOf(entry.header)).update(content)
      await target.file(name.slice(FILES.length + 1), content, entry.header.mode ?? 0)
    } else if (part === VOLUMES) {
      let volume: typeof current = current
      if (volume?.key !== key) {
        await volume?.target.end()
        const declared = manifest.volumes.find(it => it.key === key)
        if (!declared || found.has(`${VOLUMES}/${key}`)) throw bad(`${shown(name)} is not in its manifest`)
        volume = current = {key, target: await target.volume(key), left: declared.bytes}
      }
      volume.left -= size
      if (volume.left < 0) throw bad(`volume ${key} is larger than its manifest says`)
      const sum = sumOf(found, `${VOLUMES}/${key}`)
      sum.update(headOf({...entry.header, name: name.replace(/\/$/, '')}))
      const below = {...entry.header, name: name.slice(VOLUMES.length + key.length + 2)}
      await volume.target.entry(below, Readable.from(summed(entry as AsyncIterable<Buffer>, sum)))
    } else throw bad(`${shown(name)} is no part of a snapshot`)
  }
  if (!manifest || !sums) throw bad('it is cut off')
  const parts = [...found].map(([part, sum]) => [part, sum.digest('hex')] as const)
  const wanted = [...manifest.volumes.map(({key}) => `${VOLUMES}/${key}`), FILES]
  const wrong = wanted.find(
    part => sums[part] === undefined || !parts.some(([name, sum]) => name === part && sums[part] === sum),
  )
  if (wrong !== undefined) throw bad(`${wrong} is not what its checksum says`)
}

/** The same bytes, counted into a checksum as they are read. */
async function* summed(chunks: AsyncIterable<Buffer>, sum: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sum.update(chunk)
    yield chunk
  }
}

const shown = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

/** Relative, and never upwards. */
export const isSafe = (name: string): boolean =>
  name.length < 4096 &&
  !name.includes('\0') &&
  !name.includes('\\') &&
  name
    .replace(/\/$/, '')
    .split('/')
    .every(it => !['', '.', '..'].includes(it))

export async function contentOf(entry: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const invalid = (path: string, why: string) =>
  new LabError('snapshot-invalid', `${path} can't be imported: ${why}. Nothing was changed.`, {next: [`ls -l ${path}`]})
