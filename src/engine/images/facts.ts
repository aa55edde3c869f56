import type Docker from 'dockerode'
import {digestOf} from '../../model/image-name.js'
import {IMAGE_LABELS} from '../../model/labels.js'
import {inspectImage} from './image-id.js'

/** What is to be known of an image that the engine has. */
export interface ImageFacts {
  readonly id: string
  /** By which its registry knows it; none of an image that was built or loaded. */
  readonly digest?: string
  readonly sizeBytes: number
  /** `linux/amd64`. */
  readonly platform: string
  /** Of one that was built from a product's distribution. */
  readonly updateLevel?: string
}

/** What the engine knows of an image, or undefined where it has none of this name. */
export async function imageFacts(docker: Docker, name: string): Promise<ImageFacts | undefined> {
  const found = await inspectImage(docker, name)
  if (!found) return undefined
  const digest = digestOf(name, found.RepoDigests ?? [])
  const updateLevel = found.Config.Labels?.[IMAGE_LABELS.updateLevel]
  return {
    id: found.Id,
    ...(digest !== undefined && {digest}),
    sizeBytes: found.Size,
    platform: `${found.Os}/${found.Architecture}`,
    ...(updateLevel !== undefined && {updateLevel}),
  }
}
