import {randomBytes} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import type {ContainerCreateOptions, NetworkInspectInfo} from 'dockerode'
import {LabError} from '../errors.js'
import {machineLoad} from '../http/machine-load.js'
import {loadRemark, underLoad} from '../model/load.js'
import {COMPOSE_LABELS, LABELS} from '../model/labels.js'
import type {ObservedLab} from '../plan/observed.js'
import type {Operation} from '../plan/operations.js'
import type {ComposeProject, ComposeResource} from '../render/compose.js'
import type {SeedRecipe} from '../render/seed.js'
import {containerOptions} from './container-options.js'
import type {ContainerEnds} from './events.js'
import {killHelper} from './helper-container.js'
import {isConflict, isLeftBehind, isNotFound, isNotModified, orNothing, statusOf} from './engine-errors.js'
import {lastLines} from './node-end.js'
import type {Readiness} from './readiness.js'
import {removeNetwork} from './remove-network.js'
import {schemaLogged} from './schema-log.js'
import {cloneSeed, fillSeed} from './seed.js'
import {withoutTwins} from './twin-networks.js'

export interface PerformContext {
  readonly docker: Docker
  readonly folder: string
  /** Absent where only removals are planned. */
  readonly project?: ComposeProject
  readonly observed: ObservedLab
  /** The seed that the plan speaks of. */
  readonly seed?: SeedRecipe
  readonly readiness?: Readiness
  readonly ends: ContainerEnds
  /** Asked before a volume or a container is created. */
  readonly beforeCreate?: () => Promise<void>
}

const GONE_DEADLINE_MS = 10_000
const GONE_POLL_MS = 50
/** States of a container that is being removed. */
const GOING = ['removing', 'dead']

/** Carries out operations one by one; decides nothing. What is already so is a success. */
export class Performer {
  readonly #context: PerformContext
  /** Container of each service: those observed, then those created here. */
  readonly #containers: Map<string, string>
  /** Containers of helpers that stand in a network. */
  readonly #helpers: ReadonlySet<string>
  /** By service: those that are waited for. */
  readonly #waits = new Map<string, Promise<void>>()
  /** By container: the engine's answers to stops. */
  readonly #stops = new Map<string, Promise<void>>()

