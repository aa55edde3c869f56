import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab, assertComplaint} from '../support/command-line.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'

describe('freeze and thaw, on the stub engine', function () {
  this.timeout(60_000)
  let folder: string
  let stub: StubEngine

  const run = (...args: string[]) =>
    apimLab([...args, '--lab', 'ice'], {
      cwd: folder,
      env: {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: stub.dockerHost},
    })
  const json = async (...args: string[]) =>
    JSON.parse(String((await run(...args, '--json')).stdout)) as Record<string, unknown>

  const paused = () =>
    [...stub.world.containers.values()].flatMap(({name, status}) => (status === 'paused' ? [name] : [])).toSorted()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-freeze-'))
    stub = await startLabEngine({
      images: {
        'node:20-slim': {Cmd: ['node']},
        [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
        [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
      },
    })
    const {exitCode, stderr} = await run(
      'up',
      '--release',
      'mini',
      '--offline',
      '--no-analytics',
      '--port-offset',
      '9300',
    )
    assert.equal(exitCode, 0, String(stderr))
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })
  afterEach(async () => {
    await run('start')
    assert.deepEqual(paused(), [])
  })

  it('freeze one component: status says so, and the second time there is nothing to do', async () => {
    assert.deepEqual(await json('freeze', 'gateway'), {lab: 'ice', frozen: ['gateway-1'], thawed: []})
    assert.deepEqual(paused(), ['ice-gateway-1'])
    const {nodes} = (await json('status')) as {nodes: {name: string; state: string}[]}
    assert.equal(nodes.find(({name}) => name === 'gateway-1')?.state, 'paused')
    assert.deepEqual(await json('freeze', 'gateway'), {lab: 'ice', frozen: [], thawed: []})
    assert.deepEqual(await json('thaw'), {lab: 'ice', frozen: [], thawed: ['gateway-1']})
  })

  it('freeze the lab, all that runs; up lets it go on', async () => {
    await run('stop', 'publisher')
    const {frozen} = await json('freeze')
    assert.deepEqual(paused(), (frozen as string[]).map(name => `ice-${name}`).toSorted())
    assert.ok(paused().length > 3 && !paused().includes('ice-publisher-1'))
    assert.equal((await run('up', '--offline')).exitCode, 0)
  })

  it('freeze a node that does not run: an error', async () => {
    await run('stop', 'publisher')
    assertComplaint(await run('freeze', 'publisher'), {
      exit: 1,
      code: 'node-exited',
      message: /publisher-1 does not run/,
      next: /apim-lab start publisher-1 --lab ice/,
    })
  })

  it('freeze what somebody froze at the same moment: done', async () => {
    stub.resetCalls()
    await run('freeze', 'gateway')
    const pause = stub.calls.find(({path}) => path.endsWith('/pause'))!.n
    await run('thaw')
    stub.resetCalls()
    stub.onCall(pause, () => {
      stub.world.container('ice-gateway-1').status = 'paused'
    })
    assert.equal((await run('freeze', 'gateway')).exitCode, 0)
  })
})
