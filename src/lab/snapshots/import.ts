import {randomBytes} from 'node:crypto'
import {resolve} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {pack, type Pack} from 'tar-stream'
import {freeBytes} from '../../disk/folder-facts.js'
import {LabFolder} from '../../disk/lab-folder.js'
import type {SnapshotFolder} from '../../disk/snapshot-folder.js'
import {readSnapshotFile, type VolumeTarget} from '../../disk/read-snapshot-file.js'
import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import {LABELS} from '../../model/labels.js'
import {checkSnapshotName, snapshotVolume, type SnapshotManifest} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {helperImage} from '../images/image-source.js'
import {megabytes} from '../images/size-progress.js'
import {labOption} from '../resolve/named-lab.js'
import {keptSettings} from '../resolve/load-settings.js'
import {withLock} from '../state/with-lock.js'
import {removeLeft} from './left.js'
import {readSnapshotFacts} from './snapshot-facts.js'
import {findSnapshot} from './stored.js'
import {SNAPSHOT_AT, withVolumes} from './volume-work.js'

export interface ImportOptions {
  readonly path: string
  readonly workingDirectory: string
  /** Of the snapshot; without it its own. */
  readonly name?: string
  /** The lab that it is kept for; without it the one that it is of. */
  readonly keptFor?: string
  readonly wait: boolean
}

export interface ImportResult {
  readonly lab: string
  readonly name: string
  readonly release: string
  readonly bytes: number
  /** What its nodes run, as it says: somebody else may have written it. */
  readonly images: readonly string[]
}

/** Files of the lab folder that a lab is made from. What was rendered is made anew: it may say anything, of another machine or by intent. */
const KEPT = [
  /^lab\/(settings|secrets|images)\.json$/,
  /^lab\/tls\/(key|certificate)\.pem$/,
  /^lab\/tls\/untrusted\.json$/,
  /^lab\/artifacts\//,
  /^apim-lab\.yaml$/,
]

/**
 * Makes a snapshot of a file that `exportSnapshot` wrote, here or elsewhere. The file is read to its end, and each part held against its
 * checksum, before it counts; until then what it brings lies where nothing uses it.
 */
export async function importSnapshot(options: ImportOptions, context: LabContext): Promise<ImportResult> {
  const {path, workingDirectory, wait, keptFor} = options
  if (options.name !== undefined) checkSnapshotName(options.name)
  const file = resolve(workingDirectory, path)
  const {manifest} = await readSnapshotFacts(file, context.signal)
  const lab = keptFor ?? manifest.lab
  return withLock({lab, wait}, context, () => importLocked(file, {lab, of: manifest.lab}, options, context))
}

async function importLocked(
  file: string,
  {lab, of}: {readonly lab: string; readonly of: string},
  {name: asked}: ImportOptions,
  context: LabContext,
): Promise<ImportResult> {
  const {reporter, signal} = context
  const engine = await context.engine()
  await removeLeft(lab, context)
  const id = randomBytes(6).toString('hex')
  const volume = snapshotVolume(id)
  let draft: SnapshotFolder | undefined
  let manifest: SnapshotManifest | undefined
  try {
    await readSnapshotFile(
      file,
      {
        begin: async found => {
          const name = checkSnapshotName(asked ?? found.name)
          if (found.lab !== of)
            throw new LabError('snapshot-invalid', `${file} has changed while it was read.`, {next: []})
          if (await findSnapshot(lab, name, context).catch(() => true)) throw taken(lab, name, file)
          manifest = {...found, id, name, imported: true}
          reporter.begin(`Lab ${lab}: importing snapshot ${name} from ${file}`)
          draft = await context.data.snapshots(lab).draft(name)
          await engine.volumes.create(volume, {
            [LABELS.snapshot]: name,
            [LABELS.snapshotLab]: lab,
            [LABELS.folder]: context.data.lab(lab).path,
          })
          await checkSpace(manifest, lab, volume, context)
        },
        file: async (path, content, mode) => {
          if (KEPT.some(it => it.test(path))) await draft!.writeFile(path, content, (mode & 0o077) === 0)
        },
        volume: async key => volumeTarget(key, {volume, lab}, engine, context),
      },
      signal,
    )
    const {name, release, nodes, volumes} = manifest!
    // Throws for settings that are none.
    await keptSettings(new LabFolder(draft!.lab))
    await draft!.writeManifest(`${JSON.stringify(manifest, undefined, 2)}\n`)
    await draft!.keep()
    const images = [...new Set(nodes.map(({image}) => image))]
    const bytes = volumes.reduce((sum, it) => sum + it.bytes, 0)
    return {lab, name, release, bytes, images}
  } catch (error) {
    await draft?.remove().catch(() => undefined)
    await engine.volumes.remove(volume).catch(() => undefined)
    throw error
  }
}

const taken = (lab: string, name: string, file: string) =>
  new LabError('snapshot-taken', `Lab ${lab} has a snapshot ${name} already.`, {
    next: [
      `apim-lab snapshot import ${file} --name ${name}-2`,
      `apim-lab snapshot delete ${name}${labOption(lab)} (removes it)`,
    ],
  })

/** Throws `disk-short` with the sum, before anything is unpacked. */
async function checkSpace(
  {volumes}: SnapshotManifest,
  lab: string,
  volume: string,
  context: LabContext,
): Promise<void> {
  const needed = volumes.reduce((sum, {bytes}) => sum + bytes, 0)
  const mounts = [{name: volume, at: SNAPSHOT_AT, readOnly: false}]
  const folder = context.data.lab(lab).path
  const {freeBytes: free = 0} = await withVolumes({lab, folder, volumes: mounts}, context, work =>
    work.do({do: 'measure', folders: [], on: SNAPSHOT_AT}),
  )
  const here = await freeBytes(context.data.path)
  if (needed <= free && here > 0) return
  throw new LabError(
    'disk-short',
    `The engine's disk has ${megabytes(free)} free, and ${megabytes(needed)} are needed; nothing was changed.`,
    {
      next: ['docker system df'],
    },
  )
}

/** Hands the entries of a volume to the engine as a tar, while they are read. */
function volumeTarget(
  key: string,
  {volume, lab}: {readonly volume: string; readonly lab: string},
  engine: Engine,
  context: LabContext,
): VolumeTarget {
  const {signal, version, data} = context
  const tar: Pack = pack()
  const owner = {lab, folder: data.lab(lab).path, image: helperImage(version)}
  const writing = engine.volumes.write(tar as never, {...owner, volume, path: '', signal})
  writing.catch((error: Error) => void tar.destroy(error))
  return {
    entry: async (head, content) => {
      const {type, mode = 0, uid = 0, gid = 0, size = 0, mtime} = head
      const name = head.name === '' ? key : `${key}/${head.name}`
      const target = tar.entry({name, type: type ?? 'file', mode: mode & 0o777, uid, gid, size, ...(mtime && {mtime})})
      if (type !== 'directory') return pipeline(content, target)
      target.end(Buffer.alloc(0))
      content.resume()
    },
    end: async () => {
      tar.finalize()
      await writing
    },
  }
}
