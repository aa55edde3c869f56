import {dirname, join, resolve} from 'node:path'
import {measured, packFile, sha256Of, type PackedFile} from '../../disk/case-pack.js'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {fileBeside} from '../../disk/lab-file.js'
import {readIfThere} from '../../disk/regular-file.js'
import {LabError} from '../../errors.js'
import {labBlockOf} from '../../model/cases/case.js'
import {PACKED_CASE, type PackManifest} from '../../model/cases/pack.js'
import {labFileOf} from '../../model/lab-file/lab-file.js'
import type {LabContext} from '../context.js'
import {imagesOfLab, type NeededImages} from '../images/needed-images.js'
import {sizeProgress} from '../images/size-progress.js'
import {caseSettings, labRequest, type LoadedCase} from './case-lab.js'
import {caseSnapshot, type CaseSnapshot} from './case-snapshot.js'
import {checkCase} from './check-case.js'
import {saveImages} from './packed-images.js'

export interface PackOptions {
  readonly output: string
  readonly workingDirectory: string
  /** With the images themselves. */
  readonly images: boolean
  /** Replaces a file that is there. */
  readonly force: boolean
}

export interface PackResult {
  readonly case: string
  readonly file: string
  readonly sizeBytes: number
  readonly files: readonly string[]
  readonly images: Readonly<Record<string, string>>
  /** Names of the images that are in it. */
  readonly packedImages: readonly string[]
  /** Passwords and keys of the snapshot's lab are in it. */
  readonly secrets: boolean
}

/** The files that a case's lab names and that lie beside it. */
async function filesOf({case: one, path}: LoadedCase): Promise<readonly PackedFile[]> {
  const named = labFileOf(labBlockOf(one)).files.map(file => file.path)
  const beside = [...new Set(named)].filter(file => !Object.hasOwn(one.files ?? {}, file))
  return Promise.all(
    beside.map(async name => {
      const content = await readIfThere(await fileBeside(path, name, 'file', 'file-unusable'))
      if (content) return {path: name, content}
      throw new LabError('file-unusable', `There is no ${join(dirname(path), name)}, which ${path} names.`, {
        next: [`Correct ${path}`],
      })
    }),
  )
}

/** Images of the lab on each release, and what the engine has of them; none without an engine. */
async function imagesOf(
  loaded: LoadedCase,
  releases: readonly string[],
  context: LabContext,
): Promise<readonly NeededImages[]> {
  const settings = await caseSettings(loaded, context)
  const found: NeededImages[] = []
  for (const release of releases)
    found.push(await imagesOfLab(labRequest(loaded, settings, {release, offline: true}, context), context))
  return found
}

const snapshotPart = async ({name, path, manifest: {lab, release, created}}: CaseSnapshot) => ({
  path: name,
  ...(await measured(path)),
  lab,
  release,
  created,
})

/** What is known of images by name. */
const factsOf = (needed: readonly NeededImages[], key: 'id' | 'digest') =>
  Object.fromEntries(
    needed.flatMap(({facts}) =>
      [...facts].flatMap(([name, {[key]: value}]) => (value === undefined ? [] : [[name, value] as const])),
    ),
  )

/** Writes a case with all files that it needs into one file. Throws as `checkCase`: what is packed can be run. */
export async function packCase(loaded: LoadedCase, options: PackOptions, context: LabContext): Promise<PackResult> {
  const {output, workingDirectory, force} = options
  const {reporter} = context
  const target = resolve(workingDirectory, output)
  const command = 'case pack CASE -o'
  await checkTarget(target, force, command)
  const {release, releases} = await checkCase(loaded, {}, context)
  const snapshot = await caseSnapshot(loaded, context)
  const files = [{path: PACKED_CASE, content: Buffer.from(loaded.text)}, ...(await filesOf(loaded))]
  const wanted = imagesOf(loaded, releases, context)
  // Without the images themselves it is enough to know what can be known.
  const needed = options.images ? await wanted : await wanted.catch(() => [])
  const digests = factsOf(needed, 'digest')
  const saved = options.images ? await saveImages(needed, target, context) : undefined
  try {
    const manifest: PackManifest = {
      format: 1,
      kind: 'case',
      version: context.version,
      created: new Date().toISOString(),
      case: loaded.case.name,
      release,
      ...(releases.length > 1 && {releases: [...releases]}),
      images: factsOf(needed, 'id'),
      ...(Object.keys(digests).length > 0 && {digests}),
      files: files.map(({path, content}) => ({path, bytes: content.length, sha256: sha256Of(content)})),
      ...(snapshot && {snapshot: await snapshotPart(snapshot)}),
      ...(saved && {archive: saved.archive}),
    }
    const large = {...(snapshot && {snapshot: snapshot.path}), ...(saved && {images: saved.path})}
    const sizeBytes = await writeArchive(target, packFile(manifest, files, large), {
      force,
      command,
      ...(snapshot && {mode: 0o600}),
      onBytes: sizeProgress(reporter, target, 'packed'),
    })
    return {
      case: loaded.case.name,
      file: target,
      sizeBytes,
      files: [...files.map(({path}) => path), ...(snapshot ? [snapshot.name] : [])],
      images: manifest.images,
      packedImages: Object.keys(saved?.archive.images ?? {}),
      secrets: snapshot !== undefined,
    }
  } finally {
    await saved?.remove()
  }
}
