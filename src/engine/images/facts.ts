import type Docker from 'dockerode'
import {digestOf} from '../../model/image-name.js'
import {inspectImage} from './image-id.js'

/** What is to be known of an image that the engine has. */
export interface ImageFacts {
  readonly id: string
  /** By which its registry knows it; none of an image that was built or loaded. */
  readonly digest?: string
  readonly sizeBytes: number
  /** `linux/amd64`. */
  readonly platform: string
}

/** What the engine knows of an image, or undefined where it has none of this name. */
export async function imageFacts(docker: Docker, name: string): Promise<ImageFacts | undefined> {
  const found = await inspectImage(docker, name)
  if (!found) return undefined
  const digest = digestOf(name, found.RepoDigests ?? [])
  return {
    id: found.Id,
    ...(digest !== undefined && {digest}),
    sizeBytes: found.Size,
    platform: `${found.Os}/${found.Architecture}`,
  }
}
