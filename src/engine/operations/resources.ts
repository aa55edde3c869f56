import {randomBytes} from 'node:crypto'
import type {NetworkInspectInfo} from 'dockerode'
import {COMPOSE_LABELS, LABELS} from '../../model/labels.js'
import type {ComposeResource} from '../../render/compose.js'
import {isConflict, isNotFound, orNothing} from '../engine-errors.js'
import {removeNetwork} from '../remove-network.js'
import {cloneSeed, fillSeed} from '../seed.js'
import {namingNetworks, projectOf, sameLabels, unless, type PerformContext} from './context.js'

/** Networks, volumes and seeds of a lab. */
export class ResourceOperations {
  constructor(readonly context: PerformContext) {}

  async createNetwork(key: string): Promise<void> {
    const {internal: Internal = false, ...network} = projectOf(this.context).networks[key]!
    const Labels = this.#labels(network, COMPOSE_LABELS.network, key)
    const {docker} = this.context
    try {
      await docker.createNetwork({Name: network.name, CheckDuplicate: true, Driver: 'bridge', Internal, Labels})
    } catch (error) {
      if (!isConflict(error)) throw error
      // The engine may just have made it for a run that was killed.
      const found = (await orNothing(docker.getNetwork(network.name).inspect())) as NetworkInspectInfo | undefined
      if (!sameLabels(found?.Labels, Labels, [LABELS.lab, LABELS.folder])) throw error
    }
  }

  /** Gives a warning where the engine keeps the network. */
  removeNetwork(name: string): Promise<string | void> {
    return namingNetworks(this.context, () => removeNetwork(this.context.docker.getNetwork(name)), [name])
  }

  async createVolume(key: string, fromSeed = false): Promise<void> {
    const volume = projectOf(this.context).volumes[key]!
    await this.context.beforeCreate?.()
    await this.context.docker.createVolume({
      Name: volume.name,
      Labels: {
        ...this.#labels(volume, COMPOSE_LABELS.volume, key),
        [LABELS.volumeId]: randomBytes(8).toString('hex'),
        ...(fromSeed && {[LABELS.fromSeed]: 'true'}),
      },
    })
  }

  removeVolume(name: string): Promise<void> {
    return unless(isNotFound, this.context.docker.getVolume(name).remove())
  }

  async fillSeed(signal: AbortSignal): Promise<void> {
    await this.context.beforeCreate?.()
    await fillSeed(this.#seedOptions(signal))
  }

  cloneSeed(key: string, signal: AbortSignal): Promise<void> {
    return cloneSeed(this.#seedOptions(signal), projectOf(this.context).volumes[key]!.name)
  }

  #labels(resource: ComposeResource, kind: string, key: string) {
    return {...resource.labels, [COMPOSE_LABELS.project]: projectOf(this.context).name, [kind]: key}
  }

  #seedOptions(signal: AbortSignal) {
    const {docker, folder, seed} = this.context
    if (!seed) throw new Error('this plan needs a seed')
    return {docker, owner: {lab: projectOf(this.context).name, folder}, recipe: seed, signal}
  }
}
