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
