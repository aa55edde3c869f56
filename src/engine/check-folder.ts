import {basename, dirname} from 'node:path'
import type Docker from 'dockerode'
import {readFileIn} from './archive.js'
import type {Nonce} from './engine.js'
import {statusOf} from './engine-errors.js'
import {withHelper, type HelperOwner} from './helper-container.js'

export interface CheckFolderOptions extends HelperOwner {
  readonly image: string
  readonly nonce: Nonce
}

const SEEN_AT = '/lab'

/**
 * Whether the engine sees the files of this machine, by a container that is never started: an engine elsewhere, or in a virtual
 * machine that does not share the folder, would mount an empty folder and say nothing.
 */
export async function seesFolder(docker: Docker, {image, nonce, ...owner}: CheckFolderOptions): Promise<boolean> {
  // Its folder: of a container that was not started, podman gives no file that is mounted by itself.
  const Mounts = [{Type: 'bind' as const, Source: dirname(nonce.file), Target: SEEN_AT, ReadOnly: true}]
  const options = {Image: image, HostConfig: {Mounts}}
  try {
    return await withHelper(
      docker,
      owner,
      options,
      async ({id}) => (await readFileIn(docker, id, `${SEEN_AT}/${basename(nonce.file)}`)) === nonce.content,
    )
  } catch (error) {
    // The mount's source is not there, for the engine.
    if (statusOf(error) === 400) return false
    throw error
  }
}
