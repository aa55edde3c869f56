import type {Engine} from '../../engine/engine.js'
import type {ImageFacts} from '../../engine/engine-images.js'
import {buildTopology} from '../../model/build-topology.js'
import type {LabContext} from '../context.js'
import {candidates, labImages, namedHere, type LabImage} from './lab-images.js'
import {readRequest, resolveLab, type LabRequest, type NamedRequest, type ResolvedLab} from '../resolve/resolve-lab.js'

/** A lab's images, and what the engine has of them. */
export interface NeededImages extends ResolvedLab {
  readonly engine: Engine
  readonly images: readonly LabImage[]
  readonly facts: ReadonlyMap<string, ImageFacts>
}

/** Which images the lab needs that `up` would bring up now. */
export const neededImages = async (request: LabRequest, context: LabContext): Promise<NeededImages> =>
  imagesOfLab(await readRequest(request, context), context)

/** The same, where the lab file was read. */
export async function imagesOfLab(request: NamedRequest, context: LabContext): Promise<NeededImages> {
  const engine = await context.engine()
  const resolved = await resolveLab(request, context, {engine, observed: await engine.observe(request.lab)})
  const {release, sources, topology} = resolved
  const {version} = context
  const here = new Set((await engine.images.ids(candidates(topology, version))).keys())
  const settings = namedHere({topology, sources, version, here})
  const images = labImages(buildTopology(settings, release), sources, version)
  const facts = await engine.images.facts(images.map(({name}) => name))
  return {...resolved, engine, images, facts}
}