  constructor(context: PerformContext) {
    this.#context = context
    this.#containers = new Map(
      context.observed.containers.filter(({helper}) => !helper).map(({service, id}) => [service, id]),
    )
    this.#helpers = new Set(
      context.observed.containers
        .filter(({helper, state, networks}) => helper && state === 'running' && networks.length > 0)
        .map(({id}) => id),
    )
  }

  get #project(): ComposeProject {
    const {project} = this.#context
    if (!project) throw new Error('this plan needs a compose project')
    return project
  }

  #container(service: string): Docker.Container {
    const id = this.#containers.get(service)
    if (id === undefined) throw new Error(`no container of ${service} is known`)
    return this.#context.docker.getContainer(id)
  }

  /** Carries out one operation; what it gives back is a warning: it went as far as the engine lets it. */
  async perform(operation: Operation, signal: AbortSignal): Promise<string | void> {
    const {docker} = this.#context
    switch (operation.kind) {
      case 'create-network':
        return this.#createNetwork(operation.key)
      case 'create-volume':
        return this.#createVolume(operation.key, operation.fromSeed)
      case 'fill-seed':
        return this.#fillSeed(signal)
      case 'clone-seed':
        return cloneSeed(this.#seedOptions(signal), this.#project.volumes[operation.key]!.name)
      case 'create-container':
        return this.#create(operation.service)
      case 'connect-network':
        return this.#connect(operation.service, operation.network)
      case 'start-container':
        return this.#start(operation.service)
      case 'pause-container':
        return this.#pause(operation.container)
      case 'unpause-container':
        return this.#unpause(operation.service)
      case 'wait-exit':
        return this.#waitExit(operation.service, signal)
      case 'wait-ready':
        return this.#waitReady(operation.service, signal)
      case 'wait-schema':
        return this.#waitSchema(operation.service, signal)
      case 'stop-container':
        return this.#stop(operation.container, operation.graceSeconds)
      case 'wait-end':
        return this.#waitEnd(operation.container, signal)
      case 'remove-container':
        return this.#remove(operation.container)
      case 'remove-network':
        return this.#naming(() => removeNetwork(docker.getNetwork(operation.name)), [operation.name])
      case 'remove-volume':
        return unless(isNotFound, docker.getVolume(operation.name).remove())
    }
  }

  /** Does what names networks: one of the project, or those that are given. */
  #naming<T>(action: () => Promise<T>, names?: readonly string[]): Promise<T> {
    const {docker, folder, project} = this.#context
    const known = names ?? Object.values(project?.networks ?? {}).map(({name}) => name)
    return withoutTwins({docker, folder, names: known}, action)
  }

  #labels(resource: ComposeResource, kind: string, key: string) {
    return {...resource.labels, [COMPOSE_LABELS.project]: this.#project.name, [kind]: key}
  }

  async #createNetwork(key: string): Promise<void> {
    const {internal: Internal = false, ...network} = this.#project.networks[key]!
    const Labels = this.#labels(network, COMPOSE_LABELS.network, key)
    const {docker} = this.#context
    try {
      await docker.createNetwork({Name: network.name, CheckDuplicate: true, Driver: 'bridge', Internal, Labels})
    } catch (error) {
      if (!isConflict(error)) throw error
      // The engine may just have made it for a run that was killed.
      const found = (await orNothing(docker.getNetwork(network.name).inspect())) as NetworkInspectInfo | undefined
      if (!isSame(found?.Labels, Labels, [LABELS.lab, LABELS.folder])) throw error
    }
  }

  async #createVolume(key: string, fromSeed = false): Promise<void> {
    const volume = this.#project.volumes[key]!
    await this.#context.beforeCreate?.()
    await this.#context.docker.createVolume({
      Name: volume.name,
      Labels: {
        ...this.#labels(volume, COMPOSE_LABELS.volume, key),
        [LABELS.volumeId]: randomBytes(8).toString('hex'),
        ...(fromSeed && {[LABELS.fromSeed]: 'true'}),
      },
    })
  }

  #seedOptions(signal: AbortSignal) {
    const {docker, folder, seed} = this.#context
    if (!seed) throw new Error('this plan needs a seed')
    return {docker, owner: {lab: this.#project.name, folder}, recipe: seed, signal}
  }

  async #fillSeed(signal: AbortSignal): Promise<void> {
    await this.#context.beforeCreate?.()
    await fillSeed(this.#seedOptions(signal))
  }

  async #create(service: string): Promise<void> {
    const {docker, folder, beforeCreate} = this.#context
    await beforeCreate?.()
    const options = containerOptions(this.#project, service, folder)
    try {
      const {id} = await docker.createContainer(options)
      this.#containers.set(service, id)
    } catch (error) {
      if (!isConflict(error)) throw error
      this.#containers.set(service, await this.#adopt(options, error))
    }
  }

  /** The id of the container that has the name: the engine may just have made it for a run that was killed. */
  async #adopt({name = '', Labels: wanted}: ContainerCreateOptions, cause: unknown): Promise<string> {
    const found = await orNothing(this.#context.docker.getContainer(name).inspect())
    if (!found) throw cause
    const {Id, Config} = found
    if (isSame(Config.Labels, wanted, [LABELS.lab, LABELS.folder, LABELS.configHash])) return Id
    const lab = Config.Labels?.[LABELS.lab]
    const owner = lab === undefined ? 'It is not of a lab' : `It belongs to lab ${lab}`
    throw new LabError('settings-conflict', `There is another container called ${name}. ${owner}.`, {
      next: [`docker rm -f ${name}`, 'apim-lab up --lab another-name'],
      cause,
    })
  }

  async #connect(service: string, key: string): Promise<void> {
    const network = this.#project.networks[key]!
    const aliases = this.#project.services[service]?.networks?.[key]?.aliases ?? []
    const connect = () =>
      this.#context.docker
        .getNetwork(network.name)
        .connect({Container: this.#container(service).id, EndpointConfig: {Aliases: aliases}})
    // 403: it is connected already.
    await unless(error => statusOf(error) === 403, this.#naming(connect))
  }

  async #start(service: string): Promise<void> {
    const container = this.#container(service)
    try {
      const start = this.#naming(() => container.start())
      await unless(isNotModified, start)
    } catch (error) {
      if (!isLeftBehind(error) || !this.#context.project) throw error
      await this.#remove(container.id)
      await this.#create(service)
      const [, ...others] = Object.keys(this.#project.services[service]?.networks ?? {})
      for (const network of others) await this.#connect(service, network)
      await this.#container(service).start()
    }
  }

  async #pause(id: string): Promise<void> {
    const container = this.#context.docker.getContainer(id)
    try {
      await container.pause()
    } catch (error) {
      if (!(await container.inspect()).State.Paused) throw error
    }
  }

  async #unpause(service: string): Promise<void> {
    const container = this.#container(service)
    try {
      await container.unpause()
    } catch (error) {
      // The engine answers 500 for one that is not paused (20.10), others 409.
      if ((await container.inspect()).State.Paused) throw error
    }
  }

  async #waitExit(service: string, signal: AbortSignal): Promise<void> {
    const container = this.#container(service)
    const {StatusCode} = (await container.wait({abortSignal: signal})) as {StatusCode: number}
    if (StatusCode === 0) return
    const evidence = await lastLines(this.#context.docker, container.id)
    throw new LabError(
      'schema-failed',
      `${service} could not hand over the schema scripts (exit code ${StatusCode}).`,
      {
        evidence,
        next: [`apim-lab logs ${service}`],
      },
    )
  }

  async #waitReady(service: string, signal: AbortSignal): Promise<void> {
    const waits = this.#context.readiness?.waitReady(service, this.#container(service).id, signal)
    if (waits) this.#waits.set(service, waits)
    await waits
  }

  async #waitSchema(service: string, signal: AbortSignal): Promise<void> {
    const ready = this.#waits.get(service)
    if (!ready) throw new Error(`nobody waits for ${service}`)
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    try {
      const container = this.#container(service).id
      const done = this.#project.services[service]?.labels[LABELS.schemaLog]
      const logged = done === undefined ? [] : [schemaLogged(this.#context.docker, {container, done}, either)]
      await Promise.race([ready, ...logged])
    } finally {
      over.abort()
    }
  }

  /** Done when the engine has taken the container's networks down too: started or removed before that, it leaves endpoints behind (20.10). */
  async #stop(id: string, graceSeconds: number | undefined): Promise<void> {
    const isDone = (error: unknown) => isNotFound(error) || isNotModified(error)
    const stopped = unless(
      isDone,
      this.#context.docker.getContainer(id).stop(graceSeconds === undefined ? {} : {t: graceSeconds}),
    )
    this.#stops.set(id, stopped)
    await stopped
  }

  /** Done when the process of a container that is being stopped has ended: what waits for that alone need not wait for the engine. */
  async #waitEnd(id: string, signal: AbortSignal): Promise<void> {
    const stopped = this.#stops.get(id)
    if (!stopped) throw new Error(`nobody stops ${id}`)
    const over = new AbortController()
    const ended = this.#ended(id, AbortSignal.any([signal, over.signal]))
    for (const promise of [stopped, ended]) promise.catch(() => undefined)
    try {
      await Promise.race([stopped, ended])
    } finally {
      over.abort()
    }
  }

  async #ended(id: string, signal: AbortSignal): Promise<void> {
    while ((await this.#context.ends.next(id, signal)) !== 'ended');
  }

  async #remove(id: string): Promise<void> {
    const container = this.#context.docker.getContainer(id)
    if (this.#helpers.has(id) && (await killHelper(container))) return
    try {
      await container.remove({force: true, v: true})
    } catch (error) {
      if (isNotFound(error)) return
      // Somebody else is removing it: what comes after needs it gone.
      if (!isConflict(error)) throw error
      await this.#untilGone(container, error)
    }
  }

  async #untilGone(container: Docker.Container, cause: unknown): Promise<void> {
    const deadline = Date.now() + underLoad(GONE_DEADLINE_MS, machineLoad())
    while (Date.now() < deadline) {
      const found = await orNothing(container.inspect())
      if (!found) return
      if (!GOING.includes(found.State.Status)) throw cause
      await delay(GONE_POLL_MS)
    }
    throw new LabError(
      'engine-failed',
      `The engine did not finish removing container ${container.id.slice(0, 12)}${loadRemark(machineLoad())}.`,
      {
        next: ['apim-lab down'],
      },
    )
  }
}

type Labels = Readonly<Record<string, string>> | undefined

const isSame = (found: Labels, wanted: Labels, keys: readonly string[]) =>
  keys.every(key => found?.[key] !== undefined && found[key] === wanted?.[key])

/** Swallows the error that means "it is so already". */
async function unless(isFine: (error: unknown) => boolean, action: Promise<unknown>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!isFine(error)) throw error
  }
}
