import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import Docker from 'dockerode'
import {execa, type Options, type ResultPromise} from 'execa'
import {ROOT} from '../../support/lab.js'

export const docker = new Docker({socketPath: '/var/run/docker.sock'})

/** What the engine has of a lab: what a leak would be made of. */
export interface Remains {
  readonly containers: readonly string[]
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
}

let labs = 0

/** A lab of its own: a name, ports, and a data directory that nobody else uses. Ends with `remove`. */
export class TestLab {
  private constructor(
    readonly name: string,
    readonly portOffset: number,
    readonly dataHome: string,
    readonly workingDirectory: string,
  ) {}

  static async create(purpose: string): Promise<TestLab> {
    labs += 1
    const dataHome = await mkdtemp(join(tmpdir(), 'apim-lab-test-'))
    // Below the ephemeral range of Linux (32768), and every lab's ports apart from every other's.
    return new TestLab(`t-${purpose}`, 11_000 + labs * 100, dataHome, await mkdtemp(join(tmpdir(), 'apim-lab-work-')))
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

  async remains(): Promise<Remains> {
    const filters = {label: [`apim-lab.lab=${this.name}`]}
    const [containers, networks, {Volumes: volumes}] = await Promise.all([
      docker.listContainers({all: true, filters}),
      docker.listNetworks({filters}),
      docker.listVolumes({filters}),
    ])
    return {
      containers: containers.map(({Names}) => Names[0] ?? '').toSorted(),
      networks: networks.map(({Name}) => Name).toSorted(),
      volumes: (volumes ?? []).map(({Name}) => Name).toSorted(),
    }
  }

  /** Takes the lab down with all its data, and removes what the test wrote. */
  async remove(): Promise<void> {
    await this.run(['down', '--volumes', '--wait'])
    await rm(this.dataHome, {recursive: true, force: true})
    await rm(this.workingDirectory, {recursive: true, force: true})
  }
}

export const NOTHING: Remains = {containers: [], networks: [], volumes: []}
