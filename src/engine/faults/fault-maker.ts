import type Docker from 'dockerode'
import type {ContainerInspectInfo} from 'dockerode'
import {LabError, messageOf} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import {describeFault} from '../../model/faults/fault.js'
import {faultKind, isGuarded} from '../../model/faults/fault-kinds.js'
import {FAULT_GROUP, type FaultOrder, type FoundFault} from '../../model/faults/fault-order.js'
import {underLoad} from '../../model/load.js'
import type {NodeInstance} from '../../plan/observed.js'
import type {Termination, EngineFaults, FaultHelperOptions, MakeFaultOptions} from '../engine-faults.js'
import {engineMessage, isConflict, isNotFound, isNotModified, orNothing, statusOf, telling} from '../engine-errors.js'
import {createHelper} from '../helper-container.js'
import {besideNode, CLEARING, faultContainer, insideNode, labelOf} from './container.js'
import {outputOf} from './helper-output.js'
import {terminate} from './terminate.js'

/** How long a helper may take to make a fault, or to end it. */
const MAKING_MS = 15_000
const ENDING_SECONDS = 10

const isGone = (error: unknown) => isNotFound(error) || isNotModified(error)

const within = (ms: number, signal?: AbortSignal) => {
  const late = AbortSignal.timeout(underLoad(ms, machineLoad()))
  return signal ? AbortSignal.any([signal, late]) : late
}

const impossible = ({fault}: MakeFaultOptions, why: string) =>
  new LabError('fault-impossible', `The fault can't be made (${describeFault(fault)}, ${fault.node}): ${why}.`, {
    next: ['apim-lab status', 'apim-lab fault add --help'],
  })

/** Faults on a Docker engine: a container each, in the namespaces of the node. */
export class FaultMaker implements EngineFaults {
  constructor(private readonly docker: Docker) {}

  make(options: MakeFaultOptions): Promise<readonly string[]> {
    return telling(`making a fault in ${options.fault.node}`, this.#make(options))
  }

  async #make(options: MakeFaultOptions): Promise<readonly string[]> {
    const {node, signal, fault} = options
    signal.throwIfAborted()
    const found = await orNothing(this.docker.getContainer(node.instance).inspect())
    if (!found?.State.Running) throw impossible(options, `${fault.node} does not run`)
    const {helper, notes} = await this.#helper(options, found)
    if (!isGuarded(faultKind(fault.kind))) return notes
    try {
      await this.#helper(options, found, helper)
    } catch (error) {
      await this.#remove(helper)
      throw error
    }
    return notes
  }

  /** A container that makes a fault, or guards the helper that does. */
  async #helper(options: MakeFaultOptions, node: ContainerInspectInfo, guarded?: Docker.Container) {
    const {lab, folder} = options
    const owner = {lab, folder, lasting: true, fault: labelOf(options, guarded !== undefined)}
    const helper = await createHelper(this.docker, owner, await faultContainer(this.docker, options, node, guarded))
    try {
      return {helper, notes: await this.#startMaking(helper, options)}
    } catch (error) {
      // Whatever it has made by now, it ends.
      await this.#remove(helper)
      throw error
    }
  }

  async #startMaking(container: Docker.Container, options: MakeFaultOptions): Promise<readonly string[]> {
    const output = await outputOf(this.docker, container)
    try {
      try {
        await container.start()
      } catch (error) {
        // What it has to mount or to join is not there, for this engine.
        if (statusOf(error) === 400) throw impossible(options, engineMessage(error))
        throw error
      }
      const limit = within(MAKING_MS, options.signal)
      const report = await output.next(limit).catch((error: unknown) => {
        options.signal.throwIfAborted()
        throw impossible(options, limit.aborted ? 'its helper takes too long' : messageOf(error))
      })
      if (report.kind === 'impossible') throw impossible(options, report.detail)
      return report.kind === 'made' ? (report.notes ?? []) : []
    } finally {
      output.close()
    }
  }

  end({instance}: NodeInstance): Promise<void> {
    return telling('ending a fault', this.#end(this.docker.getContainer(instance)))
  }

  /** One that was killed is started again, so that it ends what it has made: it alone knows what was there before. */
  async #end(container: Docker.Container): Promise<void> {
    const found = await orNothing(container.inspect())
    if (found && !found.State.Running && found.State.ExitCode !== 0 && found.State.Status === 'exited') {
      const output = await outputOf(this.docker, container)
      try {
        await container.start()
        await output.next(within(MAKING_MS))
      } catch {
        // Its node has gone, and all that it made with it.
      } finally {
        output.close()
      }
    }
    await this.#remove(container)
  }

  /** Lets it end what it has made, then removes it. */
  async #remove(container: Docker.Container): Promise<void> {
    try {
      await container.stop({t: ENDING_SECONDS}).catch((error: unknown) => {
        if (!isGone(error)) throw error
      })
    } finally {
      await container.remove({force: true, v: true}).catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error
      })
    }
  }

  found(node: NodeInstance, options: FaultHelperOptions): Promise<readonly FoundFault[]> {
    return telling('looking for faults', this.#ask(node, {order: 'tell'}, options))
  }

  clear(node: NodeInstance, ids: readonly string[], options: FaultHelperOptions): Promise<readonly FoundFault[]> {
    return telling('ending faults', this.#ask(node, {order: 'clear', ids}, options))
  }

  async #ask({instance}: NodeInstance, order: FaultOrder, options: FaultHelperOptions): Promise<readonly FoundFault[]> {
    const {signal, image} = options
    const container = await createHelper(
      this.docker,
      {...options, lasting: true},
      {
        Image: image,
        Cmd: [JSON.stringify(order)],
        User: `0:${FAULT_GROUP}`,
        HostConfig: {
          NetworkMode: `container:${instance}`,
          ...(order.order === 'clear' ? insideNode(instance) : besideNode(instance)),
          CapAdd: order.order === 'clear' ? [...CLEARING] : ['NET_ADMIN'],
          LogConfig: {Type: 'none', Config: {}},
        },
      },
    )
    try {
      const output = await outputOf(this.docker, container)
      try {
        await container.start()
        const report = await output.next(within(MAKING_MS, signal))
        if (report.kind === 'found') return report.faults
        throw new LabError('engine-failed', `A helper could not look at faults: ${JSON.stringify(report)}.`, {
          next: ['apim-lab status', 'apim-lab doctor'],
        })
      } finally {
        output.close()
      }
    } finally {
      await container.remove({force: true, v: true}).catch(() => undefined)
    }
  }

  terminate({instance}: NodeInstance, termination: Termination, signal: AbortSignal): Promise<void> {
    return telling(`ending a node (${termination})`, terminate(this.docker, instance, termination, signal))
  }
}
