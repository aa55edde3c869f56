import type Docker from 'dockerode'
import {LabError} from '../errors.js'
import type {ProbeEvent} from '../lab-events/event.js'
import {nanosOf} from '../model/instant.js'
import {LABELS} from '../model/labels.js'
import type {NodeInstance, ObservedLab} from '../plan/observed.js'
import type {Plan} from '../plan/operations.js'
import type {SeedRecipe} from '../render/seed.js'
import {readFileIn, statIn} from './archive.js'
import {seesFolder} from './check-folder.js'
import {nodeChanges} from './changes.js'
import {connect, type Connection} from './connect.js'
import type {DiscoveryInput} from './discovery.js'
import type {
  Engine,
  EngineInfo,
  ExecOptions,
  ExecuteOptions,
  FileStat,
  Helper,
  HistoryOptions,
  LogLine,
  LogOptions,
  NodeChange,
  NodeLife,
  OpenHelperOptions,
  PastChange,
  ProbeOptions,
  PublishedPort,
} from './engine.js'
import {isNotFound, orNothing, telling, toLabError} from './engine-errors.js'
import {containerEnds} from './events.js'
import {execIn} from './exec.js'
import {execute} from './execute.js'
import {history} from './history.js'
import {HelperSession} from './helper-session.js'
import {FaultMaker} from './faults/fault-maker.js'
import {ImageStore} from './images/image-store.js'
import {RegistryLogins} from './images/registry-login.js'
import {readLogs} from './log-stream.js'
import {observe, volumeId} from './observe.js'
import {Performer} from './operations/perform.js'
import {probeNodes} from './probes.js'
import {Readiness} from './readiness.js'
import {seedData} from './seed.js'
import {lifeOf, memoryOf} from './usage.js'
import {VolumeStore} from './volume-store.js'

export interface DockerOptions extends DiscoveryInput {
  /** Memory of a container in bytes as this machine tells it, which may be faster than the engine; undefined where it does not. */
  readonly memoryHere?: (container: string) => Promise<number | undefined>
}

/** A Docker engine. A node is a container to it, and its instance the container's id. All else in this folder stands behind it. */
export class DockerEngine implements Engine {
  readonly images: ImageStore
  readonly faults: FaultMaker
  readonly volumes: VolumeStore
  readonly #connection: Connection
  readonly #docker: Docker
  readonly #options: DockerOptions
  #limits: Promise<boolean> | undefined
  readonly #lives = new Map<string, Promise<NodeLife>>()

  private constructor(connection: Connection, options: DockerOptions) {
    this.#connection = connection
    this.#docker = connection.docker
    this.#options = options
    this.images = new ImageStore(connection.docker, new RegistryLogins(options))
    this.faults = new FaultMaker(connection.docker)
    this.volumes = new VolumeStore(connection.docker)
  }

  static async connect(options: DockerOptions): Promise<Engine> {
    return new DockerEngine(await connect(options), options)
  }

