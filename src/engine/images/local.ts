import type Docker from 'dockerode'
import {buildImage, notThere} from './build.js'
import {ensureBase, type BaseOptions} from './ensure-base.js'
import {imageId, inspectImage, removeUnused} from './image-id.js'
import {localRecipe, SOURCE_HASH, sourceHash, type RecipeInput} from './recipe.js'
import {BASE_IMAGE, localTag, SUITE, type LocalImage} from '../../model/local-images.js'

export interface LocalImageOptions extends Omit<RecipeInput, 'mirror' | 'base'>, BaseOptions {
  /** An official image to build on, asked for when there is something to build; without it, our own base, which is made if it is not there. */
  readonly base?: () => Promise<string>
  /** Bases on which the image is as good: one that was loaded may have been built on another than would be taken here. */
  readonly bases?: readonly string[]
}

/** What the engine has of an image of ours: as it is now, made from other sources, or nothing. */
export type LocalImageState = 'current' | 'stale' | 'missing'

async function look(docker: Docker, image: LocalImage, options: LocalImageOptions) {
  const {bases = [BASE_IMAGE]} = options
  const old = await inspectImage(docker, localTag(image, options.version))
  const hash = old?.Config.Labels?.[SOURCE_HASH]
  const isCurrent = bases.some(known => sourceHash(image, {...options, base: known}) === hash)
  return {old, isCurrent}
}

/** Whether the engine has one of our images, made from the same sources. */
export async function localImageState(
  docker: Docker,
  image: LocalImage,
  options: LocalImageOptions,
): Promise<LocalImageState> {
  const {old, isCurrent} = await look(docker, image, options)
  return old ? (isCurrent ? 'current' : 'stale') : 'missing'
}

/** Builds one of our images unless the engine has it, made from the same sources. Returns its id. */
export async function ensureLocalImage(docker: Docker, image: LocalImage, options: LocalImageOptions): Promise<string> {
  const {onProgress, signal} = options
  const tag = localTag(image, options.version)
  const {old, isCurrent} = await look(docker, image, options)
  if (old && isCurrent) return old.Id

  signal.throwIfAborted()
  const base = (await options.base?.()) ?? BASE_IMAGE
  if (base === BASE_IMAGE) {
    const mirror = await ensureBase(docker, SUITE, tag, options)
    await buildImage(docker, localRecipe(image, {...options, base, mirror}), {onProgress, signal})
  } else {
    await buildImage(docker, localRecipe(image, {...options, base}), {onProgress, signal})
  }

  const id = await imageId(docker, tag)
  if (id === undefined) throw notThere(tag)
  if (old && old.Id !== id) await removeUnused(docker, old.Id)
  return id
}
