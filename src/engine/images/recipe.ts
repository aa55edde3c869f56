import {createHash} from 'node:crypto'
import {renderer, type Templates} from '../../render/templates.js'

/** The images that can be made where no registry answers. */
export type LocalImage = 'mini' | 'mysql' | 'load-balancer'

/** A file of a build's context. */
export interface RecipeFile {
  readonly content: Buffer
  readonly mode: number
}

/** Everything that a build needs. */
export interface Recipe {
  readonly tag: string
  readonly files: ReadonlyMap<string, RecipeFile>
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

/** Our own base, made by debootstrap. */
export const BASE_IMAGE = 'apim-lab/base:trixie'

/** The name of a locally built image. */
export const localTag = (image: LocalImage, version: string): string => `apim-lab/${image}:${version}`

/** How to build one of our images. The mirror is not part of the hash: it says where from, not what. */
export function localRecipe(image: LocalImage, {version, templates, files, base, mirror}: RecipeInput): Recipe {
  const dockerfile = renderer(templates)(`images/${image}/Dockerfile`, {base, installNode: base === BASE_IMAGE})
  const all = new Map<string, RecipeFile>(
    [...files, ['Dockerfile', dockerfile] as const].map(([path, content]) => [
      path,
      {content: Buffer.from(content), mode: path.endsWith('.sh') ? 0o755 : 0o644},
    ]),
  )
  return {
    tag: localTag(image, version),
    files: all,
    labels: {[SOURCE_HASH]: hashOf(all)},
    buildArgs: mirror === undefined ? {} : {MIRROR: mirror},
  }
}

function hashOf(files: Recipe['files']): string {
  const hash = createHash('sha256')
  for (const [path, {content, mode}] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${mode}\0${content.length}\0`).update(content)
  return hash.digest('hex')
}
