import type Docker from 'dockerode'
import {orNothing} from '../engine-errors.js'

/** The id of an image that the engine has, by name. */
export async function imageId(docker: Docker, name: string): Promise<string | undefined> {
  return (await inspectImage(docker, name))?.Id
}

/** What the engine knows of an image, or undefined where it has none of this name. */
export async function inspectImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  return orNothing(docker.getImage(name).inspect())
}

/** Removes an image that has no name any more. Containers may still be using it: then it stays. */
export async function removeUnused(docker: Docker, id: string): Promise<void> {
  await docker
    .getImage(id)
    .remove()
    .catch(() => undefined)
}
