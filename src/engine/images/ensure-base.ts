import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {debianBase} from './debian-base.js'
import {imageId} from './image-id.js'
import {debianMirror} from './mirror.js'
import {baseImage} from '../../model/local-images.js'

export interface BaseOptions {
  /** Text of templates/images/base/build.sh. */
  readonly baseScript: string
  /** Text of apt's lists of sources on this machine. */
  readonly readAptSources: () => Promise<string>
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

/** Makes our own base of a suite unless the engine has it. Returns the mirror that packages come from. */
export async function ensureBase(
  docker: Docker,
  suite: string,
  tag: string,
  {baseScript, readAptSources, onProgress, signal}: BaseOptions,
): Promise<string> {
  const mirror = debianMirror(await readAptSources())
  if (mirror === undefined) throw noMirror(tag)
  if ((await imageId(docker, baseImage(suite))) === undefined)
    await debianBase(docker, {suite, script: baseScript, mirror, onProgress, signal})
  return mirror
}

const noMirror = (tag: string) =>
  new LabError(
    'image-unavailable',
    `The image ${tag} can't be made here: no registry answers, and this machine's apt sources (/etc/apt) name no Debian mirror to build it from.`,
    {next: ['docker login', 'apim-lab images load images.tar']},
  )
