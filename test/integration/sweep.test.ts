import assert from 'node:assert/strict'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {filesBelow} from '../../src/disk/files.js'
import type {LabStatus} from '../../src/lab/status.js'
import {LABELS} from '../../src/model/labels.js'
import {resourceName} from '../../src/model/names.js'
import {parseCompose} from '../../src/render/compose.js'
import {FAULTS, type Fault} from '../engine/stub/stub-engine.js'
import {eventually} from '../support/eventually.js'
import {EngineProxy} from './support/engine-proxy.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

type Command = 'up' | 'change' | 'down'
type Kind = Fault | 'kill'

const COMMANDS: readonly Command[] = ['up', 'change', 'down']
const ROUNDS = 8
const POINTS_WANTED = 20
/** For a run in which something went wrong. */
const DEADLINE_MS = 120_000
/** Health checks run every second. */
const SETTLE_MS = 60_000

/** A small lab comes up and goes down sooner, with requests of the same sorts. */
const SMALL = ['--no-analytics', '--scale', 'devportal=0']
const CHANGED = [...SMALL, '--scale', 'publisher=0', '--scale', 'gateway=2']

/** The same points in every run, so that a failure is the change's; another seed looks elsewhere. */
const DEFAULT_SEED = 1

const seed = Number(process.env['SWEEP_SEED'] ?? DEFAULT_SEED)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const next = random(seed)
const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!

/** Half of the points are kills. */
const rounds = Array.from({length: ROUNDS}, () =>
  COMMANDS.map(command => ({command, kind: next() < 0.5 ? 'kill' : pick<Kind>(FAULTS), at: next()})),
)

describe(`nothing lost, nothing leaked, on the real engine (SWEEP_SEED=${seed})`, function () {
  this.timeout(600_000)
  const counts = new Map<Command, number>()
  let lab: TestLab
  let proxy: EngineProxy
  let swept = 0

  before(async () => {
    lab = await TestLab.create('sweep')
    proxy = await EngineProxy.start()
  })
  after(async () => {
    console.log(`      swept ${swept} points, SWEEP_SEED=${seed}`)
    await lab.remove()
    await proxy.close()
  })

  /** Through the proxy, or straight to the engine. */
  const run = (command: Command, through?: EngineProxy) => {
    const options = {timeout: DEADLINE_MS, ...(through && {env: {DOCKER_HOST: through.dockerHost}})}
    if (command === 'down') return lab.run(['down'], options)
    const settings = command === 'up' ? SMALL : CHANGED
    const offset = ['--port-offset', String(lab.portOffset)]
    return lab.run(['up', '--release', 'mini', '--offline', ...offset, ...settings], options)
  }

  const succeed = async (command: Command, through?: EngineProxy) => {
    const {exitCode, stdout, stderr} = await run(command, through)
    assert.equal(exitCode, 0, String(stderr))
    return String(stdout)
  }

  /** The lab is what its compose.yaml says, and the next run has nothing to do. */
  async function isExact(command: Command): Promise<void> {
    const {ready} = await lab.json<LabStatus>('status')
    assert.equal(ready, true)
    const {services} = parseCompose(await readFile(join(lab.folder, 'compose.yaml'), 'utf8'))
    // Databases that are copied need no scripts.
    const own = Object.entries(services).filter(([name]) => name !== 'schema')
    const wanted = own.map(([, {container_name, labels, networks}]) => ({
      container: container_name,
      hash: labels[LABELS.configHash],
      state: 'running',
      networks: Object.keys(networks ?? {}).map(key => resourceName(lab.name, key)),
    }))
    const found = await docker.listContainers({all: true, filters: {label: [`${LABELS.lab}=${lab.name}`]}})
    const seen = found.map(({Names, Labels, State, NetworkSettings}) => ({
      container: Names[0]!.slice(1),
      hash: Labels[LABELS.configHash],
      state: State,
      networks: Object.keys(NetworkSettings.Networks),
    }))
    assert.deepEqual(sorted(seen), sorted(wanted))
    await eventually('nothing to do', async () => /Nothing to do/.test(await succeed(command)), SETTLE_MS)
  }

  async function leavesNothing(): Promise<void> {
    const {exitCode, stderr} = await lab.run(['down', '--volumes'])
    assert.equal(exitCode, 0, String(stderr))
    assert.deepEqual(await lab.remains(), NOTHING)
    assert.deepEqual((await filesBelow(lab.dataHome)).toSorted(), ['apim-lab/ca/ca-key.pem', 'apim-lab/ca/ca.pem'])
    assert.deepEqual(await readdir(join(lab.dataHome, 'apim-lab/labs')), [])
  }

  async function disturb(command: Command, n: number, kind: Kind): Promise<string> {
    const child: {running?: ReturnType<typeof run>} = {}
    proxy.begin(kind === 'kill' ? {n, then: () => void child.running?.kill('SIGKILL')} : {n, fault: kind})
    child.running = run(command, proxy)
    const {exitCode, stderr, timedOut, signal} = await child.running
    const request = proxy.requests[n - 1]
    if (request !== undefined) swept++
    const point = `${command}, request ${n} of ${proxy.requests.length} (${request}), ${kind}`
    proxy.begin()
    assert.ok(!timedOut, `${point}: did not end: ${stderr}`)
    assert.doesNotMatch(String(stderr), /This is a bug|^ {4}at /m, point)
    if (kind === 'kill' && request !== undefined) assert.equal(signal, 'SIGKILL', point)
    else assert.ok(exitCode === 0 || (exitCode === 1 && /Next:/.test(String(stderr))), `${point}: ${stderr}`)
    return point
  }

  it('counts the requests of each command', async () => {
    for (const command of COMMANDS) {
      proxy.begin()
      await succeed(command, proxy)
      counts.set(command, proxy.requests.length)
    }
    await leavesNothing()
    console.log(`      requests: ${[...counts].map(entry => entry.join(' ')).join(', ')}`)
  })

  for (const [index, points] of rounds.entries())
    it(`converges, round ${index + 1}: ${points.map(({command, kind}) => `${command} ${kind}`).join(', ')}`, async () => {
      for (const {command, kind, at} of points) {
        const point = await disturb(command, 1 + Math.floor(at * counts.get(command)!), kind)
        try {
          await succeed(command)
          if (command !== 'down') await isExact(command)
          else {
            const {containers, networks} = await lab.remains()
            assert.deepEqual({containers, networks}, {containers: [], networks: []})
          }
        } catch (error) {
          throw new Error(`after ${point}`, {cause: error})
        }
      }
      await leavesNothing()
    })

  it(`has swept at least ${POINTS_WANTED} points`, () => assert.ok(swept >= POINTS_WANTED))
})

function sorted<T extends {readonly container: string; readonly networks: readonly string[]}>(all: readonly T[]): T[] {
  return all
    .map(one => ({...one, networks: one.networks.toSorted()}))
    .toSorted((a, b) => (a.container < b.container ? -1 : 1))
}
