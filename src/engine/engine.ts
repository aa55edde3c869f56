import type {ProbeEvent} from '../lab-events/event.js'
import type {DatabaseLogin, HelperReport, HelperRequest} from '../model/helper-protocol.js'
import type {NodeEnd} from '../model/node-end.js'
import type {Probe} from '../model/probe.js'
import type {NodeInstance, ObservedLab} from '../plan/observed.js'
import type {Plan} from '../plan/operations.js'
import type {ComposeProject} from '../render/compose.js'
import type {SeedRecipe} from '../render/seed.js'
import type {Reporter} from '../report/reporter.js'
import type {EngineFaults} from './engine-faults.js'
import type {EngineImages} from './engine-images.js'
import type {EngineVolumes} from './engine-volumes.js'

/** What labs need of an engine, in the words of nodes. Docker's is `DockerEngine`; nobody but it knows what a node is to it. */
export interface Engine {
  readonly images: EngineImages
  readonly volumes: EngineVolumes
  info(): Promise<EngineInfo>
  /** The clock that log lines get their time from, now: nanoseconds since 1970. */
  now(): Promise<bigint>
  /** Names of all labs that the engine has something of. */
  labs(): Promise<readonly string[]>
  /** Every port that something of this engine publishes, lab or not. */
  publishedPorts(): Promise<readonly PublishedPort[]>
  /** Everything that the engine has of a lab. */
  observe(lab: string): Promise<ObservedLab>
  /** Carries out a plan; waits by one helper and the engine's events. Throws the first failure. */
  execute(plan: Plan, options: ExecuteOptions): Promise<void>
  /** Every change of one of the lab's nodes from now on, until the abort. Resolves once the engine listens. */
  changes(lab: string, signal: AbortSignal): Promise<AsyncGenerator<NodeChange>>
  /** What happened to a lab's nodes, as far as the engine still knows it, in no order. */
  history(lab: string, options: HistoryOptions): Promise<readonly PastChange[]>
  /** Asks nodes by a helper until all of them are ready, until the abort, or as long as it is listened to: each at least once. */
  probes(options: ProbeOptions): AsyncGenerator<ProbeEvent>
  /** Opens a helper; the caller closes it. It belongs to the lab until then: no other command takes it for one that was left behind. */
  openHelper(options: OpenHelperOptions): Promise<Helper>
  readonly faults: EngineFaults
  /** A node is asked once between two observations. */
  lifeOf(node: NodeInstance): Promise<NodeLife>
  /** Memory in bytes; 0 where the engine can't tell it from the machine's. */
  memoryOf(node: NodeInstance): Promise<number>
  /** All that the engine tells of a node, in its own words; undefined for one that is gone. */
  inspect(node: NodeInstance): Promise<object | undefined>
  /** A node's log; one that is gone has none. */
  logs(node: NodeInstance, options?: LogOptions): AsyncGenerator<LogLine>
  /** Runs a command in a node, joined to our own streams; returns its exit status. */
  exec(node: NodeInstance, options: ExecOptions): Promise<number>
  /** A file as a node has it, running or not; undefined where there is none. */
  readFile(node: NodeInstance, path: string): Promise<string | undefined>
  /** What stands at a path inside a node; undefined for nothing. */
  statFile(node: NodeInstance, path: string): Promise<FileStat | undefined>
  /** Whether the engine has this seed, whole. */
  hasSeed(seed: SeedRecipe): Promise<boolean>
  /** What tells a volume from another of the same name; undefined for one that is gone, or was not made by this command. */
  volumeId(name: string): Promise<string | undefined>
}

export interface EngineInfo {
  /** Docker, Podman. */
  readonly engineName: string
  readonly engineVersion: string
  /** It runs as an ordinary user. */
  readonly rootless: boolean
  /** It has control groups: memory limits hold, and what a node uses can be told from what the machine does. */
  readonly limits: boolean
  readonly apiVersion: string
  readonly socket: string
  readonly source: string
  readonly operatingSystem: string
  readonly architecture: string
  readonly cpus: number
  readonly memoryBytes: number
  /** Where the engine keeps images and volumes, as it calls it; in a virtual machine no folder of this host. */
  readonly dataFolder: string
}

export interface PublishedPort {
  readonly address: string
  readonly port: number
  /** What the engine calls who publishes it. */
  readonly owner: string
  readonly lab?: string
  readonly node?: string
}

