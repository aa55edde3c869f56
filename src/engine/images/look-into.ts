import type Docker from 'dockerode'
import {filesAt, type FoundFile} from '../archive.js'
import {withHelper, type HelperOwner} from '../helper-container.js'

export type {FoundFile}

export interface LookOptions extends HelperOwner {
  readonly platform?: string
}

const SMALL_BYTES = 64 * 1024

/** The files at or below some paths of an image, by a container that is never started; none where there is no such path. */
export function lookInto(
  docker: Docker,
  image: string,
  paths: readonly string[],
  {platform, ...owner}: LookOptions,
): Promise<readonly FoundFile[]> {
  const options = {Image: image, ...(platform !== undefined && {platform})}
  return withHelper(docker, owner, options, async container => {
    const found: FoundFile[] = []
    for (const path of paths) found.push(...((await filesAt(docker, container.id, path, SMALL_BYTES)) ?? []))
    return found
  })
}
