import type {Engine, ImageFacts} from '../engine/engine.js'
import {buildTopology} from '../model/build-topology.js'
import type {LabContext} from './context.js'
import {candidates, labImages, namedHere, type LabImage} from './lab-images.js'
import {settleAsUp} from './settle-as-up.js'
import type {SettledLab, SettleOptions} from './settle.js'

export interface ImagesOptions extends SettleOptions {
  /** Ask no registry. */
  readonly offline: boolean
}

/** A lab's images, and what the engine has of them. */
export interface NeededImages extends SettledLab {
  readonly lab: string
  readonly engine: Engine
  readonly images: readonly LabImage[]
  readonly facts: ReadonlyMap<string, ImageFacts>
}

/** Which images the lab needs that `up` would bring up now. */
export async function neededImages(options: ImagesOptions, context: LabContext): Promise<NeededImages> {
  const engine = await context.engine()
  const settled = await settleAsUp(options, context, engine)
  const {release, sources, topology} = settled
  const {version} = context
  const here = new Set((await engine.imageIds(candidates(topology.settings, version))).keys())
  const settings = namedHere({settings: topology.settings, sources, version, here})
  const images = labImages(buildTopology(settings, release), sources, version)
  const facts = await engine.images.facts(images.map(({name}) => name))
  return {...settled, lab: settings.lab, engine, images, facts}
}
