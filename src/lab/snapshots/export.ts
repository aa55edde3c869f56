import {resolve} from 'node:path'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {snapshotFile} from '../../disk/write-snapshot-file.js'
import {snapshotVolume} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {helperImage} from '../images/image-source.js'
import {megabytes, sizeProgress} from '../images/size-progress.js'
import {withLock} from '../state/with-lock.js'
import {checkData, theSnapshot} from './stored.js'

export interface ExportOptions {
  readonly lab: string
  readonly name: string
  readonly path: string
  readonly workingDirectory: string
  /** Replaces a file that is there. */
  readonly force: boolean
  readonly wait: boolean
}

export interface ExportResult {
  readonly lab: string
  readonly name: string
  readonly file: string
  readonly sizeBytes: number
  /** The lab's passwords and keys are in it. */
  readonly secrets: true
}

/** Writes a snapshot into one file, whole or not at all, which only its owner may read: the lab's secrets are in it. */
export const exportSnapshot = (options: ExportOptions, context: LabContext): Promise<ExportResult> =>
  withLock(options, context, async () => {
    const {lab, name, path, workingDirectory, force} = options
    const {reporter, signal, version} = context
    const file = resolve(workingDirectory, path)
    const command = `snapshot export ${name}`
    await checkTarget(file, force, command)
    const snapshot = await theSnapshot(lab, name, context)
    const engine = await context.engine()
    await checkData(snapshot, engine)
    const {manifest, folder} = snapshot
    reporter.begin(`Lab ${lab}: exporting snapshot ${name} to ${file}`)
    const owner = {lab, folder: context.data.lab(lab).path, image: helperImage(version)}
    const volume = snapshotVolume(manifest.id)
    const chunks = snapshotFile({
      manifest,
      folder: folder.path,
      volume: key => engine.volumes.read({...owner, volume, path: key, signal}),
    })
    const sizeBytes = await writeArchive(file, chunks, {
      force,
      command,
      mode: 0o600,
      onBytes: sizeProgress(reporter, file, 'written'),
    })
    reporter.on({subject: file, state: 'done', text: megabytes(sizeBytes)})
    return {lab, name, file, sizeBytes, secrets: true}
  })
