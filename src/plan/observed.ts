export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy'

export interface ObservedPort {
  readonly container: number
  readonly host: number
  readonly address: string
}

/** A container of the lab, as the engine tells of it. */
export interface ObservedContainer {
  readonly id: string
  readonly name: string
  /** Compose service: the node's name. */
  readonly service: string
  readonly component: string
  /** Absent on a component's node. */
  readonly role?: string
  /** It is stopped when all others have ended. */
  readonly stopsLast?: boolean
  readonly release: string
  readonly folder: string
  readonly configHash: string
  readonly image: string
  readonly imageId: string
  readonly state: ContainerState
  readonly health: Health
  readonly exitCode?: number
  readonly networks: readonly string[]
  readonly ports: readonly ObservedPort[]
  /** A short-lived container of the command itself, left behind by a run that died. */
  readonly helper: boolean
  /** A helper that somebody still uses: it belongs to the lab. */
  readonly lasting?: true
  /** Of a helper that makes a fault. */
  readonly fault?: ObservedFault
}

export interface ObservedFault {
  /** What its label says. */
  readonly label: string
  /** When its container was made: seconds since 1970, by the engine's clock. */
  readonly since: number
}

export interface ObservedResource {
  readonly name: string
  readonly key: string
  readonly folder: string
  readonly release: string
  /** Of a volume that this command made: tells it from another of the same name. */
  readonly volumeId?: string
  /** Of a volume whose data is copied from a seed. */
  readonly fromSeed?: boolean
}

/** Everything that the engine has of a lab, collected once before deciding. */
export interface ObservedLab {
  readonly containers: readonly ObservedContainer[]
  readonly networks: readonly ObservedResource[]
  readonly volumes: readonly ObservedResource[]
}

/** One run of a node, by what the engine calls it: another one of the same name is another instance. */
export interface NodeInstance {
  readonly instance: string
}

/** A node as the engine has it, in the words of nodes. */
export interface ObservedNode extends NodeInstance {
  readonly name: string
  readonly component: string
  readonly state: ContainerState
  readonly health: Health
  readonly exitCode?: number
  readonly image: string
  readonly ports: readonly ObservedPort[]
}

/** The nodes of a lab, by name; helpers left out. */
export const nodesOf = ({containers}: ObservedLab): readonly ObservedNode[] =>
  containers
    .filter(({helper, service}) => !helper && service !== '')
    .map(({id, service, component, state, health, exitCode, image, ports}) => ({
      instance: id,
      name: service,
      component,
      state,
      health,
      ...(exitCode !== undefined && {exitCode}),
      image,
      ports,
    }))

/**
 * What makes a lab: its nodes and its data. A helper that a dead run left behind makes none, nor does a network in which nobody is: both are
 * nobody's, and the engine can keep such a network of a lab that is long gone.
 */
export const belongingsOf = ({
  containers,
  volumes,
}: ObservedLab): readonly Pick<ObservedResource, 'name' | 'folder' | 'release'>[] => [
  ...containers.filter(({helper}) => !helper),
  ...volumes,
]

/** The release that a lab's data or nodes were made with, if there are any. */
export const releaseOf = ({volumes, containers}: ObservedLab): string | undefined =>
  [...volumes, ...containers].find(({release}) => release !== '')?.release

/** The lab with these nodes known to be healthy. */
export const withHealthy = (observed: ObservedLab, instances: ReadonlySet<string>): ObservedLab => ({
  ...observed,
  containers: observed.containers.map(it => (instances.has(it.id) ? {...it, health: 'healthy' as const} : it)),
})

/** What of a lab was not there before. */
export function madeSince(before: ObservedLab, {containers, networks, volumes}: ObservedLab): ObservedLab {
  const isNew = (old: readonly {readonly name: string}[]) => {
    const names = new Set(old.map(({name}) => name))
    return ({name}: {readonly name: string}) => !names.has(name)
  }
  const ids = new Set(before.containers.map(({id}) => id))
  return {
    containers: containers.filter(({id}) => !ids.has(id)),
    // Containers that were there before may have joined a new network.
    networks: before.containers.length > 0 ? [] : networks.filter(isNew(before.networks)),
    volumes: volumes.filter(isNew(before.volumes)),
  }
}
