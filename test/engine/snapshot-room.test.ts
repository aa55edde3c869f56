import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {SeedRow} from '../../src/lab/snapshots/list.js'
import {LABELS} from '../../src/model/labels.js'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab, assertComplaint} from '../support/command-line.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'
import {seedsIn} from './support/seeds.js'

describe('the room that snapshots and seeds take, on the stub engine', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-room-'))
    stub = await startLabEngine({
      images: {
        'node:20-slim': {Cmd: ['node']},
        [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
        [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
      },
    })
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })
  afterEach(() => {
    stub.world.freeBytes = 1e12
  })

  const run = (...args: string[]) =>
    apimLab([...args, '--lab', 'room'], {
      cwd: folder,
      env: {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: stub.dockerHost},
    })
  const done = async (...args: string[]) => {
    const {exitCode, stdout, stderr} = await run(...args)
    assert.equal(exitCode, 0, String(stderr))
    return String(stdout)
  }
  const up = (...args: string[]) =>
    done('up', '--release', 'mini', '--offline', '--no-analytics', '--port-offset', '9600', ...args)
  const seeds = async () =>
    (JSON.parse(await done('snapshot', 'list', '--seeds', '--json')) as {seeds: SeedRow[]}).seeds
  /** What the engine has, and the files of snapshots. */
  const all = async () => [
    stub.snapshot(),
    await readdir(join(folder, 'data/apim-lab'), {recursive: true}).then(names =>
      names.filter(name => name.includes('snapshots/room/')).toSorted(),
    ),
  ]

  it('up --no-seed makes none, and runs the scripts of the release', async () => {
    await up('--no-seed')
    assert.deepEqual(seedsIn(stub.snapshot()), [])
    assert.ok(stub.snapshot().containers.some(name => name.endsWith('-schema')))
    assert.match(await done('snapshot', 'list', '--seeds'), /./)
    assert.deepEqual(await seeds(), [])
    await done('down', '--volumes')
  })

  it('a seed is listed while it is there; prune leaves what a lab could begin with', async () => {
    await up()
    const [seed] = await seeds()
    assert.deepEqual([seed!.whole, seed!.usable], [true, true])
    assert.ok(seedsIn(stub.snapshot()).includes(seed!.name))
    const old = {
      [LABELS.seed]: 'old',
      [LABELS.seedImages]: 'sha256:0123456789',
      [LABELS.seedData]: 'apim-lab-seed-old-data',
    }
    stub.world.addVolume('apim-lab-seed-old', old)
    stub.world.addVolume('apim-lab-seed-old-data', {[LABELS.seed]: 'old'})
    assert.match(await done('snapshot', 'list', '--seeds'), /apim-lab-seed-old/)
    assert.match(
      await done('snapshot', 'prune'),
      /apim-lab-seed-old, apim-lab-seed-old-data|apim-lab-seed-old-data, apim-lab-seed-old/,
    )
    assert.deepEqual(
      (await seeds()).map(({name}) => name),
      [seed!.name],
    )
    assert.match(await done('snapshot', 'prune'), /Nothing to remove/)
  })

  for (const [what, freeBytes, message] of [
    ['is short', 1000, /disk has .* free, and .* are needed; nothing was changed/],
    ['becomes full', 0, /disk became full; nothing was changed/],
  ] as const)
    it(`a disk that ${what} while saving is an error, and nothing is changed`, async () => {
      const before = await all()
      stub.world.freeBytes = freeBytes
      assertComplaint(await run('snapshot', 'save', 'one'), {
        exit: 1,
        code: 'disk-short',
        message,
        next: /docker system df/,
      })
      assert.deepEqual(await all(), before)
      assert.match(await done('snapshot', 'list'), /no snapshot/i)
    })

  it('a disk that is short while restoring is an error with the sum, and the lab stays as it was', async () => {
    await done('snapshot', 'save', 'one')
    for (const volume of stub.world.volumes.values())
      if (volume.name === 'room_mysql') volume.content.set('/', 'databases, later')
    const before = await all()
    stub.world.freeBytes = 1000
    assertComplaint(await run('snapshot', 'restore', 'one'), {
      exit: 1,
      code: 'disk-short',
      message: /disk has .* free, and .* are needed; nothing was changed/,
    })
    assert.deepEqual(await all(), before)
    assert.equal(stub.world.volumes.get('room_mysql')?.content.get('/'), 'databases, later')
    stub.world.freeBytes = 1e12
    await done('snapshot', 'restore', 'one')
    assert.notEqual(stub.world.volumes.get('room_mysql')?.content.get('/'), 'databases, later')
  })

  it('a node that leaves the lab leaves its data, and that is said once', async () => {
    const scale = (gateways: number) =>
      run(...['up', '--release', 'mini', '--offline', '--no-analytics', '--scale', `gateway=${gateways}`])
    assert.equal((await scale(2)).exitCode, 0)
    const {exitCode, stderr} = await scale(1)
    assert.equal(exitCode, 0, String(stderr))
    assert.match(String(stderr), /warning: room_gateway-2-synapse-configs: stays, with the data of a node/)
    assert.ok(stub.world.volumes.has('room_gateway-2-synapse-configs'))
    assert.doesNotMatch(String((await scale(1)).stderr), /stays, with the data/)
  })

  it('prune --seeds removes all that no lab is just being begun with; the lab keeps its own databases', async () => {
    await done('snapshot', 'delete', 'one')
    const removed = seedsIn(stub.snapshot())
    assert.equal(removed.length, 2)
    const text = await done('snapshot', 'prune', '--seeds')
    for (const name of removed) assert.ok(text.includes(name), text)
    assert.deepEqual(await seeds(), [])
    assert.ok(stub.world.volumes.has('room_mysql'))
    await done('down', '--volumes')
    assert.deepEqual(stub.snapshot().volumes, [])
  })
})
