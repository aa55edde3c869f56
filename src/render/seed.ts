import {createHash} from 'node:crypto'
import {seedName} from '../model/names.js'
import {isDatabase, type Topology} from '../model/topology.js'
import {schemaOwner} from './compose-view.js'
import {schemaView} from './server-view.js'
import {renderer, type Templates} from './templates.js'

/** An image, and the platform to run it as where that is not the machine's own; an empty one is. */
interface SeedImage {
  readonly image: string
  readonly platform: string
}

/** How the databases are made that all labs begin with which would make the same ones. Nothing of one lab is in it. */
export interface SeedRecipe {
  /** SHA-256 of all that makes a difference. */
  readonly hash: string
  readonly name: string
  /** Ids of the images that it is made from. */
  readonly images: readonly string[]
  /** `data`: where it has its data. */
  readonly server: SeedImage & {readonly capabilities: readonly string[]; readonly data: string}
  /** Where the schema scripts are. */
  readonly scripts: SeedImage & {readonly paths: readonly string[]}
  /** What the container that makes it is given besides, by path. */
  readonly files: Readonly<Record<string, string>>
  /** Runs in the server's image and makes the seed. */
  readonly fill: string
  /** Runs in the server's image and copies it into a lab's volume. */
  readonly clone: string
}

/** The recipe of the lab's seed; undefined where an image is not known by its id, or the server has none. Pure. */
export function seedRecipe(
  topology: Topology,
  templates: Templates,
  imageIds: ReadonlyMap<string, string>,
): SeedRecipe | undefined {
  const node = topology.nodes.find(isDatabase)
  const {server, settings} = topology
  if (!node || !server.seed) return undefined
  const owner = schemaOwner(topology)
  const images = [node.image, owner.image].flatMap(image => imageIds.get(image) ?? [])
  if (images.length < 2) return undefined
  const render = renderer(templates)
  const schema = schemaView(topology)
  const {folder, data} = server.container
  const own = server.settings.config
  const config = own && settings[own.key]
  const files = {
    [`${folder}/schema.sh`]: render(`${server.name}/schema.sh`, schema),
    ...Object.fromEntries(
      Object.entries(server.seed).map(([path, target]) => [target, render(`${server.name}/${path}`, schema)]),
    ),
    ...(own && config && {[`${folder}/${own.path}`]: config.content}),
  }
  const fill = render(`${server.name}/seed.sh`, {})
  const hash = createHash('sha256')
    .update(JSON.stringify([images, files, fill]))
    .digest('hex')
  return {
    hash,
    name: seedName(hash),
    images,
    server: {
      image: node.image,
      platform: node.spec.platform ?? '',
      data,
      capabilities: node.spec.capabilities ?? [],
    },
    scripts: {image: owner.image, platform: owner.platform, paths: schema.scripts.map(({path}) => path)},
    files,
    fill,
    clone: render(`${server.name}/clone.sh`, {}),
  }
}