export interface ExecuteOptions {
  readonly lab: string
  readonly folder: string
  readonly project?: ComposeProject
  readonly observed: ObservedLab
  /** The seed that the plan speaks of. */
  readonly seed?: SeedRecipe
  readonly targets?: ReadonlyMap<string, ReadinessTarget>
  readonly helperImage?: string
  /** A file of the lab folder, which the engine must see before anything that needs it is made. */
  readonly nonce?: Nonce & {readonly notShared: () => Error}
  readonly reporter: Reporter
  /** Told what nodes answer that are waited for. */
  readonly onEvent?: (event: ProbeEvent) => void
  readonly signal: AbortSignal
}

/** A file of this machine with content that nobody else can know. */
export interface Nonce {
  readonly file: string
  readonly content: string
}

/** What is to be known of a node in order to wait for it. */
export interface ReadinessTarget {
  readonly probes: readonly Probe[]
  readonly deadlineSeconds: number
  /** The user said so: it does not grow with the load. */
  readonly isFixed?: boolean
  /** The command that would wait longer, before its `--timeout`; `apim-lab up` without it. */
  readonly retry?: string
  /** Networks that it is reached in; one of them is enough. */
  readonly networks: readonly string[]
  /** The account that a database server is asked with. */
  readonly login?: DatabaseLogin
}

/** Something happened to a node. */
export interface NodeChange extends NodeInstance {
  /** `health`: its health check comes to another result than before. */
  readonly change: 'created' | 'started' | 'ended' | 'paused' | 'resumed' | 'health' | 'gone'
  readonly name: string
  readonly component: string
}

/** Nanoseconds since 1970 by the engine's clock. */
export interface HistoryOptions {
  readonly since: bigint
  readonly until: bigint
  readonly signal: AbortSignal
}

/** Something that happened to a node, or to the helper that makes a fault. */
export interface PastChange extends NodeChange {
  /** By the engine's clock: RFC 3339, UTC, nine digits. */
  readonly at: string
  /** `healthy`, `unhealthy`. */
  readonly health?: string
  readonly exitCode?: number
  /** SHA-256 of what it was made from. */
  readonly configHash?: string
  /** The label of a fault's helper. */
  readonly fault?: string
}

/** Whose a helper is, and what it is made of. */
export interface HelperOptions {
  readonly lab: string
  readonly folder: string
  readonly image: string
}

export interface ProbeOptions extends HelperOptions {
  readonly nodes: readonly string[]
  readonly targets: ReadonlyMap<string, ReadinessTarget>
  readonly signal: AbortSignal
}

export interface OpenHelperOptions extends HelperOptions {
  /** Where it stands: in a network of the lab, or in that of a node, as if it were the node. */
  readonly place: {readonly network: string} | {readonly node: NodeInstance}
  readonly signal: AbortSignal
}

/** A program of ours in the lab's network, for as long as somebody uses it: it ends by itself if the command is killed. */
export interface Helper {
  /** Its host name in a network of the lab, which nothing else has. */
  readonly hostName: string
  /** It has not ended by itself. */
  readonly alive: boolean
  send(request: HelperRequest): void
  /** Resolves with what `pick` finds in a report. Rejects when the helper ends first, or on abort. */
  receive<T>(pick: (report: HelperReport) => T | undefined, signal: AbortSignal): Promise<T>
  /** Ends it and waits until it is gone: until then it holds its networks. */
  close(): Promise<void>
}

/** When a node was started last, how often the engine restarted it, and how it ended if it did. */
export interface NodeLife {
  /** As the engine writes it; absent for one that is gone. */
  readonly started?: string
  readonly restarts: number
  readonly end?: NodeEnd
  /** From then on its log is that of its last run, in nanoseconds since 1970; absent: all of it is. */
  readonly logFrom?: bigint
}

/** Which part of a log is wanted. */
export interface LogOptions {
  /** The last so many lines; all when left out. */
  readonly tail?: number
  /** Only what was written after this: seconds since 1970. */
  readonly since?: number
  /** Goes on until the node ends. */
  readonly follow?: boolean
  /** Ends it quietly. */
  readonly signal?: AbortSignal
}

/** A line of a log, with the time at which the engine got it. */
export interface LogLine {
  readonly at: string
  readonly stream: 'stdout' | 'stderr'
  readonly line: string
}

export interface ExecOptions {
  readonly command: readonly string[]
  /** `uid:gid`; without it the user that the node runs as. */
  readonly user?: string
  readonly terminal: ExecTerminal
  readonly signal: AbortSignal
}

/** The streams that a command in a node is joined to. */
export interface ExecTerminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, 'rows' | 'columns'>>
  readonly stderr: NodeJS.WritableStream
  /** Both ends are terminals: the node gets one too, and keys go to it as they are typed. */
  readonly tty: boolean
  /** Value of TERM. */
  readonly term?: string
}

export interface FileStat {
  readonly isFile: boolean
  readonly size: number
}
