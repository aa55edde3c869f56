import {runsNatively} from '../../model/architecture.js'
import type {KeptImage} from '../../model/kept-images.js'
import {emulationText} from './check-architectures.js'
import type {LabContext} from '../context.js'
import {keptImages} from './kept-images.js'
import type {ImageOrigin} from './lab-images.js'
import {neededImages} from './needed-images.js'
import type {LabRequest} from '../resolve/resolve-lab.js'

/** An image of the lab, in the form that `images list --json` promises. */
export interface ImageRow {
  readonly name: string
  readonly components: readonly string[]
  /** On this engine. */
  readonly here: boolean
  readonly id: string | null
  /** The registry's digest; none of an image that was built or loaded. */
  readonly digest: string | null
  readonly sizeBytes: number | null
  /** `linux/amd64`. */
  readonly platform: string | null
  readonly emulated: boolean
  readonly origin: ImageOrigin
  /** Of one that was built here from the product's zip; `none` where that told none. */
  readonly updateLevel: string | null
  /** What the lab was made with, if it was. */
  readonly madeWith: {readonly id: string; readonly digest: string | null} | null
  /** Whether that is what its name means now; null where there is nothing to compare. */
  readonly same: boolean | null
}

export interface ImageList {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly images: readonly ImageRow[]
  readonly warnings: readonly string[]
}

const madeWith = (kept: KeptImage | undefined) => (kept ? {id: kept.id, digest: kept.digest ?? null} : null)

/** Every image that the lab needs, what the engine has of it, and whether it is what the lab was made with. */
export async function imageList(options: LabRequest, context: LabContext): Promise<ImageList> {
  const {lab, release, releaseReason, folder, engine, images, facts} = await neededImages(options, context)
  const [kept, {architecture}] = await Promise.all([keptImages(folder), engine.info()])
  const rows = images.map(({name, components, origin}): ImageRow => {
    const found = facts.get(name)
    const before = kept[name]
    return {
      name,
      components,
      here: found !== undefined,
      id: found?.id ?? null,
      digest: found?.digest ?? null,
      sizeBytes: found?.sizeBytes ?? null,
      platform: found?.platform ?? null,
      emulated: found !== undefined && !runsNatively(found.platform, architecture),
      origin,
      updateLevel: found?.updateLevel ?? null,
      madeWith: madeWith(before),
      same: found && before ? found.id === before.id : null,
    }
  })
  return {
    lab,
    release: release.name,
    releaseReason,
    images: rows,
    warnings: rows.flatMap(({name, platform, emulated}) =>
      emulated ? [emulationText(name, platform!, architecture)] : [],
    ),
  }
}
