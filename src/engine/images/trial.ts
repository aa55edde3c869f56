import {randomBytes} from 'node:crypto'
import type Docker from 'dockerode'
import {LABELS} from '../../model/labels.js'
import {statusOf} from '../engine-errors.js'

export interface TrialOptions {
  readonly lab: string
  readonly folder: string
}

/** In every image that has a shell, and it does nothing. */
const NOTHING = ['/bin/true']

/**
 * Whether this machine can run a program of the image, by a container that does nothing: whether an emulator is set up, an engine
 * does not tell. Undefined where the image has no such program.
 */
export async function canRun(docker: Docker, image: string, {lab, folder}: TrialOptions): Promise<boolean | undefined> {
  const container = await docker.createContainer({
    name: `${lab}-helper-${randomBytes(4).toString('hex')}`,
    Image: image,
    Entrypoint: NOTHING,
    Cmd: [],
    Labels: {[LABELS.lab]: lab, [LABELS.folder]: folder, [LABELS.helper]: 'true'},
    HostConfig: {NetworkMode: 'none'},
  })
  try {
    await container.start()
    const {StatusCode} = (await container.wait()) as {StatusCode: number}
    return StatusCode === 0
  } catch (error) {
    // The engine found no such program in it, or it could not tell.
    if (statusOf(error) === undefined) throw error
    return undefined
  } finally {
    await container.remove({force: true, v: true})
  }
}
