import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {buildImage} from './build.js'
import {debianBase} from './debian-base.js'
import {imageId, inspectImage} from './image-id.js'
import {debianMirror} from './mirror.js'
import {
  BASE_IMAGE,
  localRecipe,
  localTag,
  SOURCE_HASH,
  sourceHash,
  type LocalImage,
  type RecipeInput,
} from './recipe.js'

export interface LocalImageOptions extends Omit<RecipeInput, 'mirror' | 'base'> {
  /** An official image to build on, asked for when there is something to build; without it, our own base, which is made if it is not there. */
  readonly base?: () => Promise<string>
  /** Bases on which the image is as good: one that was loaded may have been built on another than would be taken here. */
  readonly bases?: readonly string[]
  /** Text of templates/images/base/build.sh. */
  readonly baseScript: string
  /** Text of apt's lists of sources on this machine. */
  readonly readAptSources: () => Promise<string>
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

/** Builds one of our images unless the engine has it, made from the same sources. Returns its id. */
export async function ensureLocalImage(docker: Docker, image: LocalImage, options: LocalImageOptions): Promise<string> {
  const {baseScript, readAptSources, onProgress, signal, bases = [BASE_IMAGE]} = options
  const tag = localTag(image, options.version)
  const old = await inspectImage(docker, tag)
  const hash = old?.Config.Labels?.[SOURCE_HASH]
  if (old && bases.some(known => sourceHash(image, {...options, base: known}) === hash)) return old.Id

  signal.throwIfAborted()
  const base = (await options.base?.()) ?? BASE_IMAGE
  if (base === BASE_IMAGE) {
    const mirror = debianMirror(await readAptSources())
    if (mirror === undefined) throw noMirror(tag)
    if ((await imageId(docker, BASE_IMAGE)) === undefined)
      await debianBase(docker, {script: baseScript, mirror, onProgress, signal})
    await buildImage(docker, localRecipe(image, {...options, base, mirror}), {onProgress, signal})
  } else {
    await buildImage(docker, localRecipe(image, {...options, base}), {onProgress, signal})
  }

  const id = await imageId(docker, tag)
  if (id === undefined) throw new LabError('image-build-failed', `The engine built ${tag} and does not have it.`)
  // Containers may still be using the old one: then it stays.
  if (old && old.Id !== id)
    await docker
      .getImage(old.Id)
      .remove()
      .catch(() => undefined)
  return id
}

const noMirror = (tag: string) =>
  new LabError(
    'image-unavailable',
    `The image ${tag} can't be made here: no registry answers, and this machine's apt sources (/etc/apt) name no Debian mirror to build it from.`,
    {next: ['docker login', 'apim-lab images load images.tar']},
  )
