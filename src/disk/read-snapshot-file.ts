import {Readable} from 'node:stream'
import * as z from 'zod'
import {LabError} from '../errors.js'
import {fromJson} from '../model/from-json.js'
import {SNAPSHOT, type SnapshotManifest} from '../model/snapshot.js'
import {readPackedTar, type Entry} from './packed-tar.js'
import {CHECKSUMS, FILES, MANIFEST, PartSums, VOLUMES, type Head} from './snapshot-format.js'
import {contentOf, isSafe, shownName, summed} from './tar-entries.js'

const MOST_TEXT_BYTES = 1024 * 1024
/** Of the lab's folder: far above what a lab has, with a driver and parts. */
const MOST_FILES_BYTES = 512 * 1024 * 1024
const MOST_ENTRIES = 1_000_000

/** What an import is told of a file, part by part. Nothing of it may be used before `readSnapshotFile` has come to its end. */
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

type Bad = (why: string) => LabError

/**
 * Reads a file of `snapshotFile` to its end. Throws `snapshot-invalid` for what is no such file, has names outside of its folder, links, more
 * than it declares, or parts that differ from their checksums.
 */
export async function readSnapshotFile(path: string, target: SnapshotFileTarget, signal: AbortSignal): Promise<void> {
  const bad = (why: string) =>
    new LabError('snapshot-invalid', `${path} can't be imported: ${why}. Nothing was changed.`, {
      next: [`ls -l ${path}`],
    })
  await readPackedTar(path, entries => new SnapshotReader(target, bad).read(entries), bad, signal)
}

/** Checks each entry before the target is told of it. */
class SnapshotReader {
  #manifest: SnapshotManifest | undefined
  #declaredSums: Readonly<Record<string, string>> | undefined
  #volume: {readonly key: string; readonly target: VolumeTarget; left: number} | undefined
  #filesLeft = MOST_FILES_BYTES
  readonly #sums = new PartSums()

  constructor(
    readonly target: SnapshotFileTarget,
    readonly bad: Bad,
  ) {}

  async read(entries: AsyncIterable<Entry>): Promise<void> {
    let count = 0
    for await (const entry of entries) {
      if (++count > MOST_ENTRIES) throw this.bad('it has too many files')
      await this.#readEntry(entry)
    }
    if (!this.#manifest || !this.#declaredSums) throw this.bad('it is cut off')
    this.#checkSums(this.#manifest, this.#declaredSums)
  }

  async #readEntry(entry: Entry): Promise<void> {
    const {name, type} = entry.header
    if (this.#declaredSums) throw this.bad(`${shownName(name)} comes after the end`)
    if (!isSafe(name)) throw this.bad(`${shownName(name)} leaves its folder`)
    if (type !== 'file' && type !== 'directory') throw this.bad(`${shownName(name)} is a ${type}`)
    if (!this.#manifest) return this.#readManifest(entry)
    if (name === CHECKSUMS) return this.#readSums(entry)
    const [part] = name.split('/')
    if (part === FILES && type === 'file') return this.#readFile(entry)
    if (part === VOLUMES) return this.#readVolumeEntry(entry, this.#manifest)
    throw this.bad(`${shownName(name)} is not part of a snapshot`)
  }

  async #readManifest(entry: Entry): Promise<void> {
    const {name, size = 0} = entry.header
    if (name !== MANIFEST || size > MOST_TEXT_BYTES) throw this.bad('it does not begin with a manifest')
    this.#manifest = fromJson(SNAPSHOT, (await contentOf(entry)).toString('utf8'))
    if (!this.#manifest) throw this.bad('its manifest is not valid')
    await this.target.begin(this.#manifest)
  }

  async #readSums(entry: Entry): Promise<void> {
    await this.#volume?.target.end()
    const isSmall = (entry.header.size ?? 0) <= MOST_TEXT_BYTES
    this.#declaredSums = isSmall ? fromJson(SUMS, (await contentOf(entry)).toString('utf8')) : undefined
    if (!this.#declaredSums) throw this.bad('its checksums are not valid')
  }

  async #readFile(entry: Entry): Promise<void> {
    const {name, size = 0, mode = 0} = entry.header
    this.#filesLeft -= size
    if (this.#filesLeft < 0) throw this.bad('its files are larger than those of any lab')
    const content = await contentOf(entry)
    this.#sums.add(FILES, entry.header).update(content)
    await this.target.file(name.slice(FILES.length + 1), content, mode)
  }

  async #readVolumeEntry(entry: Entry, manifest: SnapshotManifest): Promise<void> {
    const {name, size = 0} = entry.header
    const [, key = ''] = name.split('/')
    const volume = this.#volume?.key === key ? this.#volume : await this.#beginVolume(key, name, manifest)
    volume.left -= size
    if (volume.left < 0) throw this.bad(`volume ${key} is larger than its manifest says`)
    const sum = this.#sums.add(`${VOLUMES}/${key}`, {...entry.header, name: name.replace(/\/$/, '')})
    const below = {...entry.header, name: name.slice(VOLUMES.length + key.length + 2)}
    await volume.target.entry(below, Readable.from(summed(entry as AsyncIterable<Buffer>, sum)))
  }

  async #beginVolume(key: string, name: string, manifest: SnapshotManifest) {
    await this.#volume?.target.end()
    const declared = manifest.volumes.find(it => it.key === key)
    if (!declared || this.#sums.has(`${VOLUMES}/${key}`)) throw this.bad(`${shownName(name)} is not in its manifest`)
    const volume = {key, target: await this.target.volume(key), left: declared.bytes}
    this.#volume = volume
    return volume
  }

  #checkSums({volumes}: SnapshotManifest, declared: Readonly<Record<string, string>>): void {
    const found = this.#sums.digests()
    const parts = [...volumes.map(({key}) => `${VOLUMES}/${key}`), FILES]
    const wrong = parts.find(part => declared[part] === undefined || found[part] !== declared[part])
    if (wrong !== undefined) throw this.bad(`${wrong} is not what its checksum says`)
  }
}
