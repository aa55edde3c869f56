import {setTimeout as delay} from 'node:timers/promises'
import type {HelperReport, HelperRequest} from '../../../src/model/helper-protocol.js'
import {LABELS} from '../../../src/model/labels.js'
import {NETWORKS, resourceName} from '../../../src/model/names.js'
import {isRunning} from '../stub/life.js'
import type {Behaviour, Container, CreateBody, StubProcess, Volume} from '../stub/model.js'
import type {World} from '../stub/world.js'

const SCHEMA_MS = 2
const POLL_MS = 2

/** What a lab's containers do on the stub, as far as the order of things depends on it. */
class StubLab {
  /** Volumes that hold the schema's scripts, or the databases made from them. */
  readonly #filled = new WeakSet<Volume>()

  constructor(readonly world: () => World) {}

  behaviour(config: CreateBody): Behaviour {
    const {[LABELS.helper]: helper, [LABELS.node]: node, [LABELS.lab]: lab = ''} = config.Labels ?? {}
    if (helper !== undefined) return this.#helper(lab)
    switch (node) {
      case 'schema':
        return {run: process => void this.#handOver(process)}
      case 'mysql':
        return {
          healthyAfterMs: 0,
          run: ({container}) => this.#initialise(container),
          logs: ['mysqld: ready for connections'],
        }
      case 'load-balancer':
        return {healthyAfterMs: 0}
      default:
        return {healthyAfterMs: 0, run: process => this.#checkTables(lab, process)}
    }
  }

  #volume({mounts}: Container, path: string): Volume | undefined {
    const name = mounts.find(({Destination}) => Destination === path)?.Name
    return name === undefined ? undefined : this.world().volumes.get(name)
  }

  async #handOver({container, exit}: StubProcess): Promise<void> {
    await delay(SCHEMA_MS)
    const volume = this.#volume(container, '/schema')
    if (volume) this.#filled.add(volume)
    exit(volume ? 0 : 1)
  }

  /** MySQL makes its databases at its first start only, from what it finds then. */
  #initialise(container: Container): void {
    const scripts = this.#volume(container, '/docker-entrypoint-initdb.d')
    const data = this.#volume(container, '/var/lib/mysql')
    if (scripts && data && this.#filled.has(scripts)) this.#filled.add(data)
  }

  /** A node with a database waits for the server, and ends at once when it has no tables. */
  #checkTables(lab: string, {container, exit}: StubProcess): void {
    const usesDatabase = resourceName(lab, NETWORKS.db) in container.networks
    if (usesDatabase && !this.#hasTables(this.#node(lab, 'mysql'))) exit(1)
  }

  #hasTables(mysql: Container | undefined): boolean {
    const data = mysql && this.#volume(mysql, '/var/lib/mysql')
    return data !== undefined && this.#filled.has(data)
  }

  #node(lab: string, node: string): Container | undefined {
    return [...this.world().containers.values()].find(
      ({config}) => config.Labels?.[LABELS.lab] === lab && config.Labels[LABELS.node] === node,
    )
  }

  #databaseAnswers(lab: string): boolean {
    const mysql = this.#node(lab, 'mysql')
    return mysql !== undefined && isRunning(mysql) && this.#hasTables(mysql)
  }

  /** It reaches the nodes of its own networks only. */
  #reaches(helper: Container, lab: string, name: string): boolean {
    const node = this.#node(lab, name)
    if (!node || !isRunning(node) || !Object.keys(node.networks).some(network => network in helper.networks))
      return false
    return name !== 'mysql' || this.#databaseAnswers(lab)
  }

  #helper(lab: string): Behaviour {
    let self: StubProcess | undefined
    const watch = async (node: string) => {
      while (self && !self.stopped.aborted && !this.#reaches(self.container, lab, node)) await delay(POLL_MS)
      self?.print(line({kind: 'state', node, ready: true, probe: '', detail: 'ready'}))
    }
    return {
      run: process => {
        self = process
      },
      attach: text => {
        if (text === '') return []
        const request = JSON.parse(text) as HelperRequest
        if (request.kind === 'watch') void watch(request.node)
        return []
      },
    }
  }
}

const line = (report: HelperReport) => JSON.stringify(report)

/** Behaviour of a lab's containers, for a stub engine whose world is known later. */
export function labBehaviour(world: () => World): (name: string, config: CreateBody) => Behaviour {
  const lab = new StubLab(world)
  return (_name, config) => lab.behaviour(config)
}
