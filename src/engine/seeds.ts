import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'
import type {StoredSeed} from './engine-volumes.js'
import {isConflict, isNotFound} from './engine-errors.js'
import {imageId} from './images/image-id.js'

const volumesOf = async (docker: Docker, label: string, dangling: boolean) => {
  const filters = {label: [label], ...(dangling && {dangling: ['true']})}
  return (await docker.listVolumes({filters})).Volumes ?? []
}

/** Every seed that the engine has. */
export async function storedSeeds(docker: Docker): Promise<readonly StoredSeed[]> {
  const all = await volumesOf(docker, LABELS.seed, false)
  const there = new Set(all.map(({Name}) => Name))
  return Promise.all(
    all
      .filter(({Labels}) => Labels[LABELS.seedData] !== undefined)
      .map(async ({Name, Labels}) => ({
        name: Name,
        whole: there.has(Labels[LABELS.seedData]!),
        usable: await hasImages(docker, Labels[LABELS.seedImages]),
      })),
  )
}

/**
 * Removes seeds of images that are gone, and data that no seed names; with `all` the others too. What has just been made is named before its
 * container goes, so the names are asked for last. Returns the volumes that are gone.
 */
export async function removeSeeds(docker: Docker, {all = false} = {}): Promise<readonly string[]> {
  const unused = await volumesOf(docker, LABELS.seed, true)
  const kept = new Set<string | undefined>()
  for (const {Name, Labels} of await volumesOf(docker, LABELS.seedData, false))
    if (!all && (await hasImages(docker, Labels[LABELS.seedImages]))) kept.add(Name).add(Labels[LABELS.seedData])
  const removed: string[] = []
  for (const {Name} of unused) if (!kept.has(Name) && (await removeUnused(docker, Name))) removed.push(Name)
  return removed
}

async function hasImages(docker: Docker, images = ''): Promise<boolean> {
  const found = await Promise.all(images.split(',').map(id => imageId(docker, id)))
  return !found.includes(undefined)
}

/** Whether it is gone: somebody may be using it, or have removed it. */
export async function removeUnused(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).remove()
    return true
  } catch (error) {
    if (isNotFound(error)) return true
    if (isConflict(error)) return false
    throw error
  }
}
