/** How a container of the stub behaves once it is started. Everything left out is what a quiet server does. */
export interface Behaviour {
  /** Ends by itself after this; otherwise it runs until it is stopped. */
  readonly exitAfterMs?: number
  readonly exitCode?: number
  /** What its health check comes to (only if it has one), and when. */
  readonly healthy?: boolean
  readonly healthyAfterMs?: number
  /** Written to stdout at the start. */
  readonly logs?: readonly string[]
  /** Answers a line on stdin with lines on stdout. */
  readonly attach?: (line: string) => readonly string[] | Promise<readonly string[]>
  /** Runs as the container's process: prints when it likes, until `stopped`. */
  readonly run?: (process: StubProcess) => void
  readonly exec?: (command: readonly string[], stdin: string) => ExecResult | Promise<ExecResult>
  /** The file or folder at a path, as a tar archive. */
  readonly archive?: (path: string) => Buffer | undefined
  /** The same for its image alone: what is mounted is there besides. */
  readonly imageFile?: (path: string) => Buffer | undefined
  /** Exit code when it is asked to stop (SIGTERM). */
  readonly stopCode?: number
  readonly stopMs?: number
}

export interface StubProcess {
  readonly stopped: AbortSignal
  readonly container: Container
  print(line: string, stream?: 'stdout' | 'stderr'): void
  exit(code: number): void
}

export interface ExecResult {
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
}

export type Labels = Record<string, string>
export type Filters = Record<string, string[]>

export interface ImageConfig {
  Cmd?: string[] | null
  Entrypoint?: string[] | null
  Env?: string[]
  Labels?: Labels | null
  Volumes?: Record<string, object> | null
  ExposedPorts?: Record<string, object>
  User?: string
  WorkingDir?: string
  Healthcheck?: Healthcheck
  [key: string]: unknown
}

export interface Healthcheck {
  Test?: string[]
  [key: string]: unknown
}

export interface Image {
  readonly id: string
  readonly tags: Set<string>
  readonly config: ImageConfig
  readonly size: number
  readonly created: string
}

export interface EndpointSettings {
  Aliases?: string[] | null
  IPAMConfig?: unknown
  [key: string]: unknown
}

export interface Endpoint extends EndpointSettings {
  NetworkID: string
  EndpointID: string
  IPAddress: string
}

export interface Mount {
  Type: string
  Source?: string
  Target: string
  ReadOnly?: boolean
  VolumeOptions?: {Labels?: Labels}
}

export interface PortBinding {
  HostIp?: string
  HostPort?: string
}

export interface HostConfig {
  Binds?: string[] | null
  Mounts?: Mount[] | null
  PortBindings?: Record<string, PortBinding[] | null> | null
  NetworkMode?: string
  AutoRemove?: boolean
  [key: string]: unknown
}

export interface CreateBody extends ImageConfig {
  Image?: string
  Tty?: boolean
  OpenStdin?: boolean
  StdinOnce?: boolean
  HostConfig?: HostConfig
  NetworkingConfig?: {EndpointsConfig?: Record<string, EndpointSettings | null> | null}
}

export interface LogEntry {
  readonly at: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface MountPoint {
  Type: string
  Name?: string
  Source: string
  Destination: string
  RW: boolean
  readonly anonymous: boolean
}

export interface Container {
  readonly id: string
  name: string
  readonly created: string
  readonly image: Image
  readonly config: CreateBody
  readonly hostConfig: HostConfig
  readonly mounts: MountPoint[]
  readonly networks: Record<string, Endpoint>
  readonly behaviour: Behaviour
  status: 'created' | 'running' | 'paused' | 'exited'
  exitCode: number
  error: string
  startedAt: string
  /** What the engine says whenever it is started, as after a crash of the engine while it started. */
  startError?: string
  finishedAt: string
  health?: 'starting' | 'healthy' | 'unhealthy'
  ports: Record<string, PortBinding[] | null>
  restarts: number
  readonly log: LogEntry[]
  /** Ends the process of the current run. */
  stop?: AbortController
}

export interface Network {
  readonly id: string
  readonly name: string
  readonly labels: Labels
  readonly body: Record<string, unknown>
  readonly builtIn: boolean
  /** The engine counts a container in it that is gone, as real ones do after a while: it can't be removed. */
  miscounted?: boolean
}

export interface Volume {
  readonly name: string
  readonly labels: Labels
  readonly created: string
  readonly anonymous: boolean
  /** Its data, in words of whoever runs on the stub. */
  readonly content: Map<string, string>
}

export interface Exec {
  readonly id: string
  readonly container: Container
  readonly command: string[]
  readonly tty: boolean
  running: boolean
  exitCode: number | null
}

export interface StubEvent {
  readonly Type: string
  readonly Action: string
  readonly Actor: {readonly ID: string; readonly Attributes: Labels}
  readonly scope: 'local'
  readonly time: number
  readonly timeNano: number
}
