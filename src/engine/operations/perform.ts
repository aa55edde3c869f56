import type {Operation} from '../../plan/operations.js'
import {ContainerOperations} from './containers.js'
import type {PerformContext} from './context.js'
import {ResourceOperations} from './resources.js'
import {WaitOperations} from './waits.js'

/** Carries out operations one by one; decides nothing. What is already so is a success. */
export class Performer {
  readonly #resources: ResourceOperations
  readonly #containers: ContainerOperations
  readonly #wait: WaitOperations

  constructor(context: PerformContext) {
    this.#resources = new ResourceOperations(context)
    this.#containers = new ContainerOperations(context)
    this.#wait = new WaitOperations(context, this.#containers)
  }

  /** Carries out one operation; what it gives back is a warning: it went as far as the engine lets it. */
  async perform(operation: Operation, signal: AbortSignal): Promise<string | void> {
    switch (operation.kind) {
      case 'create-network':
        return this.#resources.createNetwork(operation.key)
      case 'remove-network':
        return this.#resources.removeNetwork(operation.name)
      case 'create-volume':
        return this.#resources.createVolume(operation.key, operation.fromSeed)
      case 'remove-volume':
        return this.#resources.removeVolume(operation.name)
      case 'fill-seed':
        return this.#resources.fillSeed(signal)
      case 'clone-seed':
        return this.#resources.cloneSeed(operation.key, signal)
      case 'create-container':
        return this.#containers.create(operation.service)
      case 'connect-network':
        return this.#containers.connect(operation.service, operation.network)
      case 'start-container':
        return this.#containers.start(operation.service)
      case 'pause-container':
        return this.#containers.pause(operation.container)
      case 'unpause-container':
        return this.#containers.unpause(operation.service)
      case 'stop-container':
        return this.#containers.stop(operation.container, operation.graceSeconds)
      case 'remove-container':
        return this.#containers.remove(operation.container)
      case 'wait-exit':
        return this.#wait.exit(operation.service, signal)
      case 'wait-ready':
        return this.#wait.ready(operation.service, signal)
      case 'wait-schema':
        return this.#wait.schema(operation.service, signal)
      case 'wait-end':
        return this.#wait.end(operation.container, signal)
    }
  }
}
