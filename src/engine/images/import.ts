import type Docker from 'dockerode'
import type {Readable} from 'node:stream'
import {LabError} from '../../errors.js'
import {progressMessages} from './progress-stream.js'

const NEXT = {next: ['apim-lab up (tries again)', 'apim-lab doctor']}

/** Imports a tar as an image, and names it once `check` agrees; otherwise the image is removed again. */
export async function importImage(
  docker: Docker,
  tar: Readable,
  {name, signal, check}: {readonly name: string; readonly signal: AbortSignal; readonly check: () => Promise<void>},
): Promise<void> {
  const answer = await docker.importImage(tar, {abortSignal: signal})
  let id: string | undefined
  for await (const {error, status} of progressMessages(answer, signal)) {
    if (error !== undefined)
      throw new LabError('image-build-failed', `The image ${name} can't be imported: ${error}.`, NEXT)
    if (status?.startsWith('sha256:')) id = status
  }
  if (id === undefined) throw new LabError('image-build-failed', `The engine imported no image ${name}.`, NEXT)
  const image = docker.getImage(id)
  try {
    await check()
    const [repo, tag] = name.split(':')
    await image.tag({repo: repo!, ...(tag !== undefined && {tag})})
  } catch (error) {
    await image.remove().catch(() => undefined)
    throw error
  }
}
