import assert from 'node:assert/strict'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import type {Row} from '../../src/lab-events/link-row.js'
import type {ApiLife} from '../support/api-life.js'
import {eventually} from '../support/eventually.js'
import {askLab, lifeIn} from './support/lab-calls.js'
import {bundled, runInside} from './support/run-inside.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** The backend that every gateway has. */
const BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api/'
const ATTACKED = ['traffic-manager-1', 'analytics-worker-1']
const [TM, WORKER] = ATTACKED
const PORTS = [`${TM}:9611`, `${TM}:9711/tls`, `${TM}:5672`, `${WORKER}:7612`, `${WORKER}:7712/tls`]
const LOGINS = [`events:${TM}:9611:9711`, `topics:${TM}:5672`, `events:${WORKER}:7612:7712`]

const program = (path: string) => bundled(fileURLToPath(new URL(path, import.meta.url)))

interface Stats {
  readonly memory_stats: {
    readonly usage?: number
    readonly limit?: number
    readonly stats?: {readonly inactive_file?: number; readonly total_inactive_file?: number}
  }
}

describe('the wire ports of a lab', function () {
  this.timeout(180_000)
  let lab: TestLab
  let life: ApiLife

  before(async () => {
    lab = await TestLab.create('wire')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    life = await lifeIn(lab)
  })

  after(async () => {
    await lab.run(['down', '--volumes'])
    const remains = await lab.remains()
    await lab.remove()
    assert.deepEqual(remains, NOTHING)
  })

  /** The memory of a container that the engine could not take back, as a part of its limit. */
  const memoryOf = async (node: string): Promise<number> => {
    const options = {stream: false, 'one-shot': true} as const
    const {memory_stats: of} = (await lab.container(node).stats(options)) as Stats
    const {usage = 0, limit = 1, stats = {}} = of
    return (usage - (stats.inactive_file ?? stats.total_inactive_file ?? 0)) / limit
  }
  const stateOf = async (node: string) => {
    const {Running, OOMKilled, Pid, StartedAt} = (await lab.container(node).inspect()).State
    return {Running, OOMKilled, Pid, StartedAt}
  }
  const states = () => Promise.all(ATTACKED.map(stateOf))

  it('survive a thousand connections with a megabyte of garbage each, and let nodes log in meanwhile', async () => {
    const {keys} = await life.ready({name: 'Wire', context: '/wire', url: BACKEND})
    const bearer = await life.appToken(keys)
    const call = async () => (await askLab(lab, 'gateway', 8243, '/wire/1.0.0/menu', {bearer})).status
    await eventually('the API', async () => (await call()) === 200, 20_000)
    const [garbage, login] = await Promise.all([
      program('../mini/support/garbage.ts'),
      program('support/wire-login.ts'),
    ])
    const before = await states()
    const began = Math.floor(Date.now() / 1000)

    let over = false
    const attack = runInside(lab, 'analytics-dashboard-1', garbage, PORTS).finally(() => (over = true))
    attack.catch(() => undefined)
    const peaks = ATTACKED.map(() => 0)
    const whileAttacked = async (work: () => Promise<unknown>) => {
      while (!over) await work()
    }
    let rounds = 0
    let calls = 0
    await Promise.all([
      whileAttacked(async () => {
        const said = await runInside(lab, 'publisher-1', login, LOGINS)
        assert.equal(said.split('\n').length, LOGINS.length, said)
        rounds++
      }),
      whileAttacked(async () => {
        assert.equal(await call(), 200)
        calls++
        await pause(100)
      }),
      whileAttacked(async () => {
        for (const [i, node] of ATTACKED.entries()) peaks[i] = Math.max(peaks[i] ?? 0, await memoryOf(node))
        await pause(200)
      }),
    ])
    assert.match(await attack, /done/)
    assert.ok(rounds > 1 && calls > 5, `only ${rounds} rounds of logins and ${calls} calls meanwhile`)
    assert.deepEqual(await states(), before, 'neither was killed nor started again')
    assert.ok(
      peaks.every(it => it > 0 && it < 0.9),
      `memory went up to ${peaks.map(it => `${Math.round(it * 100)} %`).join(' and ')} of the limits`,
    )

    const log = await lab.container('gateway-1').logs({stdout: true, stderr: true, since: began})
    assert.doesNotMatch(log.toString(), /WARN .*lost /, 'the gateway stayed connected')
    const rows = await lab.json<Row[]>('links')
    assert.deepEqual(
      rows.filter(({state}) => state === 'broken'),
      [],
    )
    assert.equal(await call(), 200)
  })
})
