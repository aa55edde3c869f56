import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {engineMessage, statusOf} from '../engine-errors.js'
import {progressMessages} from './progress-stream.js'
import {PullProgress} from './pull-progress.js'

export interface PullOptions {
  /** Such as "linux/amd64", where the image has none for this machine. */
  readonly platform?: string
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

/** Pulls an image. */
export async function pullImage(
  docker: Docker,
  image: string,
  {platform, onProgress, signal}: PullOptions,
): Promise<void> {
  signal.throwIfAborted()
  let answer: NodeJS.ReadableStream
  try {
    answer = (await docker.pull(image, {...(platform && {platform}), abortSignal: signal})) as NodeJS.ReadableStream
  } catch (error) {
    signal.throwIfAborted()
    // Without a status the engine itself did not answer: that is not about the image.
    throw statusOf(error) === undefined ? error : unavailable(image, engineMessage(error), error)
  }
  const progress = new PullProgress()
  let last: string | undefined
  for await (const message of progressMessages(answer, signal)) {
    if (message.error !== undefined) throw unavailable(image, message.error, message)
    const text = progress.take(message)
    if (text === undefined || text === last) continue
    last = text
    onProgress(text)
  }
}

const unavailable = (image: string, why: string, cause: unknown) =>
  new LabError('image-unavailable', `The image ${image} can't be pulled: ${why.trim()}.`, {
    next: [`docker pull ${image}`],
    cause,
  })
