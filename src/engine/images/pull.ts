import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {engineMessage, isConnectionLost, statusOf} from '../engine-errors.js'
import {loginNeeded} from '../../model/login-needed.js'
import {isLoginNeeded, saysLoginNeeded} from './login-needed.js'
import {progressMessages} from './progress-stream.js'
import {layerProgress, PullProgress, type LayerProgress} from './pull-progress.js'
import type {RegistryLogin} from './registry-login.js'

export interface PullOptions {
  /** Such as "linux/amd64", where the image has none for this machine. */
  readonly platform?: string
  readonly onProgress: (text: string) => void
  readonly onLayer?: (layer: LayerProgress) => void
  readonly signal: AbortSignal
}

/** Pulls an image. What was complete when a pull broke off is not pulled again. */
export async function pullImage(
  docker: Docker,
  image: string,
  {platform, onProgress, onLayer, signal, login}: PullOptions & {readonly login?: RegistryLogin | undefined},
): Promise<void> {
  signal.throwIfAborted()
  let answer: NodeJS.ReadableStream
  try {
    answer = (await docker.pull(image, {
      ...(platform && {platform}),
      ...(login && {authconfig: {base64: login}}),
      abortSignal: signal,
    })) as NodeJS.ReadableStream
  } catch (error) {
    signal.throwIfAborted()
    // Without a status the engine itself did not answer: that is not about the image.
    if (statusOf(error) === undefined) throw error
    throw isLoginNeeded(error)
      ? loginNeeded(image, login !== undefined, error)
      : unavailable(image, engineMessage(error), error)
  }
  try {
    await follow(image, progressMessages(answer, signal), {onProgress, onLayer, loggedIn: login !== undefined})
  } catch (error) {
    throw isConnectionLost(error) ? brokeOff(image, error) : error
  }
}

interface Listeners {
  readonly onProgress: (text: string) => void
  readonly onLayer: ((layer: LayerProgress) => void) | undefined
  readonly loggedIn: boolean
}

async function follow(
  image: string,
  messages: ReturnType<typeof progressMessages>,
  {onProgress, onLayer, loggedIn}: Listeners,
): Promise<void> {
  const progress = new PullProgress()
  const layers = new Map<string, string>()
  let last: string | undefined
  for await (const message of messages) {
    const {error} = message
    if (error !== undefined)
      throw saysLoginNeeded(error) ? loginNeeded(image, loggedIn, message) : unavailable(image, error, message)
    const layer = layerProgress(message)
    if (layer && layers.get(layer.layer) !== layer.text) {
      layers.set(layer.layer, layer.text)
      onLayer?.(layer)
    }
    const text = progress.take(message)
    if (text === undefined || text === last) continue
    last = text
    onProgress(text)
  }
}

const AGAIN = 'apim-lab images pull (pulls what is missing)'

const unavailable = (image: string, why: string, cause: unknown) =>
  new LabError('image-unavailable', `The image ${image} can't be pulled: ${why.trim().replace(/\.$/, '')}.`, {
    next: [AGAIN, `docker pull ${image}`],
    cause,
  })

const brokeOff = (image: string, cause: unknown) =>
  new LabError(
    'image-unavailable',
    `The pull of ${image} was interrupted: the connection to the Docker engine was lost.`,
    {
      next: [AGAIN, 'docker version'],
      cause,
    },
  )
