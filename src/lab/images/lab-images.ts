import type {DatabaseServerSpec} from '../../model/database-server.js'
import {HELPER_IMAGE, LOCAL_IMAGES, localTag, type LocalImage} from '../../model/local-images.js'
import {scriptsOf} from '../../model/mix-releases.js'
import {imageOf, releaseImageOf} from '../../model/product-image.js'
import type {SettingSource} from '../../model/resolve-settings.js'
import type {LabSettings} from '../../model/settings.js'
import {LOAD_BALANCER, SCHEMA, type Topology} from '../../model/topology.js'
import {schemaOwner} from '../../render/compose-view.js'

/** How an image is had: from its registry, built here from the distribution's packages, built where no registry answers, or built here from the product's zip. */
export type ImageOrigin = 'pull' | 'build' | 'pull-or-build' | 'distribution'

/** An image that a lab needs. */
export interface LabImage {
  readonly name: string
  /** Components whose nodes run it, `helper` for the command's own short-lived containers. */
  readonly components: readonly string[]
  readonly origin: ImageOrigin
  /** The only platform that its registry has it for. */
  readonly platform?: string
}

/** What runs in the containers that wait and look for us. */
export const HELPER = 'helper'

/**
 * Images of the components that a lab has, and the only platform that each is there for. A component without nodes needs no image, except
 * for the schema scripts that it has.
 */
export function productPlatforms({release, settings, nodes}: Topology): ReadonlyMap<string, string | undefined> {
  const used = new Set(nodes.map(({component}) => component))
  const specs = release.components.filter(({name}) => used.has(name))
  const scripts = scriptsOf(release)
  return new Map([
    ...(scripts ? [[releaseImageOf(scripts, release, settings), scripts.platform] as const] : []),
    ...specs.map(spec => [imageOf(spec, release, settings), spec.platform] as const),
  ])
}

/** What stands around the components: the setting of its image, and the one of ours that can stand for it. */
const surroundings = ({name, settings}: DatabaseServerSpec) =>
  [
    [settings.image, name],
    ['loadBalancerImage', LOAD_BALANCER],
  ] as const satisfies readonly (readonly [keyof LabSettings, LocalImage])[]

export type Sources = Readonly<Record<string, SettingSource>>

export interface NamingInput {
  readonly topology: Pick<Topology, 'settings' | 'server'>
  readonly sources: Sources
  readonly version: string
  /** Names of the images that the engine has. */
  readonly here: ReadonlySet<string>
}

/** Images whose presence decides which of two names a lab uses. */
export const candidates = ({settings, server}: NamingInput['topology'], version: string): readonly string[] =>
  surroundings(server).flatMap(([key, image]) => [settings[key], localTag(image, version)])

/** The settings with the names that a lab without a registry uses: ours in place of an official one that nobody named and that is not here. */
export function namedHere({topology, sources, version, here}: NamingInput): LabSettings {
  const {settings, server} = topology
  const names = surroundings(server).map(([key, image]) => {
    const [name, own] = [settings[key], localTag(image, version)]
    const isOurs = name.startsWith(localTag(image, ''))
    return [key, isOurs || (sources[key] === 'default' && !here.has(name) && here.has(own)) ? own : name] as const
  })
  return {...settings, ...Object.fromEntries(names)}
}

/** Every image that a lab needs, in the order of its nodes. */
export function labImages(topology: Topology, sources: Sources, version: string): readonly LabImage[] {
  const {nodes, server, settings} = topology
  const helper = localTag(HELPER_IMAGE, version)
  const byName = new Map<string, {components: Set<string>; platform?: string}>()
  const add = (name: string, component: string, platform?: string) => {
    const known = byName.get(name) ?? {components: new Set<string>(), ...(platform !== undefined && {platform})}
    byName.set(name, known)
    known.components.add(component)
  }
  for (const {image, component, spec} of nodes) add(image, component, spec.platform)
  // Its component may have no node in this lab.
  const schema = schemaOwner(topology)
  if (!byName.has(schema.image)) add(schema.image, SCHEMA, schema.platform || undefined)
  add(helper, HELPER)
  const replaceable = new Set(
    surroundings(server).flatMap(([key]) => (sources[key] === 'default' ? [settings[key]] : [])),
  )
  const originOf = (name: string): ImageOrigin => {
    if (isOwn(name)) return 'build'
    if (isBuilt(name)) return 'distribution'
    return replaceable.has(name) ? 'pull-or-build' : 'pull'
  }
  return [...byName].map(([name, {components, platform}]) => ({
    name,
    components: [...components],
    origin: originOf(name),
    ...(platform !== undefined && {platform}),
  }))
}

/** One of those that are built here from the distribution's packages. */
export const isOwn = (name: string): boolean => LOCAL_IMAGES.some(image => name.startsWith(localTag(image, '')))

/** One that was built here from a product's zip: no registry has it. */
export const isBuilt = (name: string): boolean => name.startsWith('apim-lab/') && !isOwn(name)
