import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import type {ProbeEvent} from '../lab-events/event.js'
import {machineLoad} from '../http/machine-load.js'
import {underLoad, type MachineLoad} from '../model/load.js'
import {endText} from '../model/node-end.js'
import {LABELS} from '../model/labels.js'
import type {ReadinessTarget} from './engine.js'
import {isNotFound, orNothing} from './engine-errors.js'
import type {ContainerEnds} from './events.js'
import type {HelperSession} from './helper-session.js'
import {JoiningHelper} from './joining-helper.js'
import {endOf} from './node-end.js'
import {nodesFailed, type FailedNode} from './nodes-failed.js'
import {askUntilReady} from './probes.js'

interface Seen {
  readonly container: string
  /** While it is waited for: how long, in seconds, it has at most. */
  deadlineSeconds?: number
  last?: ProbeEvent
}

/** What the helper has to tell how busy its machine is. */
const LOAD_MS = 1000

export interface ReadinessOptions {
  readonly docker: Docker
  readonly ends: ContainerEnds
  readonly targets: ReadonlyMap<string, ReadinessTarget>
  /** Opens the helper in a network; called once, when the first node is waited for. */
  readonly openHelper: (network: string) => Promise<HelperSession>
  readonly onEvent: (event: ProbeEvent) => void
}

/** Waits for nodes: one helper asks them all, and the engine's events tell at once when one ends. */
export class Readiness {
  readonly #options: ReadinessOptions
  readonly #helper: JoiningHelper
  /** When each node that is waited for runs out of time, in ms since 1970. */
  readonly #ends = new Map<string, number>()
  #lastReady = 0
  /** Every node that was or is waited for. */
  readonly #seen = new Map<string, Seen>()

  constructor(options: ReadinessOptions) {
    this.#options = options
    this.#helper = new JoiningHelper(options.openHelper)
  }

  /**
   * Resolves when all probes of the node pass. Throws `node-exited` at once when it ends, `node-not-ready` at its deadline; both name
   * every other node that has failed by then.
   */
  async waitReady(node: string, container: string, signal: AbortSignal): Promise<void> {
    const target = this.#options.targets.get(node)
    if (!target) throw new Error(`nothing is known of ${node}`)
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    const seen: Seen = {container, deadlineSeconds: target.deadlineSeconds}
    this.#seen.set(node, seen)
    try {
      const helper = await this.#helper.in(target.networks)
      const tell = (event: ProbeEvent) => {
        seen.last = event
        this.#options.onEvent(event)
      }
      const ready = askUntilReady(helper, {node, target, tell}, either)
      const deadline = this.#late(node, target, helper, either)
      const ended = this.#ended(container, either)
      // Losers of the race reject when it is over.
      for (const promise of [ready, deadline, ended]) promise.catch(() => undefined)
      const outcome = await Promise.race([ready, deadline, ended])
      if (outcome === true) {
        this.#lastReady = Date.now()
        delete seen.deadlineSeconds
        return
      }
      const isLate = outcome !== 'ended'
      const load = isLate ? outcome : undefined
      const timeoutSeconds = target.deadlineSeconds
      throw await nodesFailed(this.#options.docker, await this.#failed(isLate), {
        timeoutSeconds,
        load,
        retry: target.retry,
      })
    } finally {
      this.#ends.delete(node)
      over.abort()
    }
  }

  /**
   * Resolves with the load of the engine's machine when the node's time is over. It is not while a node that others may be waiting for
   * has time left, and it begins anew whenever one gets ready: a gateway is not late because its database server is slow. It is longer on a machine
   * that is busy.
   */
  async #late(
    node: string,
    {deadlineSeconds, isFixed = false}: ReadinessTarget,
    helper: HelperSession,
    signal: AbortSignal,
  ): Promise<MachineLoad> {
    const start = Date.now()
    let ownMs = deadlineSeconds * 1000
    for (;;) {
      this.#ends.set(node, start + ownMs)
      const end = Math.max(start + ownMs, this.#lastReady + ownMs, ...this.#ends.values())
      const left = end - Date.now()
      if (left > 0) {
        await delay(left, undefined, {signal})
        continue
      }
      const load = await loadOf(helper, signal)
      const longerMs = isFixed ? 0 : underLoad(deadlineSeconds * 1000, load)
      if (longerMs <= ownMs) return load
      ownMs = longerMs
      this.#seen.get(node)!.deadlineSeconds = Math.round(ownMs / 1000)
    }
  }

  /** All nodes that have failed: those that ended, and at a deadline those that are not ready. */
  async #failed(isLate: boolean): Promise<readonly FailedNode[]> {
    const looked = [...this.#seen].map(
      async ([name, {container, deadlineSeconds, last}]): Promise<FailedNode | undefined> => {
        const found = await orNothing(this.#options.docker.getContainer(container).inspect())
        const end = found && endOf(found)
        if (!found) return {node: name, container, state: 'exited', detail: 'was removed'}
        if (end)
          return {
            node: name,
            container,
            state: 'exited',
            detail: endText(end, found.Config.Labels[LABELS.component] ?? ''),
          }
        if (deadlineSeconds === undefined || !isLate) return undefined
        const seen = last ? `last probe: ${last.probe}, got: ${last.detail}` : 'it was never reached'
        return {
          node: name,
          container,
          state: 'not-ready',
          detail: `did not become ready within ${deadlineSeconds} s (${seen})`,
        }
      },
    )
    return (await Promise.all(looked)).filter(one => one !== undefined)
  }

  /** Resolves when a container no longer runs; at once if it has ended before. */
  async #ended(container: string, signal: AbortSignal): Promise<'ended'> {
    const handle = this.#options.docker.getContainer(container)
    for (;;) {
      const next = this.#options.ends.next(container, signal)
      next.catch(() => undefined)
      try {
        const {State} = await handle.inspect({abortSignal: signal})
        if (!State.Running) return 'ended'
      } catch (error) {
        if (isNotFound(error)) return 'ended'
        throw error
      }
      await next
    }
  }

  close(): Promise<void> {
    return this.#helper.close()
  }
}

/** How busy the engine's machine is: the helper's, which runs on it; this one's where the helper does not say. */
async function loadOf(helper: HelperSession, signal: AbortSignal): Promise<MachineLoad> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(LOAD_MS)])
  const told = helper.receive(report => (report.kind === 'load' ? report : undefined), soon)
  helper.send({kind: 'load'})
  try {
    const {average, cpus} = await told
    return {average, cpus}
  } catch {
    signal.throwIfAborted()
    return machineLoad()
  }
}
