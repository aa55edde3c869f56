import {randomUUID} from 'node:crypto'
import {measured} from '../../disk/case-pack.js'
import {archiveStream, readArchive, removeArchive, writeArchive} from '../../disk/image-archive.js'
import {LabError} from '../../errors.js'
import type {PackManifest} from '../../model/cases/pack.js'
import type {LabContext} from '../context.js'
import {checkAllHere} from '../images/save.js'
import type {NeededImages} from '../images/needed-images.js'
import {megabytes, sizeProgress} from '../images/size-progress.js'
import type {FoundCase} from './load-case.js'

type Archive = NonNullable<PackManifest['archive']>

/** Images in a file of their own, for as long as a pack is made of it. */
export interface SavedImages {
  readonly path: string
  readonly archive: Archive
  readonly remove: () => Promise<void>
}

/** Saves what labs need beside the pack that is made. Throws `image-unavailable` for what the engine does not have. */
export async function saveImages(
  needed: readonly NeededImages[],
  target: string,
  {reporter, signal}: LabContext,
): Promise<SavedImages> {
  for (const lab of needed) checkAllHere(lab)
  const names = [...new Set(needed.flatMap(({images}) => images.map(({name}) => name)))]
  const path = `${target}.${randomUUID()}.images.tmp`
  const remove = () => removeArchive(path)
  try {
    const onBytes = sizeProgress(reporter, path, 'of images')
    await writeArchive(path, needed[0]!.engine.images.save(names, signal), {force: false, mode: 0o600, onBytes})
    const [{images}, file] = [await readArchive(path, signal), await measured(path)]
    reporter.on({subject: path, state: 'done', text: megabytes(file.bytes)})
    return {path, archive: {...file, images: namedDigests(images)}, remove}
  } catch (error) {
    await remove()
    throw error
  }
}

/** By name, the checksums of what an archive has. */
const namedDigests = (images: Awaited<ReturnType<typeof readArchive>>['images']): Readonly<Record<string, string>> =>
  Object.fromEntries(images.flatMap(({names, configDigest = ''}) => names.map(name => [name, configDigest] as const)))

/**
 * Loads the images that a pack brings, unless the engine has them all. They are held against the manifest, which was shown: no other name
 * comes to mean something else. Throws `image-archive-invalid` before the engine has any of them.
 */
export async function loadPackedImages({pack, images: path}: FoundCase, context: LabContext): Promise<void> {
  if (!pack?.archive || path === undefined) return
  const {reporter, signal} = context
  const input = pack.archive.images
  const {images, sizeBytes} = await readArchive(path, signal)
  const found = namedDigests(images)
  const names = [...new Set([...Object.keys(input), ...Object.keys(found)])]
  const wrong = names.find(name => found[name] !== input[name])
  if (wrong !== undefined) throw other(wrong, found[wrong], input[wrong])
  const engine = await context.engine()
  const here = await engine.images.ids(names)
  if (names.every(name => here.get(name) === input[name])) return
  reporter.begin(`Loading the images of case ${pack.case}`)
  const onBytes = sizeProgress(reporter, 'images', `of ${megabytes(sizeBytes)}`)
  await engine.images.load(archiveStream(path, onBytes), signal)
  const loaded = await engine.images.ids(names)
  const missing = names.find(name => !loaded.has(name))
  if (missing !== undefined)
    throw new LabError(
      'image-archive-invalid',
      `The engine does not have ${missing} after the pack's images were loaded.`,
      {
        next: ['docker images'],
      },
    )
  reporter.on({subject: 'images', state: 'done', text: `${names.length} loaded`})
}

const other = (name: string, found = 'not there', input = 'not there') =>
  new LabError(
    'image-archive-invalid',
    `The images of the pack are not those that its manifest says: ${name} is ${found}, and should be ${input}. Nothing was loaded.`,
    {next: ['apim-lab case pack FILE --images (where it comes from, once more)']},
  )
