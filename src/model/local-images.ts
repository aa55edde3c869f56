/** An image that can be built here, where no registry answers: its recipe lies below templates/images. */
export interface LocalImageSpec {
  /** Programs of ours that go into it: the name there, and where the build has put it. */
  readonly programs: Readonly<Record<string, string>>
  /** Built on an image that has Node, where that can be had. */
  readonly onNode?: true
}

const SPECS = {
  // First: it makes the base of the others.
  mini: {programs: {'mini.cjs': 'mini/main.cjs', 'helper.cjs': 'helper/main.cjs'}, onNode: true},
  mysql: {programs: {}},
  'load-balancer': {programs: {}},
} as const satisfies Readonly<Record<string, LocalImageSpec>>

export type LocalImage = keyof typeof SPECS

export const LOCAL_IMAGES = Object.keys(SPECS) as readonly LocalImage[]

export const localImageSpec = (image: LocalImage): LocalImageSpec => SPECS[image]

/** The one that helpers run in, whatever the release: it has a Node. */
export const HELPER_IMAGE: LocalImage = 'mini'

/** The name of a locally built image. */
export const localTag = (image: LocalImage, version: string): string => `apim-lab/${image}:${version}`

/** Our own base of one of Debian's suites, made by debootstrap. */
export const baseImage = (suite: string): string => `apim-lab/base:${suite}`

/** The suite of our own images. */
export const SUITE = 'trixie'

/** What our own images are built on. */
export const BASE_IMAGE = baseImage(SUITE)
