import {resolve} from 'node:path'
import {archiveStream, readArchive, type ArchivedImage} from '../../disk/image-archive.js'
import {architectureOf, samePlatform} from '../../model/architecture.js'
import type {LabContext} from '../context.js'
import {neededImages} from './needed-images.js'
import type {LabRequest} from '../resolve/resolve-lab.js'
import {megabytes, sizeProgress} from './size-progress.js'

export interface ImageLoadOptions extends LabRequest {
  readonly path: string
}

export interface LoadedImage {
  readonly name: string
  readonly id: string
  readonly platform: string
}

export interface ImageLoadResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly file: string
  readonly images: readonly LoadedImage[]
  /** What the lab still lacks. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

/** Loads an archive of images, which is read and checked before the engine is asked. */
export async function imageLoad({path, ...options}: ImageLoadOptions, context: LabContext): Promise<ImageLoadResult> {
  const {reporter, signal} = context
  const file = resolve(options.workingDirectory, path)
  reporter.begin(`Loading ${file}`)
  reporter.on({subject: file, state: 'working', text: 'reading what is in it'})
  const {images: archived, sizeBytes} = await readArchive(file, signal)
  const engine = await context.engine()
  const onBytes = sizeProgress(reporter, file, `of ${megabytes(sizeBytes)}`)
  await engine.images.load(archiveStream(file, onBytes), signal)

  const names = archived.flatMap(({names: own}) => own)
  const facts = await engine.images.facts(names)
  const images = names.flatMap(name => {
    const found = facts.get(name)
    return found ? [{name, id: found.id, platform: found.platform}] : []
  })
  reporter.on({subject: file, state: 'done', text: `${images.length} images loaded`})
  // No registry is asked: who loads a file has none.
  const needed = await neededImages({...options, offline: true}, context)
  const platforms = new Map(needed.images.map(({name, platform}) => [name, platform]))
  const {architecture} = await engine.info()
  const warnings = images.flatMap(image => strange(image, platforms.get(image.name), architecture))
  for (const text of [...warnings, ...nameless(archived)]) reporter.on({subject: needed.lab, state: 'warning', text})
  return {
    lab: needed.lab,
    release: needed.release.name,
    releaseReason: needed.releaseReason,
    file,
    images,
    missing: needed.images.map(({name}) => name).filter(name => !needed.facts.has(name)),
    warnings,
  }
}

/** A warning about an image for another platform than the release's, or than this machine where the release names none. */
function strange({name, platform}: LoadedImage, wanted: string | undefined, machine: string): readonly string[] {
  const expected = wanted ?? `linux/${architectureOf(machine)}`
  if (samePlatform(platform, expected)) return []
  return [`${name} is for ${platform}, and ${wanted === undefined ? 'this engine' : 'the release'} is for ${expected}`]
}

const nameless = (images: readonly ArchivedImage[]) => {
  const count = images.filter(({names}) => names.length === 0).length
  return count === 0 ? [] : [`${count} images of the archive have no name: no lab finds them`]
}
