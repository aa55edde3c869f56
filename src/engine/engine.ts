import type Docker from 'dockerode'
import {exchange, type ExchangeOptions} from '../http/exchange.js'
import type {Outcome} from '../http/outcome.js'
import {patiently} from '../http/patience.js'
import {probe, type HttpProbe} from '../http/probe.js'
import {sayOverWebSocket} from '../http/web-socket.js'
import type {HttpAnswer, HttpRequest} from '../model/exchange.js'
import type {DatabaseLogin, HelperReport} from '../model/helper-protocol.js'
import {LABELS} from '../model/labels.js'
import type {ObservedLab} from '../plan/observed.js'
import type {Plan} from '../plan/operations.js'
import type {ComposeProject} from '../render/compose.js'
import type {SeedRecipe} from '../render/seed.js'
import type {Reporter} from '../report/reporter.js'
import {readFileIn, statIn, type FileStat} from './archive.js'
import {publishedTarget, type Published} from './published-target.js'
import {seesFolder, type Nonce} from './check-folder.js'
import {connect, type Connection} from './connect.js'
import type {DiscoveryInput} from './discovery.js'
import {isNotFound, telling, toLabError} from './engine-errors.js'
import {containerEnds} from './events.js'
import {execIn, type ExecOptions, type ExecTerminal} from './exec.js'
import {execute} from './execute.js'
import {imageId} from './images/image-id.js'
import {lookInto, type FoundFile, type LookOptions} from './images/look-into.js'
import {ensureLocalImage, localImageState, type LocalImageOptions, type LocalImageState} from './images/local.js'
import {ImageStore, type ImageFacts} from './images/image-store.js'
import {ensureProductImage, type ProductImage, type ProductImageOptions} from './images/product.js'
import type {LocalImage} from '../model/local-images.js'
import {RegistryLogins} from './images/registry-login.js'
import {HelperSession} from './helper-session.js'
import {readLogs, type LogLine, type LogOptions} from './log-stream.js'
import {observe, volumeId} from './observe.js'
import {Performer} from './perform.js'
import {containerStarts, type StartedContainer} from './starts.js'
import {seedData, SeedFailure} from './seed.js'
import {lifeOf, memoryOf, type ContainerLife} from './usage.js'
import {Readiness, type ReadinessTarget} from './readiness.js'

export interface EngineInfo {
  /** Docker, Podman. */
  readonly engineName: string
  readonly engineVersion: string
  /** It runs as an ordinary user. */
  readonly rootless: boolean
  /** It has control groups: memory limits hold, and what a container uses can be told from what the machine does. */
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

/** A port that some container of this engine publishes, lab or not. */
export interface PublishedPort {
  readonly address: string
  readonly port: number
  readonly container: string
  readonly lab?: string
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
  /** A file of the lab folder, which the engine must see before the first volume or container is created. */
  readonly nonce?: Nonce & {readonly notShared: () => Error}
  readonly reporter: Reporter
  readonly signal: AbortSignal
}

export interface AskOptions {
  readonly lab: string
  readonly folder: string
  readonly targets: ReadonlyMap<string, ReadinessTarget>
  readonly helperImage: string
  readonly signal: AbortSignal
}

export {SeedFailure}
export type {ExecTerminal, HelperReport, ImageFacts, LogLine, DatabaseLogin, ReadinessTarget, StartedContainer}

/** The Docker engine, as the lab needs it. All else in this folder stands behind it. */
export class Engine {
  readonly #docker: Docker
  readonly images: ImageStore
  #limits: Promise<boolean> | undefined
  readonly #lives = new Map<string, Promise<ContainerLife>>()

  private constructor(
    private readonly connection: Connection,
    logins: RegistryLogins,
  ) {
    this.#docker = connection.docker
    this.images = new ImageStore(connection.docker, logins)
  }

  static async connect(input: DiscoveryInput): Promise<Engine> {
    return new Engine(await connect(input), new RegistryLogins(input))
  }

