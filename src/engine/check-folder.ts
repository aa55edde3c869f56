import {randomBytes} from 'node:crypto'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'
import {readFileIn} from './archive.js'
import {statusOf} from './engine-errors.js'

/** A file of this machine with content that nobody else can know. */
export interface Nonce {
  readonly file: string
  readonly content: string
}

export interface CheckFolderOptions {
  readonly lab: string
  readonly folder: string
  readonly image: string
  readonly nonce: Nonce
}

const SEEN_AT = '/lab/nonce'

/**
 * Whether the engine sees the files of this machine, by a container that is never started: an engine elsewhere, or in a virtual
 * machine that does not share the folder, would mount an empty folder and say nothing.
 */
export async function seesFolder(docker: Docker, {lab, folder, image, nonce}: CheckFolderOptions): Promise<boolean> {
  let container: Docker.Container
  try {
    container = await docker.createContainer({
      name: `${lab}-helper-${randomBytes(4).toString('hex')}`,
      Image: image,
      Labels: {[LABELS.lab]: lab, [LABELS.folder]: folder, [LABELS.helper]: 'true'},
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{Type: 'bind', Source: nonce.file, Target: SEEN_AT, ReadOnly: true}],
      },
    })
  } catch (error) {
    // The mount's source is not there, for the engine.
    if (statusOf(error) === 400) return false
    throw error
  }
  try {
    return (await readFileIn(docker, container.id, SEEN_AT)) === nonce.content
  } finally {
    await container.remove({force: true})
  }
}
