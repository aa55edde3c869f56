import type Docker from 'dockerode'
import type {NetworkInspectInfo} from 'dockerode'
import {LABELS} from '../model/labels.js'
import {isAmbiguous, orNothing} from './engine-errors.js'
import {removeNetwork} from './remove-network.js'

/**
 * Does what names a network. Where the engine has two of that name and can't tell which is meant, those of our folder in which nobody is go,
 * but for one, and it is done again: the engine's own check does not see a network that it is still making, for a run that was killed.
 */
export async function withoutDuplicates<T>(
  {docker, folder, names}: {readonly docker: Docker; readonly folder: string; readonly names: readonly string[]},
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!isAmbiguous(error)) throw error
    for (const name of names) await removeTwins(docker, name, folder)
    return action()
  }
}

async function removeTwins(docker: Docker, name: string, folder: string): Promise<void> {
  const all = await docker.listNetworks({filters: {name: [name]}})
  const ours = all.filter(({Name, Labels}) => Name === name && Labels?.[LABELS.folder] === folder)
  const looked = ours.map(({Id}) => orNothing(docker.getNetwork(Id).inspect() as Promise<NetworkInspectInfo>))
  const seen = (await Promise.all(looked)).filter(network => network !== undefined)
  const isEmpty = ({Containers = {}}: NetworkInspectInfo) => Object.keys(Containers).length === 0
  const [kept] = seen.toSorted((one, other) => Number(isEmpty(one)) - Number(isEmpty(other)))
  for (const twin of seen) if (twin !== kept && isEmpty(twin)) await removeNetwork(docker.getNetwork(twin.Id))
}
