import {setTimeout as delay} from 'node:timers/promises'
import {archive} from '../../../src/engine/images/archive.js'
import type {HelperReport, HelperRequest} from '../../../src/model/helper-protocol.js'
import {LABELS} from '../../../src/model/labels.js'
import {NETWORKS, resourceName} from '../../../src/model/names.js'
import {isRunning} from '../stub/life.js'
import type {Behaviour, Container, CreateBody, StubProcess, Volume} from '../stub/model.js'
import {StubEngine} from '../stub/stub-engine.js'
import type {World, WorldOptions} from '../stub/world.js'
import {StubVolumes} from './stub-volumes.js'

const SCHEMA_MS = 2
const POLL_MS = 2
const SCRIPT = await archive(new Map([['mysql.sql', {content: Buffer.from('SELECT 1;'), mode: 0o644}]]))

/** What a lab's containers do on the stub, as far as the order of things depends on it. */
class StubLab {
  /** Volumes that hold the schema's scripts, or the databases made from them. */
  readonly #filled = new WeakSet<Volume>()

  readonly #volumes: StubVolumes

  constructor(readonly world: () => World) {
    this.#volumes = new StubVolumes(world, volume => this.#filled.add(volume))
  }

  behaviour(config: CreateBody): Behaviour {
    const {[LABELS.helper]: helper, [LABELS.node]: node, [LABELS.lab]: lab = ''} = config.Labels ?? {}
    const seed = helper !== undefined && this.#seed(config)
    if (seed) return seed
    if (helper !== undefined && isFaultHelper(config)) return faultHelper(config)
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

  /** The helpers that make a seed and that copy it; the image with the scripts is never started. */
  #seed({Entrypoint = [], HostConfig}: CreateBody): Behaviour | undefined {
    const targets = (HostConfig?.Mounts ?? []).map(({Target}) => Target)
    if (Entrypoint?.[0] !== 'bash' || !targets.includes('/var/lib/mysql')) return undefined
    const isCopy = targets.includes('/seed')
    return {run: process => void this.#fill(process, isCopy ? '/seed' : undefined)}
  }

  async #fill({container, exit}: StubProcess, from: string | undefined): Promise<void> {
    await delay(SCHEMA_MS)
    const [data, source] = [this.#volume(container, '/var/lib/mysql'), from && this.#volume(container, from)]
    const isWhole = data !== undefined && (from === undefined || (source && this.#filled.has(source)))
    if (isWhole) this.#fillWith(data)
    exit(isWhole ? 0 : 1)
  }

  /** With databases as they are at first. */
  #fillWith(volume: Volume): void {
    this.#filled.add(volume)
    if (!volume.content.has('/')) volume.content.set('/', 'databases')
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
    if (scripts && data && this.#filled.has(scripts)) this.#fillWith(data)
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
    const own = this.#networksOf(helper)
    if (!node || !isRunning(node) || !Object.keys(node.networks).some(network => network in own)) return false
    return name !== 'mysql' || this.#databaseAnswers(lab)
  }

  /** One in the network of another container has that one's. */
  #networksOf({config, networks}: Container): Container['networks'] {
    const [, other] = /^container:(.+)$/.exec(String(config.HostConfig?.NetworkMode)) ?? []
    return (other === undefined ? undefined : this.world().containers.get(other)?.networks) ?? networks
  }

  #helper(lab: string): Behaviour {
    let self: StubProcess | undefined
    const watch = async (node: string) => {
      while (self && !self.stopped.aborted && !this.#reaches(self.container, lab, node)) await delay(POLL_MS)
      self?.print(line({kind: 'state', node, ready: true, probe: '', detail: 'ready'}))
    }
    return {
      // Of the helpers that look into an image.
      imageFile: path => (path.endsWith('.sql') ? SCRIPT : undefined),
      run: process => {
        self = process
        process.stopped.addEventListener('abort', () => this.#volumes.thaw())
      },
      attach: text => {
        if (text === '') return []
        const request = JSON.parse(text) as HelperRequest
        if (request.kind === 'watch') void watch(request.node)
        // Nothing speaks HTTP or SQL here.
        if (request.kind === 'exchange' || request.kind === 'probe-login' || request.kind === 'query')
          return [line({kind: 'result', id: request.id, ok: false, detail: 'nobody answers'})]
        if (request.kind === 'marks') return [line({kind: 'result', id: request.id, ok: true, detail: ''})]
        if (request.kind === 'volumes')
          return [line({kind: 'volumes', id: request.id, answer: this.#volumes.perform(request.task, self!.container)})]
        if (request.kind !== 'probe-link') return []
        const ok = this.#reaches(self!.container, lab, request.host)
        return [line({kind: 'result', id: request.id, ok, detail: ok ? 'answered' : 'no such node'})]
      },
    }
  }
}

const line = (report: HelperReport) => JSON.stringify(report)

const isFaultHelper = ({Image = '', Labels}: CreateBody) =>
  Labels?.[LABELS.fault] !== undefined || Image.includes('/fault:')

/** It says that the fault is made, and is told to end it; the networks of the stub have none that is left. */
const faultHelper = ({Labels}: CreateBody): Behaviour =>
  Labels?.[LABELS.fault] === undefined
    ? {exitAfterMs: POLL_MS, logs: [JSON.stringify({kind: 'found', faults: []})]}
    : {stopCode: 0, logs: [JSON.stringify({kind: 'made'})]}

type Behave = (name: string, config: CreateBody) => Behaviour

/** A stub engine on which labs come up and images can be built. `around`: what containers do besides, or instead. */
export async function startLabEngine(
  options: WorldOptions,
  around: (behave: Behave) => Behave = behave => behave,
): Promise<StubEngine> {
  const stub: StubEngine = await StubEngine.start({
    behaviour: around(labBehaviour(() => stub.world)),
    build: () => ({Cmd: ['node'], Entrypoint: ['/docker-entrypoint.sh']}),
    ...options,
  })
  return stub
}

/** Behaviour of a lab's containers, for a stub engine whose world is known later. */
export function labBehaviour(world: () => World): Behave {
  const lab = new StubLab(world)
  return (_name, config) => lab.behaviour(config)
}
