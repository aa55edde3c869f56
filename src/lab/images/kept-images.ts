import type {LabFolder} from '../../disk/lab-folder.js'
import type {ImageFacts} from '../../engine/engine-images.js'
import {keptImagesJson, movedImages, parseKeptImages, type KeptImages} from '../../model/kept-images.js'
import type {Topology} from '../../model/topology.js'
import {isOwn} from './lab-images.js'

/** What the lab was made with. */
export const keptImages = async (folder: LabFolder): Promise<KeptImages> =>
  parseKeptImages(await folder.readPrivate('images'))

const asKept = (facts: ReadonlyMap<string, ImageFacts>): KeptImages =>
  Object.fromEntries(
    [...facts].map(([name, {id, digest}]) => [name, {id, ...(digest !== undefined && {digest})}] as const),
  )

/** Notes what the lab is made with now. */
export const keepImages = (folder: LabFolder, facts: ReadonlyMap<string, ImageFacts>): Promise<void> =>
  folder.writePrivate('images', keptImagesJson(asKept(facts)))

/** Tells which tags mean another image than the lab was made with. Ours do so whenever we change, and a build tells of itself. */
export async function movedTexts(
  folder: LabFolder,
  {nodes}: Topology,
  facts: ReadonlyMap<string, ImageFacts>,
): Promise<readonly string[]> {
  return movedImages(await keptImages(folder), asKept(facts))
    .filter(({name}) => !isOwn(name))
    .map(({name, before, now}) => {
      const users = nodes.filter(({image}) => image === name).map(node => node.name)
      return `${name} was ${before} when this lab was made and is ${now} now: ${users.join(', ')} will be recreated`
    })
}
