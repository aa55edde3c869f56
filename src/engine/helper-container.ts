import {randomBytes} from 'node:crypto'
import type Docker from 'dockerode'
import type {ContainerCreateOptions} from 'dockerode'
import {machineLoad} from '../http/machine-load.js'
import {LABELS} from '../model/labels.js'
import {underLoad} from '../model/load.js'
import type {HelperOptions} from './engine.js'
import {isNotFound} from './engine-errors.js'

/** The lab that a container of the command itself is for. */
export interface HelperOwner extends Pick<HelperOptions, 'lab' | 'folder'> {
  /** Somebody uses it beside whoever works on the lab. */
  readonly lasting?: boolean
  /** The fault that it makes, as its label has it. */
  readonly fault?: string
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
    HostConfig: {CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges=true'], PidsLimit: 256, ...options.HostConfig},
    Labels: {
      [LABELS.lab]: owner.lab,
      [LABELS.folder]: owner.folder,
      [LABELS.helper]: 'true',
      ...(owner.lasting && {[LABELS.lasting]: 'true'}),
      ...(owner.fault !== undefined && {[LABELS.fault]: owner.fault}),
    },
  })

const GONE_MS = 5000

/** Whether the engine has removed a container within a time that grows with the load. */
export async function isRemoved(container: Docker.Container): Promise<boolean> {
  const abortSignal = AbortSignal.timeout(underLoad(GONE_MS, machineLoad()))
  const waited: Promise<unknown> = container.wait({condition: 'removed', abortSignal})
  return waited.then(() => true, isNotFound)
}

/**
 * Ends a helper that goes by itself once it has ended, and waits for that; whether it has gone. Removed at the same time, it may leave an
 * endpoint behind that keeps its network for ever (20.10).
 */
export async function killHelper(container: Docker.Container): Promise<boolean> {
  const gone = isRemoved(container)
  await container.kill().catch(() => undefined)
  return gone
}

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