  async info(): Promise<EngineInfo> {
    const {engineName, engineVersion, apiVersion, socket, source} = this.#connection
    const info = (await telling('asking what the engine is', this.#docker.info())) as {
      MemTotal: number
      NCPU: number
      OperatingSystem: string
      Architecture: string
      DockerRootDir?: string
      SecurityOptions?: readonly string[] | null
      CgroupDriver?: string
    }
    return {
      engineName,
      engineVersion,
      rootless: (info.SecurityOptions ?? []).some(option => option.startsWith('name=rootless')),
      limits: info.CgroupDriver !== 'none',
      apiVersion,
      socket,
      source,
      operatingSystem: info.OperatingSystem,
      architecture: info.Architecture,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      dataFolder: info.DockerRootDir ?? '',
    }
  }

  async now(): Promise<bigint> {
    const {SystemTime} = (await telling("asking for the engine's time", this.#docker.info())) as {SystemTime?: string}
    const now = nanosOf(SystemTime ?? '')
    if (now !== undefined) return now
    throw new LabError('engine-failed', 'The engine does not tell its time.', {next: ['apim-lab doctor']})
  }

  async labs(): Promise<readonly string[]> {
    const listing = this.#docker.listContainers({all: true, filters: {label: [LABELS.lab]}})
    const containers = await telling('looking for labs', listing)
    return [...new Set(containers.flatMap(({Labels}) => Labels[LABELS.lab] ?? []))].toSorted()
  }

  async publishedPorts(): Promise<readonly PublishedPort[]> {
    const containers = await telling('looking for published ports', this.#docker.listContainers())
    return containers.flatMap(({Ports, Names, Labels}) =>
      Ports.filter(({PublicPort}) => PublicPort).map(({IP, PublicPort}) => ({
        address: IP,
        port: PublicPort,
        owner: Names[0]?.replace(/^\//, '') ?? '',
        ...(Labels[LABELS.lab] !== undefined && {lab: Labels[LABELS.lab]}),
        ...(Labels[LABELS.node] !== undefined && {node: Labels[LABELS.node]}),
      })),
    )
  }

  observe(lab: string): Promise<ObservedLab> {
    this.#lives.clear()
    return telling(`looking for what there is of lab ${lab}`, observe(this.#docker, lab))
  }

  async execute(plan: Plan, options: ExecuteOptions): Promise<void> {
    const {
      lab,
      folder,
      project,
      observed,
      seed,
      targets = new Map(),
      helperImage = '',
      nonce,
      reporter,
      onEvent = () => undefined,
      signal,
    } = options
    const ends = containerEnds(this.#docker, lab)
    const readiness = new Readiness({
      docker: this.#docker,
      ends,
      targets,
      openHelper: network => HelperSession.open(this.#docker, {lab, folder, image: helperImage, network, signal}),
      onEvent,
    })
    let folderSeen: Promise<void> | undefined
    const checkFolder = async ({notShared, ...seen}: NonNullable<ExecuteOptions['nonce']>) => {
      if (!(await seesFolder(this.#docker, {lab, folder, image: helperImage, nonce: seen}))) throw notShared()
    }
    const performer = new Performer({
      docker: this.#docker,
      folder,
      observed,
      ...(project && {project}),
      ...(seed && {seed}),
      readiness,
      ends,
      beforeCreate: async () => {
        if (nonce) await (folderSeen ??= checkFolder(nonce))
      },
    })
    try {
      await execute(plan, (operation, until) => performer.perform(operation, until), {reporter, signal})
    } finally {
      ends.close()
      await readiness.close()
    }
  }

  changes(lab: string, signal: AbortSignal): Promise<AsyncGenerator<NodeChange>> {
    return nodeChanges(this.#docker, lab, signal)
  }

  history(lab: string, options: HistoryOptions): Promise<readonly PastChange[]> {
    return telling('asking for what happened', history(this.#docker, lab, options))
  }

  async *probes({nodes, targets, ...owner}: ProbeOptions): AsyncGenerator<ProbeEvent> {
    const {signal} = owner
    const open = (network: string) => HelperSession.open(this.#docker, {...owner, network, lasting: true})
    try {
      yield* probeNodes(open, {nodes, targets, signal})
    } catch (error) {
      throw toLabError(error, 'asking nodes whether they are ready')
    }
  }

  openHelper({place, ...options}: OpenHelperOptions): Promise<Helper> {
    const network = 'node' in place ? `container:${place.node.instance}` : place.network
    return telling(
      'starting the helper container',
      HelperSession.open(this.#docker, {...options, network, lasting: true}),
    )
  }

  lifeOf({instance}: NodeInstance): Promise<NodeLife> {
    const life = this.#lives.get(instance) ?? telling('asking for restarts', lifeOf(this.#docker, instance))
    this.#lives.set(instance, life)
    return life
  }

  async memoryOf({instance}: NodeInstance): Promise<number> {
    const here = await this.#options.memoryHere?.(instance)
    if (here !== undefined) return here
    this.#limits ??= this.info().then(({limits}) => limits)
    return (await this.#limits) ? telling('asking for memory', memoryOf(this.#docker, instance)) : 0
  }

  inspect({instance}: NodeInstance): Promise<object | undefined> {
    return telling('asking for a node', orNothing(this.#docker.getContainer(instance).inspect()))
  }

  async *logs({instance}: NodeInstance, options: LogOptions = {}): AsyncGenerator<LogLine> {
    try {
      yield* readLogs(this.#docker, instance, options)
    } catch (error) {
      if (!isNotFound(error)) throw toLabError(error, 'reading logs')
    }
  }

  async exec({instance}: NodeInstance, options: ExecOptions): Promise<number> {
    try {
      return await execIn(this.#docker, instance, options)
    } catch (error) {
      throw options.signal.aborted ? error : toLabError(error, `running ${options.command[0] ?? 'nothing'}`)
    }
  }

  readFile({instance}: NodeInstance, path: string): Promise<string | undefined> {
    return telling(`reading ${path}`, readFileIn(this.#docker, instance, path))
  }

  statFile({instance}: NodeInstance, path: string): Promise<FileStat | undefined> {
    return telling(`reading ${path}`, statIn(this.#docker, instance, path))
  }

  async hasSeed(seed: SeedRecipe): Promise<boolean> {
    return (await telling('looking for a seed', seedData(this.#docker, seed))) !== undefined
  }

  volumeId(name: string): Promise<string | undefined> {
    return telling('looking for a volume', volumeId(this.#docker, name))
  }
}
