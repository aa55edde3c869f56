import type Docker from 'dockerode'
import {statusOf} from '../engine-errors.js'
import {withHelper, type HelperOwner} from '../helper-container.js'

/** In every image that has a shell, and it does nothing. */
const NOTHING = ['/bin/true']

/**
 * Whether this machine can run a program of the image, by a container that does nothing: whether an emulator is set up, an engine
 * does not tell. Undefined where the image has no such program.
 */
export function canRun(docker: Docker, image: string, owner: HelperOwner): Promise<boolean | undefined> {
  return withHelper(docker, owner, {Image: image, Entrypoint: NOTHING, Cmd: []}, async container => {
    try {
      await container.start()
      const {StatusCode} = (await container.wait()) as {StatusCode: number}
      return StatusCode === 0
    } catch (error) {
      // The engine found no such program in it, or it could not tell.
      if (statusOf(error) === undefined) throw error
      return undefined
    }
  })
}
