import {resolve} from 'node:path'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {LabError} from '../../errors.js'
import type {LabContext} from '../context.js'
import {neededImages, type NeededImages} from './needed-images.js'
import type {LabRequest} from '../resolve/resolve-lab.js'
import {megabytes, sizeProgress} from './size-progress.js'

export interface ImageSaveOptions extends LabRequest {
  readonly path: string
  /** Replaces a file that is there. */
  readonly force: boolean
}

export interface ImageSaveResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly file: string
  readonly sizeBytes: number
  readonly images: readonly string[]
}

/** Saves all images of the lab into one archive, whole or not at all. */
export async function imageSave(
  {path, force, ...options}: ImageSaveOptions,
  context: LabContext,
): Promise<ImageSaveResult> {
  const {reporter, signal} = context
  const file = resolve(options.workingDirectory, path)
  // Before anything is asked: it may take minutes until the file is to be written.
  await checkTarget(file, force)
  const needed = await neededImages(options, context)
  checkAllHere(needed)
  const {lab, release, releaseReason, engine, images, facts} = needed
  const names = images.map(({name}) => name)
  reporter.begin(`Lab ${lab}: saving the images of release ${release.name} (${releaseReason}) to ${file}`)
  const expected = [...facts.values()].reduce((sum, {sizeBytes}) => sum + sizeBytes, 0)
  const onBytes = sizeProgress(reporter, file, `of about ${megabytes(expected)}`)
  const sizeBytes = await writeArchive(file, engine.images.save(names, signal), {force, onBytes})
  reporter.on({subject: file, state: 'done', text: megabytes(sizeBytes)})
  return {lab, release: release.name, releaseReason, file, sizeBytes, images: names}
}

/** Throws `image-unavailable` with the images that the engine does not have. */
export function checkAllHere({images, facts, release}: NeededImages): void {
  const missing = images.filter(({name}) => !facts.has(name)).map(({name}) => name)
  if (missing.length > 0) throw notHere(missing, release.name)
}

const notHere = (missing: readonly string[], release: string) =>
  new LabError('image-unavailable', `Not on this engine, so nothing was saved: ${missing.join(', ')}.`, {
    next: [`apim-lab images pull --release ${release}`, 'apim-lab images build', `apim-lab up --release ${release}`],
  })
