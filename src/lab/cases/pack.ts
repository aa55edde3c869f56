import {dirname, join, resolve} from 'node:path'
import {packFile, sha256Of, type PackedFile} from '../../disk/case-pack.js'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {fileBeside} from '../../disk/lab-file.js'
import {readIfThere} from '../../disk/regular-file.js'
import {LabError} from '../../errors.js'
import {PACKED_CASE, type PackManifest} from '../../model/cases/pack.js'
import {labFileOf} from '../../model/lab-file/lab-file.js'
import type {LabContext} from '../context.js'
import {resolveLab} from '../resolve/resolve-lab.js'
import {caseSettings, labRequest, type LoadedCase} from './case-lab.js'
import {checkCase} from './check-case.js'

export interface PackOptions {
  readonly output: string
  readonly workingDirectory: string
  /** Replaces a file that is there. */
  readonly force: boolean
}

export interface PackResult {
  readonly case: string
  readonly file: string
  readonly sizeBytes: number
  readonly files: readonly string[]
  readonly images: Readonly<Record<string, string>>
}

/** The files that a case's lab names and that lie beside it. */
async function filesOf({case: one, path}: LoadedCase): Promise<readonly PackedFile[]> {
  const named = labFileOf(one.lab ?? {}).files.map(file => file.path)
  const beside = [...new Set(named)].filter(file => !Object.hasOwn(one.files ?? {}, file))
  return Promise.all(
    beside.map(async name => {
      const content = await readIfThere(await fileBeside(path, name, 'file', 'file-unusable'))
      if (content) return {path: name, content}
      throw new LabError('file-unusable', `There is no ${join(dirname(path), name)}.`)
    }),
  )
}

/** Ids of the lab's images, those that the engine has; none without an engine. */
async function imagesOf(loaded: LoadedCase, context: LabContext): Promise<Readonly<Record<string, string>>> {
  const {topology} = await resolveLab(labRequest(loaded, await caseSettings(loaded), {}, context), context)
  const names = [...new Set(topology.nodes.map(({image}) => image))]
  const engine = await context.engine().catch(() => undefined)
  return engine ? Object.fromEntries(await engine.images.ids(names)) : {}
}

/** Writes a case with all files that it needs into one file. Throws as `checkCase`: what is packed can be run. */
export async function packCase(loaded: LoadedCase, options: PackOptions, context: LabContext): Promise<PackResult> {
  const {output, workingDirectory, force} = options
  const target = resolve(workingDirectory, output)
  const command = 'case pack CASE -o'
  await checkTarget(target, force, command)
  const {release} = await checkCase(loaded, {}, context)
  const files = [{path: PACKED_CASE, content: Buffer.from(loaded.text)}, ...(await filesOf(loaded))]
  const images = await imagesOf(loaded, context)
  const manifest: PackManifest = {
    format: 1,
    kind: 'case',
    version: context.version,
    created: new Date().toISOString(),
    case: loaded.case.name,
    release,
    images,
    files: files.map(({path, content}) => ({path, bytes: content.length, sha256: sha256Of(content)})),
  }
  const sizeBytes = await writeArchive(target, packFile(manifest, files), {force, command, onBytes: () => undefined})
  return {case: loaded.case.name, file: target, sizeBytes, files: files.map(({path}) => path), images}
}
