import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import {LabError} from '../errors.js'
import type {HelperReport, MysqlLogin} from '../model/helper-protocol.js'
import type {Probe} from '../model/probe.js'
import {isNotFound} from './engine-errors.js'
import type {ContainerEnds} from './events.js'
import type {HelperSession} from './helper-session.js'
import {nodeExited} from './node-end.js'

/** What is to be known of a node in order to wait for it. */
export interface ReadinessTarget {
  readonly probes: readonly Probe[]
  readonly deadlineSeconds: number
  /** Networks that it is reached in; one of them is enough. */
  readonly networks: readonly string[]
  readonly mysql?: MysqlLogin
}

export interface ReadinessOptions {
  readonly docker: Docker
  readonly ends: ContainerEnds
  readonly targets: ReadonlyMap<string, ReadinessTarget>
  /** Opens the helper in a network; called once, when the first node is waited for. */
  readonly openHelper: (network: string) => Promise<HelperSession>
  readonly onDetail: (node: string, detail: string) => void
}

/** Waits for nodes: one helper asks them all, and the engine's events tell at once when one ends. */
export class Readiness {
  readonly #options: ReadinessOptions
  #helper: Promise<HelperSession> | undefined
  #joined = new Set<string>()
  readonly #joining: Promise<void>[] = []
  /** When each node that is waited for runs out of time, in ms since 1970. */
  readonly #ends = new Map<string, number>()
  #lastReady = 0

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /** The helper, reachable to a node of these networks. */
  async helperIn(networks: readonly string[]): Promise<HelperSession> {
    const [first = ''] = networks
    if (!this.#helper) {
      this.#joined.add(first)
      this.#helper = this.#options.openHelper(first)
    }
    const helper = await this.#helper
    if (!networks.some(network => this.#joined.has(network))) {
      this.#joined.add(first)
      const joining = helper.join(first)
      this.#joining.push(joining)
      await joining
    }
    return helper
  }

  /** Resolves when all probes of the node pass. Throws `node-exited` at once when it ends, `node-not-ready` at its deadline. */
  async waitReady(node: string, container: string, signal: AbortSignal): Promise<void> {
    const target = this.#options.targets.get(node)
    if (!target) throw new Error(`nothing is known of ${node}`)
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    let last: Extract<HelperReport, {kind: 'state'}> | undefined
    try {
      const helper = await this.helperIn(target.networks)
      const ready = helper.receive(report => {
        if (report.kind !== 'state' || report.node !== node) return undefined
        last = report
        if (!report.ready) this.#options.onDetail(node, `${report.probe}: ${report.detail}`)
        return report.ready ? true : undefined
      }, either)
      helper.send({kind: 'watch', node, probes: target.probes, ...(target.mysql && {mysql: target.mysql})})
      const deadline = this.#late(node, target.deadlineSeconds * 1000, either)
      const ended = this.#ended(container, either)
      // Losers of the race reject when it is over.
      for (const promise of [ready, deadline, ended]) promise.catch(() => undefined)
      const outcome = await Promise.race([ready, deadline, ended])
      if (outcome === true) {
        this.#lastReady = Date.now()
        return
      }
      throw outcome === 'late'
        ? notReady(node, target, last)
        : await nodeExited(this.#options.docker, container, node, outcome)
    } finally {
      this.#ends.delete(node)
      over.abort()
    }
  }

  /**
   * Resolves when the node's time is over. It is not while a node that others may be waiting for has time left, and it begins
   * anew whenever one gets ready: a gateway is not late because MySQL is slow.
   */
  async #late(node: string, ownMs: number, signal: AbortSignal): Promise<'late'> {
    const start = Date.now()
    this.#ends.set(node, start + ownMs)
    for (;;) {
      const end = Math.max(start + ownMs, this.#lastReady + ownMs, ...this.#ends.values())
      const left = end - Date.now()
      if (left <= 0) return 'late'
      await delay(left, undefined, {signal})
    }
  }

  /** Asks once whether all probes of a node pass now. */
  async ask(node: string, {networks, probes, mysql}: ReadinessTarget, signal: AbortSignal): Promise<boolean> {
    const helper = await this.helperIn(networks)
    const answer = helper.receive(
      report => (report.kind === 'state' && report.node === node ? report.ready : undefined),
      signal,
    )
    helper.send({kind: 'watch', node, probes, ...(mysql && {mysql})})
    return answer
  }

  /** Resolves with the state of a container that no longer runs; at once if it has ended before. */
  async #ended(container: string, signal: AbortSignal): Promise<{ExitCode: number; OOMKilled: boolean}> {
    const handle = this.#options.docker.getContainer(container)
    for (;;) {
      const next = this.#options.ends.next(container, signal)
      next.catch(() => undefined)
      try {
        const {State} = await handle.inspect({abortSignal: signal})
        if (!State.Running) return State
      } catch (error) {
        if (isNotFound(error)) return {ExitCode: 0, OOMKilled: false}
        throw error
      }
      await next
    }
  }

  async close(): Promise<void> {
    const helper = await this.#helper?.catch(() => undefined)
    // A container that ends while it is being connected leaves the network with a member that nobody is (20.10).
    await Promise.allSettled(this.#joining)
    await helper?.close()
  }
}

function notReady(
  node: string,
  {deadlineSeconds}: ReadinessTarget,
  last: {readonly probe: string; readonly detail: string} | undefined,
): LabError {
  const seen = last ? `last probe: ${last.probe}, got: ${last.detail}` : 'it was never reached'
  return new LabError('node-not-ready', `${node} did not become ready within ${deadlineSeconds} s (${seen}).`, {
    next: [`apim-lab logs ${node}`, `apim-lab up --timeout ${deadlineSeconds * 2}`],
  })
}
