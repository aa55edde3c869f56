import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LABELS} from '../../src/model/labels.js'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab} from '../support/command-line.js'
import type {CreateBody} from './stub/model.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'
import {seedsIn, withoutSeeds} from './support/seeds.js'

const NOTHING = {containers: [], networks: [], volumes: []}
const WHOLE = /^(apim-lab-seed-[0-9a-f]{12}) \1-[0-9a-f]{8}$/

const isMaker = ({Entrypoint, HostConfig}: CreateBody) =>
  Entrypoint?.[0] === 'bash' && (HostConfig?.Mounts ?? []).every(({Target}) => Target === '/var/lib/mysql')

const isCopier = ({HostConfig}: CreateBody) => (HostConfig?.Mounts ?? []).some(({Target}) => Target === '/seed')

describe('databases that are made once and copied, on the stub engine', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine
  /** Containers that fail at once, with these words. */
  let failing: ((config: CreateBody) => boolean) | undefined

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-seeds-'))
    const images = {
      'node:20-slim': {Cmd: ['node']},
      [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
      [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
    }
    stub = await startLabEngine(
      {images},
      behave => (name, config) =>
        failing?.(config) ? {logs: ['no space left on device'], exitAfterMs: 1, exitCode: 1} : behave(name, config),
    )
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })
  afterEach(async () => {
    failing = undefined
    for (const lab of ['one', 'two']) assert.equal((await run(lab, 'down', '--volumes')).exitCode, 0)
    assert.deepEqual(withoutSeeds(stub.snapshot()), NOTHING)
  })

  const run = (lab: string, ...args: string[]) =>
    apimLab([...args, '--lab', lab], {
      cwd: folder,
      env: {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: stub.dockerHost},
    })

  const upArguments = ['up', '--release', 'mini', '--offline', '--no-analytics', '--port-offset']
  const offsets: Readonly<Record<string, string>> = {one: '9400', two: '9500'}

  const up = (lab = 'one') => run(lab, ...upArguments, offsets[lab]!)

  const comesUp = async (lab?: string) => {
    const {exitCode, stderr} = await up(lab)
    assert.equal(exitCode, 0, String(stderr))
    return String(stderr)
  }

  const removeSeeds = () => seedsIn(stub.snapshot()).forEach(name => stub.world.volumes.delete(name))

  const hasSchemaContainer = () => stub.snapshot().containers.some(name => name.endsWith('-schema'))

  it('a second lab finds them made', async () => {
    assert.match(await comesUp('one'), /apim-lab-seed-\w+: made/)
    const seeds = seedsIn(stub.snapshot())
    assert.match(seeds.join(' '), WHOLE)
    assert.doesNotMatch(await comesUp('two'), /apim-lab-seed-\w+: made/)
    assert.deepEqual(seedsIn(stub.snapshot()), seeds)
    assert.ok(!hasSchemaContainer())
  })

  it('two that make them at once leave one', async () => {
    removeSeeds()
    await Promise.all([comesUp('one'), comesUp('two')])
    assert.match(seedsIn(stub.snapshot()).join(' '), WHOLE)
  })

  for (const [what, fails] of [
    ['made', isMaker],
    ['copied', isCopier],
  ] as const)
    it(`where they can't be ${what}, MySQL makes its own, and the reason is told`, async () => {
      removeSeeds()
      failing = fails
      assert.match(
        await comesUp(),
        /warning: mysql: its databases are made from the release's scripts, since they could not be copied: no space left/,
      )
      assert.ok(hasSchemaContainer())
      failing = undefined
      assert.match(String((await up()).stdout), /Nothing to do/)
    })

  it('the volume with their data was removed: they are made anew', async () => {
    await comesUp()
    const [, data] = seedsIn(stub.snapshot())
    stub.world.volumes.delete(data!)
    assert.match(await comesUp('two'), /apim-lab-seed-\w+: made/)
    assert.match(seedsIn(stub.snapshot()).join(' '), WHOLE)
  })

  it('what a run that was killed left of them goes when others are made, and so do those of images that are gone', async () => {
    removeSeeds()
    const labels = {[LABELS.seed]: 'other'}
    const marked = {...labels, [LABELS.seedData]: 'apim-lab-seed-old-data', [LABELS.seedImages]: 'sha256:0123456789'}
    stub.world.addVolume('apim-lab-seed-half', labels)
    stub.world.addVolume('apim-lab-seed-old', marked)
    stub.world.addVolume('apim-lab-seed-old-data', labels)
    const here = {...marked, [LABELS.seedData]: 'apim-lab-seed-x-data', [LABELS.seedImages]: stub.world.images[0]!.id}
    stub.world.addVolume('apim-lab-seed-x', here)
    stub.world.addVolume('apim-lab-seed-x-data', labels)
    await comesUp()
    const [kept, others] = [true, false].map(isOther =>
      seedsIn(stub.snapshot()).filter(name => name.startsWith('apim-lab-seed-x') === isOther),
    )
    assert.deepEqual(kept, ['apim-lab-seed-x', 'apim-lab-seed-x-data'])
    assert.match(others!.join(' '), WHOLE)
    removeSeeds()
  })

  it('no account and no password is given to the container that makes them, and no network', async () => {
    removeSeeds()
    const seen: CreateBody[] = []
    failing = config => {
      if (isMaker(config)) seen.push(config)
      return false
    }
    await comesUp()
    const [maker] = seen
    assert.equal(maker!.HostConfig?.NetworkMode, 'none')
    assert.deepEqual(maker!.Env ?? [], [])
    assert.equal(maker!.HostConfig?.Mounts?.length, 1)
  })
})
