import {createHash} from 'node:crypto'
import type {TreeEntry} from '../../model/file-tree.js'
import {BASE_IMAGE, localTag, type LocalImage} from '../../model/local-images.js'
import {renderer, type Templates} from '../../render/templates.js'

/** A file of a build's context. */
export interface RecipeFile {
  readonly content: Buffer
  readonly mode: number
}

/** A whole tree in a build's context, below a folder of its own: it is read while the engine takes it. */
export interface RecipeTree {
  readonly folder: string
  readonly entries: readonly TreeEntry[]
}

/** Everything that a build needs. */
export interface Recipe {
  readonly tag: string
  readonly files: ReadonlyMap<string, RecipeFile>
  readonly trees?: readonly RecipeTree[]
  readonly labels: Readonly<Record<string, string>>
  readonly buildArgs: Readonly<Record<string, string>>
}

export interface RecipeInput {
  readonly version: string
  readonly templates: Templates
  /** What the image's Dockerfile copies, by path. */
  readonly files: ReadonlyMap<string, Buffer | string>
  /** The image to build on: an official one, or our own base. */
  readonly base: string
  /** The Debian mirror to install from; none for an official base that has all it needs. */
  readonly mirror?: string
}

export const SOURCE_HASH = 'apim-lab.source-hash'

const dockerfileOf = (image: LocalImage) => `images/${image}/Dockerfile`

/**
 * What an image is made from, as a hash: the text of its Dockerfile's template, its base and its files. The mirror is not part of
 * it: it says where from, not what. Nothing is rendered, since every `up` asks for it.
 */
export function sourceHash(image: LocalImage, {templates, base, files}: RecipeInput): string {
  const hash = createHash('sha256').update(`${templates.get(dockerfileOf(image))}\0${base}\0`)
  for (const [path, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${modeOf(path)}\0${content.length}\0`).update(content)
  return hash.digest('hex')
}

const modeOf = (path: string) => (path.endsWith('.sh') ? 0o755 : 0o644)

/** How to build one of our images. */
export function localRecipe(image: LocalImage, input: RecipeInput): Recipe {
  const {version, templates, files, base, mirror} = input
  const dockerfile = renderer(templates)(dockerfileOf(image), {base, installNode: base === BASE_IMAGE})
  return {
    tag: localTag(image, version),
    files: new Map(
      [...files, ['Dockerfile', dockerfile] as const].map(([path, content]) => [
        path,
        {content: Buffer.from(content), mode: modeOf(path)},
      ]),
    ),
    labels: {[SOURCE_HASH]: sourceHash(image, input)},
    buildArgs: mirror === undefined ? {} : {MIRROR: mirror},
  }
}
