import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {cp, mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {execa} from 'execa'
import {processes} from '../../../src/cli/processes.js'
import {DataDirectory} from '../../../src/disk/data-directory.js'
import {toDiskError} from '../../../src/disk/disk-errors.js'
import {filesBelow} from '../../../src/disk/files.js'
import {DockerEngine} from '../../../src/engine/docker-engine.js'
import type {Engine} from '../../../src/engine/engine.js'
import {EXIT_STATUS, LabError} from '../../../src/errors.js'
import type {LabContext} from '../../../src/lab/context.js'
import {down} from '../../../src/lab/down.js'
import {branchSnapshot} from '../../../src/lab/snapshots/branch.js'
import {deleteSnapshot, pruneSnapshots} from '../../../src/lab/snapshots/delete.js'
import {restoreSnapshot} from '../../../src/lab/snapshots/restore.js'
import {saveSnapshot} from '../../../src/lab/snapshots/save.js'
import {status} from '../../../src/lab/status.js'
import {up} from '../../../src/lab/up.js'
import {LABELS} from '../../../src/model/labels.js'
import {allReleases} from '../../../src/model/releases/index.js'
import {DEFAULTS} from '../../../src/model/settings.js'
import type {Plan} from '../../../src/plan/operations.js'
import {parseCompose, type ComposeProject} from '../../../src/render/compose.js'
import {ROOT} from '../../support/lab.js'
import {copyWorld, restoreWorld, type WorldCopy} from './copy-world.js'
import type {Snapshot, StubEngine} from '../stub/stub-engine.js'
import type {Volume} from '../stub/model.js'
import {startLabEngine} from './lab-behaviour.js'
import {copyProgram} from './program.js'
import {isSeed, isSnapshot, seedsIn, withoutSeeds} from './seeds.js'

/** `change` recreates some nodes, adds one and removes others; `restore` and `branch` begin with a snapshot of another state. */
export type Command = 'up' | 'change' | 'down' | SnapshotCommand
export type SnapshotCommand = 'save' | 'restore' | 'branch'

const SNAPSHOT_COMMANDS: readonly Command[] = ['save', 'restore', 'branch']
const isSnapshots = (command: Command): command is SnapshotCommand => SNAPSHOT_COMMANDS.includes(command)

const LAB = 'sweep'
const BRANCH = 'sweepb'
const SNAPSHOT = 'one'
/** Of a lab's databases, before and after the snapshot. */
const THEN = 'databases'
const LATER = 'databases, later'
/** In stub time: a run in which something went wrong must come to its end. */
export const DEADLINE_MS = 30_000

const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {version: string}
/** Made once: a sweep makes thousands of contexts. */
const releases = allReleases(version)

const silent = {begin: () => undefined, on: () => undefined, end: () => undefined}

/** A small lab: fewer calls of each sort, and none left out. */
const SCALES: Readonly<Record<'up' | 'change', Readonly<Record<string, number>>>> = {
  up: {publisher: 0, devportal: 0},
  change: {publisher: 0, devportal: 0, gateway: 2, 'traffic-manager': 0},
}

const COMMANDS: Readonly<Record<'down' | SnapshotCommand, readonly string[]>> = {
  down: ['down'],
  save: ['snapshot', 'save', SNAPSHOT],
  restore: ['snapshot', 'restore', SNAPSHOT],
  branch: ['snapshot', 'branch', SNAPSHOT, '--from', LAB, '--lab', BRANCH],
}

const argumentsOf = (command: Command): readonly string[] =>
  command !== 'up' && command !== 'change'
    ? COMMANDS[command]
    : [
        ...['up', '--release', 'mini', '--no-analytics'],
        ...Object.entries(SCALES[command]).flatMap(([component, count]) => ['--scale', `${component}=${count}`]),
      ]

const parsed = new Map<string, ComposeProject>()

function parseOnce(compose: string): ComposeProject {
  const project = parsed.get(compose) ?? parseCompose(compose)
  parsed.set(compose, project)
  return project
}

export interface SweepLabOptions {
  readonly portOffset: number
  /** Files of a lab that were made before: RSA keys take longer than all the rest. */
  readonly keys: string
  /** The built program, as `copyProgram` makes it. */
  readonly root: string
}

/** A lab on a stub engine of its own, with the commands of `apim-lab` run in this process or as one of their own. */
export class SweepLab {
  readonly #kept = new Map<string, {readonly world: WorldCopy; readonly files: string}>()
  #begun: readonly string[] = []

  private constructor(
    readonly stub: StubEngine,
    readonly options: SweepLabOptions,
    /** Always the same: its path is in labels and hashes. */
    readonly folder: string,
  ) {}

  static async start(options: SweepLabOptions): Promise<SweepLab> {
    const stub = await startLabEngine({
      // Of the others one is built and two are pulled.
      images: {'apim-lab/base:trixie': {Cmd: ['bash']}},
      registry: {
        [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
        [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
      },
    })
    return new SweepLab(stub, options, await mkdtemp(join(tmpdir(), 'apim-lab-sweep-')))
  }

  get #home(): string {
    return join(this.folder, 'home')
  }

  /** Where its files are, and the authority's. */
  get paths(): {readonly data: string; readonly lab: string} {
    return {data: this.#data.path, lab: this.#data.lab(LAB).path}
  }

  get #data(): DataDirectory {
    return new DataDirectory(join(this.#home, 'apim-lab'))
  }

  get #context(): LabContext {
    let engine: Promise<Engine> | undefined
    const env = {DOCKER_HOST: this.stub.dockerHost}
    return {
      version,
      releases,
      data: this.#data,
      templates: join(this.options.root, 'templates'),
      cases: '',
      programs: join(this.options.root, 'dist'),
      engine: () => (engine ??= DockerEngine.connect({env, home: '/', platform: 'linux', uid: 0, contexts: []})),
      reporter: silent,
      signal: new AbortController().signal,
      processes,
      user: 'sweep',
      environment: {},
    }
  }

  /** Does something else with the lab, in this process. */
  use<T>(work: (lab: string, context: LabContext) => Promise<T>): Promise<T> {
    return work(LAB, this.#context)
  }

  /** A new engine, and a data directory without a lab. */
  async fresh(): Promise<void> {
    this.stub.reset()
    await rm(this.#home, {recursive: true, force: true})
    await cp(this.options.keys, this.#data.path, {recursive: true})
  }

  /** Begins with what `up` leaves, which takes a whole `up` at the first time only. */
  async begin(command: Command): Promise<void> {
    if (command === 'up') return this.fresh()
    const state = command === 'restore' || command === 'branch' ? 'snapshot' : 'up'
    const kept = this.#kept.get(state)
    if (!kept) {
      await this.fresh()
      await this.run('up')
      await this.#healthy()
      if (state === 'snapshot') {
        await this.run('save')
        this.#database(LAB)!.content.set('/', LATER)
      }
      const files = join(this.folder, `kept-${state}`)
      await cp(this.#home, files, {recursive: true})
      this.#kept.set(state, {world: copyWorld(this.stub.world), files})
    } else {
      this.stub.reset()
      await rm(this.#home, {recursive: true})
      await cp(kept.files, this.#home, {recursive: true})
      restoreWorld(this.stub.world, kept.world)
    }
    this.stub.resetCalls()
    this.#begun = this.stub.snapshot().volumes
  }

  #database(lab: string): Volume | undefined {
    return this.stub.world.volumes.get(`${lab}_mysql`)
  }

  /** Keeps the keys of this lab for others to begin with. */
  async keepKeys(folder: string): Promise<void> {
    await cp(join(this.#data.path, 'ca'), join(folder, 'ca'), {recursive: true})
    await cp(join(this.#data.lab(LAB).path, 'tls'), join(folder, 'labs', LAB, 'tls'), {recursive: true})
  }

  async close(): Promise<void> {
    await this.stub.close()
    await rm(this.folder, {recursive: true, force: true})
  }

  /** The command line as a process of its own. */
  spawn(args: readonly string[]) {
    return execa(process.execPath, [join(this.options.root, 'bin/run.js'), ...args], {
      cwd: this.folder,
      env: {APIM_LAB: LAB, XDG_DATA_HOME: this.#home, DOCKER_HOST: this.stub.dockerHost, NO_COLOR: '1'},
      reject: false,
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    })
  }

  /** The arguments of a command for this lab. */
  argumentsOf(command: Command): readonly string[] {
    if (['down', 'save', 'restore'].includes(command)) return argumentsOf(command)
    return [...argumentsOf(command), '--port-offset', String(this.#offsetOf(command))]
  }

  #offsetOf(command: Command): number {
    return this.options.portOffset + (command === 'branch' ? 5 : 0)
  }

  /** Runs a command as a process of its own; with `killAt`, until the engine gets that request. */
  async process(command: Command, killAt?: number): Promise<{exitCode: number | undefined; stderr: string}> {
    const child = this.spawn(this.argumentsOf(command))
    if (killAt !== undefined)
      this.stub.onCall(killAt, async () => {
        child.kill('SIGKILL')
        await child
      })
    const {exitCode, stderr, timedOut} = await child
    assert.ok(!timedOut, `it did not end by itself within ${DEADLINE_MS / 1000} s: ${stderr}`)
    return {exitCode, stderr}
  }

  /** Runs a command in this process, as its class in src/commands does. */
  async run(command: Command): Promise<Plan> {
    const context = this.#context
    if (command === 'down') return down({lab: LAB, volumes: false, wait: false}, context)
    if (isSnapshots(command)) return this.#runSnapshots(command, context)
    const flags = {
      lab: LAB,
      release: 'mini',
      portOffset: this.options.portOffset,
      analytics: false,
      scale: SCALES[command],
    }
    const choices = {offline: false, dryRun: false, force: false, reset: false, rollback: false, wait: false}
    const {plan, releaseReason} = await up({flags, workingDirectory: this.folder, ...choices}, context)
    const {ready} = await status(LAB, context, {releaseReason, provenReady: true})
    assert.equal(ready, true, 'it says that all is done, and not all nodes are ready')
    return plan as Plan
  }

  async #runSnapshots(command: SnapshotCommand, context: LabContext): Promise<Plan> {
    const options = {lab: LAB, name: SNAPSHOT, wait: false, workingDirectory: this.folder}
    if (command === 'save') await saveSnapshot(options, context)
    else if (command === 'restore') await restoreSnapshot(options, context)
    else await branchSnapshot({...options, from: LAB, lab: BRANCH, portOffset: this.#offsetOf(command)}, context)
    return []
  }

  /** A run in which something may go wrong: it ends in time, and if it fails then with an error that a user can act on. */
  async attempt(command: Command): Promise<LabError | undefined> {
    const late = new AbortController()
    const deadline = delay(DEADLINE_MS, 'late' as const, {signal: late.signal})
    try {
      const outcome = await Promise.race([this.run(command).then(() => 'done' as const), deadline])
      assert.equal(outcome, 'done', `${command} did not end within ${DEADLINE_MS / 1000} s`)
      return undefined
    } catch (thrown) {
      const error = toDiskError(thrown)
      if (error instanceof assert.AssertionError) throw error
      if (!(error instanceof LabError)) throw new Error('not an error that a user can act on', {cause: error})
      assert.ok(error.code in EXIT_STATUS)
      assert.ok(error.next.length > 0, `no next command: ${error.message}`)
      return error
    } finally {
      late.abort()
    }
  }

  /** The same command again comes to the same end as one that was never disturbed. */
  async converge(command: Command): Promise<void> {
    if (isSnapshots(command)) return this.#convergeSnapshots(command)
    await this.run(command)
    if (command === 'down')
      assert.deepEqual(this.#left(), {containers: [], networks: [], volumes: await this.#composeVolumes()})
    else await this.#isExact()
    await this.#healthy()
    assert.deepEqual(await this.run(command), [], 'the next run still finds something to do')
    await this.#quiet()
  }

  /** Nothing is lost whatever went wrong, and the next command leads to the end, or says that it was reached. */
  async #convergeSnapshots(command: SnapshotCommand): Promise<void> {
    const {content} = this.#database(LAB)!
    if (command === 'restore') {
      const [there, before] = [content.get('/'), content.get('//before')]
      assert.ok([there, before].includes(LATER) || there === THEN, `lost: ${there}, ${before}`)
    }
    const done = {save: 'snapshot-taken', branch: 'settings-conflict', restore: ''}[command]
    const error = await this.attempt(command)
    assert.ok(error === undefined || error.code === done, error?.message)
    assert.equal(this.#snapshotData(), THEN)
    assert.equal(content.get('/'), command === 'branch' ? LATER : THEN)
    assert.deepEqual([...content.keys()], ['/'])
    const labs = command === 'branch' ? [LAB, BRANCH] : [LAB]
    for (const lab of labs) assert.equal(await this.#data.journal(lab).read(), undefined)
    if (command === 'branch') assert.equal(this.#database(BRANCH)?.content.get('/'), THEN)
    else await this.#isExact()
    await this.#healthy()
    for (const {name, status} of this.stub.world.containers.values()) assert.equal(status, 'running', name)
    for (const lab of labs) assert.equal((await status(lab, this.#context, {})).ready, true)
    await this.#quiet()
  }

  /** What the one snapshot has of the lab's databases. */
  #snapshotData(): string | undefined {
    const volumes = [...this.stub.world.volumes.values()].filter(({name}) => isSnapshot(name))
    assert.equal(volumes.length, 1, 'a snapshot is left half made')
    return volumes[0]!.content.get('/mysql/')
  }

  async #composeVolumes(): Promise<readonly string[]> {
    const {volumes} = parseOnce((await this.#data.lab(LAB).readCompose())!)
    return Object.values(volumes)
      .map(({name}) => name)
      .toSorted()
  }

  #begunVolumes(): readonly string[] {
    return this.#begun.filter(name => !isSeed(name) && !isSnapshot(name))
  }

  async #isExact(): Promise<void> {
    const {services} = parseOnce((await this.#data.lab(LAB).readCompose())!)
    // Databases that are copied need no scripts.
    const own = Object.entries(services).filter(([name]) => name !== 'schema')
    const wanted = own.map(([, {container_name, networks, labels}]) => ({
      container: container_name,
      status: 'running',
      hash: labels[LABELS.configHash],
      networks: Object.entries(networks ?? {}).map(([key, {aliases}]) => `${LAB}_${key}: ${aliases.join(' ')}`),
    }))
    const found = [...this.stub.world.containers.values()].map(({name, status, config, networks}) => ({
      container: name,
      status,
      hash: config.Labels?.[LABELS.configHash],
      networks: Object.entries(networks).map(([network, {Aliases}]) => `${network}: ${Aliases?.join(' ')}`),
    }))
    const byName = (a: {container: string}, b: {container: string}) => (a.container < b.container ? -1 : 1)
    assert.deepEqual(found.toSorted(byName), wanted.toSorted(byName))
    const {networks, volumes} = this.#left()
    const made = await this.#composeVolumes()
    assert.deepEqual(
      {networks, volumes},
      {
        networks: [`${LAB}_db`, `${LAB}_lab`],
        volumes: [...new Set([...this.#begunVolumes(), ...made])].toSorted(),
      },
    )
  }

  /** What the engine has besides one whole seed, which stays for the next lab. */
  #left(): Snapshot {
    const snapshot = this.stub.snapshot()
    const seeds = seedsIn(snapshot).join(' ')
    assert.match(seeds, /^(apim-lab-seed-[0-9a-f]{12}) \1-[0-9a-f]{8}$/, 'a seed is left half made')
    const {volumes, ...others} = withoutSeeds(snapshot)
    return {...others, volumes: volumes.filter(name => !isSnapshot(name))}
  }

  /** Health checks of the stub take a moment. */
  async #healthy(): Promise<void> {
    while ([...this.stub.world.containers.values()].some(({health}) => health === 'starting')) await delay(1)
  }

  /** Nothing is left that would keep the process alive. */
  async #quiet(): Promise<void> {
    for (let i = 0; i < 100 && (await this.stub.connections()) > 0; i++) await delay(5)
    assert.equal(await this.stub.connections(), 0, 'a connection to the engine stays open')
  }

  /** `down --volumes` leaves nothing, in the engine or on disk, but the user's certificate authority. */
  async takeDown(): Promise<void> {
    for (const lab of [BRANCH, LAB]) await down({lab, volumes: true, wait: false}, this.#context)
    for (const name of await this.#data.snapshots(LAB).names())
      await deleteSnapshot({lab: LAB, name, wait: false}, this.#context)
    await pruneSnapshots({lab: LAB, wait: false, seeds: false}, this.#context)
    await rm(join(this.#data.path, 'snapshots'), {recursive: true, force: true})
    assert.deepEqual(this.stub.snapshot().volumes.filter(isSnapshot), [])
    assert.deepEqual(this.#left(), {containers: [], networks: [], volumes: []})
    assert.deepEqual((await filesBelow(this.#home)).toSorted(), ['apim-lab/ca/ca-key.pem', 'apim-lab/ca/ca.pem'])
    assert.deepEqual(await readdir(join(this.#data.path, 'labs')), [])
    await this.#quiet()
  }
}

/** A lab on a stub engine, with a program and keys in a folder of its own. */
export interface PreparedLab {
  readonly lab: SweepLab
  readonly folder: string
  close(): Promise<void>
}

/** Starts a lab whose keys are made once, by a first `up`. */
export async function prepareLab(purpose: string, portOffset: number): Promise<PreparedLab> {
  const folder = await mkdtemp(join(tmpdir(), `apim-lab-${purpose}-`))
  const keys = join(folder, 'keys')
  await mkdir(keys)
  const lab = await SweepLab.start({portOffset, keys, root: await copyProgram(folder)})
  await lab.begin('up')
  await lab.run('up')
  await lab.keepKeys(keys)
  return {
    lab,
    folder,
    async close() {
      await lab.close()
      await rm(folder, {recursive: true, force: true})
    },
  }
}
