import {randomBytes} from 'node:crypto'
import type Docker from 'dockerode'
import type {ContainerCreateOptions} from 'dockerode'
import {LABELS} from '../model/labels.js'
import type {HelperOptions} from './engine.js'

/** The lab that a container of the command itself is for. */
export interface HelperOwner extends Pick<HelperOptions, 'lab' | 'folder'> {
  /** Somebody uses it beside whoever works on the lab. */
  readonly lasting?: boolean
}

export const helperName = ({lab}: HelperOwner): string => `${lab}-helper-${randomBytes(4).toString('hex')}`

/** Creates a container that the next run knows by its labels and removes, should this one die. */
export const createHelper = (
  docker: Docker,
  owner: HelperOwner,
  options: ContainerCreateOptions & {readonly platform?: string},
): Promise<Docker.Container> =>
  docker.createContainer({
    name: helperName(owner),
    ...options,
    HostConfig: {CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'], PidsLimit: 256, ...options.HostConfig},
    Labels: {
      [LABELS.lab]: owner.lab,
      [LABELS.folder]: owner.folder,
      [LABELS.helper]: 'true',
      ...(owner.lasting && {[LABELS.lasting]: 'true'}),
    },
  })

/** Uses a helper without a network, and removes it with the volumes that its image declares. */
export async function withHelper<T>(
  docker: Docker,
  owner: HelperOwner,
  options: ContainerCreateOptions & {readonly platform?: string},
  use: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const container = await createHelper(docker, owner, {
    ...options,
    HostConfig: {...options.HostConfig, NetworkMode: 'none'},
  })
  try {
    return await use(container)
  } finally {
    await container.remove({force: true, v: true})
  }
}
