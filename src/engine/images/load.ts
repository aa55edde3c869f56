import type Docker from 'dockerode'
import type {Readable} from 'node:stream'
import {LabError} from '../../errors.js'
import {progressMessages} from './progress-stream.js'

/** Loads an archive of images. Names in it then mean the images in it. */
export async function loadImages(docker: Docker, archive: Readable, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const broken = new AbortController()
  archive.once('error', error => broken.abort(error))
  const stop = AbortSignal.any([signal, broken.signal])
  try {
    const answer = await docker.loadImage(archive, {quiet: true, abortSignal: stop} as object)
    for await (const {error} of progressMessages(answer, stop)) if (error !== undefined) throw refused(error)
  } catch (error) {
    stop.throwIfAborted()
    throw error
  } finally {
    archive.destroy()
  }
}

const refused = (why: string) =>
  new LabError('image-archive-invalid', `The engine can't load the archive: ${why.trim()}.`, {
    next: ['docker system df', 'apim-lab images save FILE (where the archive comes from, once more)'],
  })