  observe(lab: string): Promise<ObservedLab> {
    this.#lives.clear()
    return telling(`looking for what there is of lab ${lab}`, observe(this.#docker, lab))
  }

  /** Ids of those of these images that the engine has. */
  async imageIds(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const asked = names.map(async name => [name, await imageId(this.#docker, name)] as const)
    const ids = await telling('looking for images', Promise.all(asked))
    return new Map(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])))
  }

  /** Whether the engine can have this image from its registry; false for no answer in time. */
  async registryAnswers(image: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return (await this.images.ask(image, timeoutMs, signal)) === 'has'
  }

  /** Builds one of our own images unless the engine has it as it is now. Returns its id. */
  ensureLocalImage(image: LocalImage, options: LocalImageOptions): Promise<string> {
    return telling(`making the image of ${image}`, ensureLocalImage(this.#docker, image, options))
  }

  /** What this engine has of one of our images. */
  localImageState(image: LocalImage, options: LocalImageOptions): Promise<LocalImageState> {
    return telling(`looking for the image of ${image}`, localImageState(this.#docker, image, options))
  }

  /** Builds an image of a product's runtime unless the engine has it as it is now. */
  ensureProductImage(options: ProductImageOptions): Promise<ProductImage> {
    return telling(`making the image ${options.tag}`, ensureProductImage(this.#docker, options))
  }

  async info(): Promise<EngineInfo> {
    const {engineName, engineVersion, apiVersion, socket, source} = this.connection
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

  /** Names of all labs that the engine has something of. */
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
        container: Names[0]?.replace(/^\//, '') ?? '',
        ...(Labels[LABELS.lab] !== undefined && {lab: Labels[LABELS.lab]}),
      })),
    )
  }

  /** Memory of a container in bytes; 0 where the engine can't tell it from the machine's. */
  async memoryOf(container: string): Promise<number> {
    this.#limits ??= this.info().then(({limits}) => limits)
    return (await this.#limits) ? telling('asking for memory', memoryOf(this.#docker, container)) : 0
  }

  /** Each container is asked once between two observations. */
  lifeOf(container: string): Promise<ContainerLife> {
    const life = this.#lives.get(container) ?? telling('asking for restarts', lifeOf(this.#docker, container))
    this.#lives.set(container, life)
    return life
  }

  /** A container's log; one that is gone has none. */
  async *logs(container: string, options: LogOptions = {}): AsyncGenerator<LogLine> {
    try {
      yield* readLogs(this.#docker, container, options)
    } catch (error) {
      if (!isNotFound(error)) throw toLabError(error, 'reading logs')
    }
  }

  /** Every start of one of the lab's containers from now on, until the abort. */
  starts(lab: string, signal: AbortSignal): Promise<AsyncGenerator<StartedContainer>> {
    return containerStarts(this.#docker, lab, signal)
  }

  /** Runs a command in a container, joined to our own streams; returns its exit status. */
  async exec(container: string, options: ExecOptions): Promise<number> {
    try {
      return await execIn(this.#docker, container, options)
    } catch (error) {
      throw options.signal.aborted ? error : toLabError(error, `running ${options.command[0] ?? 'nothing'}`)
    }
  }

  /** Which of these nodes pass all their probes now, asked once by a helper container. */
  async askReady(
    nodes: readonly string[],
    {lab, folder, targets, helperImage, signal}: AskOptions,
  ): Promise<ReadonlySet<string>> {
    const ready = new Set<string>()
    const ends = containerEnds(this.#docker, lab)
    const readiness = new Readiness({
      docker: this.#docker,
      ends,
      targets,
      openHelper: network => HelperSession.open(this.#docker, {lab, folder, image: helperImage, network, signal}),
      onDetail: () => undefined,
    })
    try {
      const asking = nodes.map(async node => {
        const target = targets.get(node)
        if (target && (await readiness.ask(node, target, signal))) ready.add(node)
      })
      await telling('asking nodes whether they are ready', Promise.all(asking))
      return ready
    } finally {
      ends.close()
      await readiness.close()
    }
  }

  /** The files at or below some paths of an image; none where there is no such path. */
  lookInto(image: string, paths: readonly string[], options: LookOptions): Promise<readonly FoundFile[]> {
    return telling(`looking into ${image}`, lookInto(this.#docker, image, paths, options))
  }

  /** A file as a container has it, running or not; undefined where there is none. */
  readFile(container: string, path: string): Promise<string | undefined> {
    return telling(`reading ${path}`, readFileIn(this.#docker, container, path))
  }

  /** What stands at a path inside a container; undefined for nothing. */
  statFile(container: string, path: string): Promise<FileStat | undefined> {
    return telling(`reading ${path}`, statIn(this.#docker, container, path))
  }

  /** Asks a port that a container publishes, as a user of this host would. */
  askPublished(published: Published, question: HttpProbe): Promise<Outcome> {
    return patiently(limitMs => probe(publishedTarget(published), question, limitMs))
  }

  /** One HTTP exchange with a port that a container publishes; over WebSocket the body is said, and the first message told back. */
  exchangePublished(
    published: Published,
    request: HttpRequest,
    {webSocket, ...options}: ExchangeOptions & {readonly webSocket: boolean},
  ): Promise<HttpAnswer> {
    return (webSocket ? sayOverWebSocket : exchange)(publishedTarget(published), request, options)
  }

  /** Opens a helper container; the caller closes it. */
  openHelper(options: {
    readonly lab: string
    readonly folder: string
    readonly image: string
    readonly network: string
    readonly signal: AbortSignal
  }): Promise<HelperSession> {
    return telling('starting the helper container', HelperSession.open(this.#docker, options))
  }

  /** Carries out a plan; waits by one helper container and the engine's events. */
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
      signal,
    } = options
    const ends = containerEnds(this.#docker, lab)
    const readiness = new Readiness({
      docker: this.#docker,
      ends,
      targets,
      openHelper: network => HelperSession.open(this.#docker, {lab, folder, image: helperImage, network, signal}),
      onDetail: (subject, text) => reporter.on({subject, state: 'working', text: `waiting, ${text}`}),
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

  /** Whether the engine has this seed, whole. */
  async hasSeed(seed: SeedRecipe): Promise<boolean> {
    return (await telling('looking for a seed', seedData(this.#docker, seed))) !== undefined
  }

  /** What tells a volume from another of the same name; undefined for one that is gone, or was not made by this command. */
  volumeId(name: string): Promise<string | undefined> {
    return telling('looking for a volume', volumeId(this.#docker, name))
  }
}
