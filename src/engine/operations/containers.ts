import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import type {ContainerCreateOptions} from 'dockerode'
import {LabError} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import {LABELS} from '../../model/labels.js'
import {loadRemark, underLoad} from '../../model/load.js'
import {containerOptions} from '../container-options.js'
import {isConflict, isLeftBehind, isNotFound, isNotModified, orNothing, statusOf} from '../engine-errors.js'
import {killHelper} from '../helper-container.js'
import {namingNetworks, projectOf, sameLabels, unless, type PerformContext} from './context.js'

const GONE_DEADLINE_MS = 10_000
const GONE_POLL_MS = 50
/** States of a container that is being removed. */
const GOING = ['removing', 'dead']

/** Containers of a lab: those that were observed, then those that are created here. */
export class ContainerOperations {
  readonly #idOf: Map<string, string>
  /** Containers of helpers that stand in a network. */
  readonly #helpers: ReadonlySet<string>
  /** By container: the engine's answers to stops. */
  readonly #stops = new Map<string, Promise<void>>()

  constructor(readonly context: PerformContext) {
    const {containers} = context.observed
    this.#idOf = new Map(containers.filter(({helper}) => !helper).map(({service, id}) => [service, id]))
    this.#helpers = new Set(
      containers
        .filter(({helper, state, networks}) => helper && state === 'running' && networks.length > 0)
        .map(({id}) => id),
    )
  }

  of(service: string): Docker.Container {
    const id = this.#idOf.get(service)
    if (id === undefined) throw new Error(`no container of ${service} is known`)
    return this.context.docker.getContainer(id)
  }

  async create(service: string): Promise<void> {
    const {docker, folder, beforeCreate} = this.context
    await beforeCreate?.()
    const options = containerOptions(projectOf(this.context), service, folder)
    try {
      const {id} = await docker.createContainer(options)
      this.#idOf.set(service, id)
    } catch (error) {
      if (!isConflict(error)) throw error
      this.#idOf.set(service, await this.#adopt(options, error))
    }
  }

  /** The id of the container that has the name: the engine may just have made it for a run that was killed. */
  async #adopt({name = '', Labels: wanted}: ContainerCreateOptions, cause: unknown): Promise<string> {
    const found = await orNothing(this.context.docker.getContainer(name).inspect())
    if (!found) throw cause
    const {Id, Config} = found
    if (sameLabels(Config.Labels, wanted, [LABELS.lab, LABELS.folder, LABELS.configHash])) return Id
    const lab = Config.Labels?.[LABELS.lab]
    const owner = lab === undefined ? 'It is not of a lab' : `It belongs to lab ${lab}`
    throw new LabError('settings-conflict', `There is another container called ${name}. ${owner}.`, {
      next: [`docker rm -f ${name}`, 'apim-lab up --lab another-name'],
      cause,
    })
  }

  async connect(service: string, key: string): Promise<void> {
    const {networks, services} = projectOf(this.context)
    const aliases = services[service]?.networks?.[key]?.aliases ?? []
    const connect = () =>
      this.context.docker
        .getNetwork(networks[key]!.name)
        .connect({Container: this.of(service).id, EndpointConfig: {Aliases: aliases}})
    // 403: it is connected already.
    await unless(error => statusOf(error) === 403, namingNetworks(this.context, connect))
  }

  async start(service: string): Promise<void> {
    const container = this.of(service)
    try {
      const start = namingNetworks(this.context, () => container.start())
      await unless(isNotModified, start)
    } catch (error) {
      if (!isLeftBehind(error) || !this.context.project) throw error
      await this.remove(container.id)
      await this.create(service)
      const [, ...others] = Object.keys(this.context.project.services[service]?.networks ?? {})
      for (const network of others) await this.connect(service, network)
      await this.of(service).start()
    }
  }

  async pause(id: string): Promise<void> {
    const container = this.context.docker.getContainer(id)
    try {
      await container.pause()
    } catch (error) {
      if (!(await container.inspect()).State.Paused) throw error
    }
  }

  async unpause(service: string): Promise<void> {
    const container = this.of(service)
    try {
      await container.unpause()
    } catch (error) {
      // The engine answers 500 for one that is not paused (20.10), others 409.
      if ((await container.inspect()).State.Paused) throw error
    }
  }

  /** Done when the engine has taken the container's networks down too: started or removed before that, it leaves endpoints behind (20.10). */
  async stop(id: string, graceSeconds: number | undefined): Promise<void> {
    const isDone = (error: unknown) => isNotFound(error) || isNotModified(error)
    const stopped = unless(
      isDone,
      this.context.docker.getContainer(id).stop(graceSeconds === undefined ? {} : {t: graceSeconds}),
    )
    this.#stops.set(id, stopped)
    await stopped
  }

  /** Settles when the engine has answered the stop of this container. */
  stopped(id: string): Promise<void> {
    const stopped = this.#stops.get(id)
    if (!stopped) throw new Error(`nobody stops ${id}`)
    return stopped
  }

  async remove(id: string): Promise<void> {
    const container = this.context.docker.getContainer(id)
    if (this.#helpers.has(id) && (await killHelper(container))) return
    try {
      await container.remove({force: true, v: true})
    } catch (error) {
      if (isNotFound(error)) return
      // Somebody else is removing it: what comes after needs it gone.
      if (!isConflict(error)) throw error
      await untilGone(container, error)
    }
  }
}

async function untilGone(container: Docker.Container, cause: unknown): Promise<void> {
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
    {next: ['apim-lab down']},
  )
}
