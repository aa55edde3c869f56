import {lstat, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {extract, pack, type Pack} from 'tar-stream'
import {LabError} from '../errors.js'
import type {SnapshotManifest} from '../model/snapshot.js'
import {filesBelow} from './files.js'
import {CHECKSUMS, FILES, MANIFEST, PartSums, VOLUMES, type Head} from './snapshot-format.js'
import {summed} from './tar-entries.js'
import {zstdPacked} from './zstd.js'

export interface SnapshotFileInput {
  readonly manifest: SnapshotManifest
  /** The snapshot's own folder. */
  readonly folder: string
  /** The data of a volume as a tar, whose names begin with its key. */
  readonly volume: (key: string) => AsyncIterable<Buffer>
}

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
  const sums = new PartSums()
  addText(tar, MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const path of (await filesBelow(folder)).filter(it => it !== MANIFEST)) {
    const file = join(folder, path)
    const {mode, mtime} = await lstat(file)
    const content = await readFile(file)
    const head: Head = {name: `${FILES}/${path}`, type: 'file', mode: mode & 0o777, size: content.length, mtime}
    tar.entry(head, content)
    sums.add(FILES, head).update(content)
  }
  for (const {key} of manifest.volumes) await addVolume(tar, key, volume(key), sums)
  addText(tar, CHECKSUMS, JSON.stringify(sums.digests()))
  tar.finalize()
}

const addText = (tar: Pack, name: string, text: string) => tar.entry({name, mode: 0o600}, text)

async function addVolume(tar: Pack, key: string, archive: AsyncIterable<Buffer>, sums: PartSums): Promise<void> {
  const entries = extract()
  const reading = pipeline(Readable.from(archive), entries as unknown as NodeJS.WritableStream)
  reading.catch(() => undefined)
  for await (const entry of entries) {
    const {name, type, mode = 0, uid = 0, gid = 0, size = 0, mtime} = entry.header
    if (type !== 'file' && type !== 'directory')
      throw new LabError(
        'snapshot-failed',
        `${name} of volume ${key} is a ${type}: only files and folders are exported.`,
        {next: ['apim-lab snapshot list']},
      )
    const path = `${VOLUMES}/${name.replace(/\/$/, '')}`
    const head: Head = {name: path, type, mode, uid, gid, size, ...(mtime && {mtime})}
    const sum = sums.add(`${VOLUMES}/${key}`, head)
    const target = tar.entry(head)
    if (type === 'directory') {
      target.end(Buffer.alloc(0))
      entry.resume()
    } else await pipeline(summed(entry as AsyncIterable<Buffer>, sum), target)
  }
  await reading
}
