import {DATABASE_SERVERS} from './releases/servers/index.js'

/** An image that can be built here, where no registry answers: its recipe lies below templates/images. */
export interface LocalImageSpec {
  /** Programs of ours that go into it: the name there, and where the build has put it. */
  readonly programs: Readonly<Record<string, string>>
  /** Built on an image that has Node, where that can be had. */
  readonly onNode?: true
  /** Built on the one of helpers: what that has, and more. */
  readonly onHelper?: true
  /** A usual lab has none: it is built where it is named. */
  readonly onlyNamed?: true
}

const SPECS: Readonly<Record<string, LocalImageSpec>> = {
  // First: it makes the base of the others.
  mini: {programs: {'mini.cjs': 'mini/main.cjs', 'helper.cjs': 'helper/main.cjs'}, onNode: true},
  ...Object.fromEntries(
    DATABASE_SERVERS.map(({name}, i) => [name, {programs: {}, ...(i > 0 && {onlyNamed: true as const})}]),
  ),
  'load-balancer': {programs: {}},
  fault: {programs: {'fault.cjs': 'fault-helper/main.cjs'}, onHelper: true, onlyNamed: true},
}

/** Its name: `load-balancer`. */
export type LocalImage = string

export const LOCAL_IMAGES: readonly LocalImage[] = Object.keys(SPECS)

export function localImageSpec(image: LocalImage): LocalImageSpec {
  const spec = SPECS[image]
  if (!spec) throw new Error(`no image ${image} is built here`)
  return spec
}

/** The one that helpers run in, whatever the release: it has a Node. */
export const HELPER_IMAGE: LocalImage = 'mini'

/** The one that faults are made by: the helper's, with what rules over packets. */
export const FAULT_IMAGE: LocalImage = 'fault'

/** The name of a locally built image. */
export const localTag = (image: LocalImage, version: string): string => `apim-lab/${image}:${version}`

/** Our own base of one of Debian's suites, made by debootstrap. */
export const baseImage = (suite: string): string => `apim-lab/base:${suite}`

/** The suite of our own images. */
export const SUITE = 'trixie'

/** What our own images are built on. */
export const BASE_IMAGE = baseImage(SUITE)
