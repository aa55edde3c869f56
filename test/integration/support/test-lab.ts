import {mkdtemp, rm} from 'node:fs/promises'
import type {Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import Docker from 'dockerode'
import {execa, type Options, type ResultPromise} from 'execa'
import {removeNetwork} from '../../../src/engine/remove-network.js'
import {holdPort} from '../../support/hold-port.js'
import {ROOT} from '../../support/lab.js'

export const docker = new Docker({socketPath: '/var/run/docker.sock'})

/** What the engine has of a lab: what a leak would be made of. */
export interface Remains {
  readonly containers: readonly string[]
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
}

/**
 * Offsets of labs are so far apart that no multiple of it is the distance between two published ports (8099, 8243, 8280, 9099, 9443, 9643),
 * and end below the ephemeral range of Linux (32768).
 */
const OFFSET_STEP = 90
const OFFSETS = {first: 11_070, last: 23_040}
const PUBLISHED = [8099, 8243, 8280, 9099, 9443, 9643]

/** An offset for the ports of a lab, taken until the guard is closed. */
export interface PortOffset {
  readonly portOffset: number
  readonly guard: Server
}

/** Takes an offset whose ports are free, until the guard is closed: other labs of tests, also of other runs, leave it alone. */
export async function takeOffset(): Promise<PortOffset> {
  for (let portOffset = OFFSETS.first; portOffset <= OFFSETS.last; portOffset += OFFSET_STEP) {
    // No lab publishes the port after an offset.
    const guard = await holdPort(portOffset + 1)
    if (!guard) continue
    const probes = await Promise.all(PUBLISHED.map(port => holdPort(port + portOffset)))
    for (const it of probes) it?.close()
    if (probes.every(it => it)) return {portOffset, guard}
    guard.close()
  }
  throw new Error(`no port offset from ${OFFSETS.first} to ${OFFSETS.last} is free`)
}

/** Whether the engine keeps a network in which it has nobody: its own fault, which only its restart mends. */
const isMiscounted = (name: string): Promise<boolean> =>
  removeNetwork(docker.getNetwork(name)).then(
    kept => kept !== undefined,
    () => false,
  )

/** Volumes of a lab of mini with one node of each component. */
export const volumesOf = (lab: string, gateways = 1): readonly string[] =>
  [
    ...Array.from({length: gateways}, (_, i) => `gateway-${i + 1}-synapse-configs`),
    'mysql',
    'schema',
    'traffic-manager-1-executionplans',
  ].map(key => `${lab}_${key}`)

/** What the engine has of a lab that it could let go. */
export async function remainsOf(lab: string): Promise<Remains> {
  const filters = {label: [`apim-lab.lab=${lab}`]}
  const [containers, networks, {Volumes: volumes}] = await Promise.all([
    docker.listContainers({all: true, filters}),
    docker.listNetworks({filters}),
    docker.listVolumes({filters}),
  ])
  const kept = await Promise.all(networks.map(({Name}) => isMiscounted(Name)))
  return {
    containers: containers.map(({Names}) => Names[0] ?? '').toSorted(),
    networks: networks
      .filter((_, i) => !kept[i])
      .map(({Name}) => Name)
      .toSorted(),
    volumes: (volumes ?? []).map(({Name}) => Name).toSorted(),
  }
}

/** A lab of its own: a name, ports, and a data directory that nobody else uses. Ends with `remove`. */
export class TestLab {
  private constructor(
    readonly name: string,
    readonly portOffset: number,
    readonly dataHome: string,
    readonly workingDirectory: string,
    private readonly guard: Server,
  ) {}

  static async create(purpose: string): Promise<TestLab> {
    const {portOffset, guard} = await takeOffset()
    const dataHome = await mkdtemp(join(tmpdir(), 'apim-lab-test-'))
    const workingDirectory = await mkdtemp(join(tmpdir(), 'apim-lab-work-'))
    return new TestLab(`t-${purpose}`, portOffset, dataHome, workingDirectory, guard)
  }

  get folder(): string {
    return join(this.dataHome, 'apim-lab', 'labs', this.name)
  }

  get environment(): Record<string, string> {
    return {XDG_DATA_HOME: this.dataHome, NO_COLOR: '1'}
  }

  /** Runs the command line as a user would. Never throws for an exit status. */
  run(args: readonly string[], options: Options = {}) {
    return execa('node', [join(ROOT, 'bin/run.js'), ...args, '--lab', this.name], {
      cwd: this.workingDirectory,
      reject: false,
      ...options,
      env: {...this.environment, ...options.env},
    }) as ResultPromise
  }

  /** `up` on the built-in release, asking no registry. */
  up(...args: string[]) {
    return this.run(['up', '--release', 'mini', '--offline', '--port-offset', String(this.portOffset), ...args])
  }

  /** What a command prints with --json, parsed. */
  async json<T>(...args: string[]): Promise<T> {
    const {stdout} = await this.run([...args, '--json'])
    return JSON.parse(String(stdout)) as T
  }

  container(node: string): Docker.Container {
    return docker.getContainer(`${this.name}-${node}`)
  }

  remains(): Promise<Remains> {
    return remainsOf(this.name)
  }

  /** Takes the lab down with all its data, and removes what the test wrote. */
  async remove(options: Options = {}): Promise<void> {
    await this.run(['down', '--volumes', '--wait'], options)
    await rm(this.dataHome, {recursive: true, force: true})
    await rm(this.workingDirectory, {recursive: true, force: true})
    this.guard.close()
  }
}

export const NOTHING: Remains = {containers: [], networks: [], volumes: []}
