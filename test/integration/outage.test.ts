import assert from 'node:assert/strict'
import {setTimeout as pause} from 'node:timers/promises'
import {execa} from 'execa'
import type {LinkRow} from '../../src/lab-events/link-row.js'
import type {ApiLife, Keys} from '../support/api-life.js'
import {eventually} from '../support/eventually.js'
import {cut, mend} from './support/cut.js'
import {askLab, lifeIn} from './support/lab-calls.js'
import {TestLab} from './support/test-lab.js'

const OUTAGE = 30_000
/** Milliseconds that a cut may take to heal by itself once the network is back. */
const HEALING = 45_000
const CALL_EVERY = 200
const CALL_LIMIT = 15_000

/** The backend that every gateway has. */
const BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api/'

interface Sent {
  readonly at: number
  readonly status: number
}

/** Calls an API all the time; what came is kept. */
class Traffic {
  readonly sent: Sent[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  constructor(call: () => Promise<number>, every = CALL_EVERY) {
    const pending = new Set<Promise<void>>()
    const send = async () => {
      const at = Date.now()
      const status = await call().catch(() => 0)
      this.sent.push({at, status})
    }
    this.#running = (async () => {
      while (!this.#stop.signal.aborted) {
        const sending = send().finally(() => pending.delete(sending))
        pending.add(sending)
        await pause(every)
      }
      await Promise.all(pending)
    })()
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }
}

describe('a lab whose nodes are cut off', function () {
  this.timeout(600_000)
  let lab: TestLab
  let life: ApiLife
  let keys: Keys
  let apiId: string
  let token: string

  const callTo = async (context: string, bearer: string) => {
    const {status} = await askLab(lab, 'gateway', 8243, `${context}/1.0.0/menu`, {bearer, timeout: CALL_LIMIT})
    return status
  }
  const call = () => callTo('/outage', token)

  before(async () => {
    lab = await TestLab.create('outage')
    const {exitCode, stderr} = await lab.up('--scale', 'gateway=2')
    assert.equal(exitCode, 0, String(stderr))
    life = await lifeIn(lab)
    ;({keys, apiId} = await life.ready({name: 'Outage', context: '/outage', url: BACKEND}))
    token = await life.appToken(keys)
    await eventually('the API', async () => (await call()) === 200, 20_000)
  })

  after(async () => {
    await lab.run(['down', '--volumes'])
    const remains = await lab.remains()
    await lab.remove()
    assert.deepEqual(remains, {containers: [], networks: [], volumes: []})
  })

  const inside = async (node: string, command: readonly string[]): Promise<string> =>
    (await execa('docker', ['exec', `${lab.name}-${node}`, ...command])).stdout.trim()

  /** Cuts nodes for 30 s under traffic, does something meanwhile, and gives what the calls answered. */
  const during = async (nodes: readonly string[], meanwhile: () => Promise<unknown> = async () => undefined) => {
    const traffic = new Traffic(call)
    for (const node of nodes) await cut(lab, node)
    const from = Date.now()
    try {
      await meanwhile()
      await pause(Math.max(0, OUTAGE - (Date.now() - from)))
    } finally {
      for (const node of nodes) await mend(lab, node)
      await traffic.end()
    }
    const bad = traffic.sent.filter(({status}) => status !== 200)
    return {count: traffic.sent.length, bad}
  }

  const goesOn = async (nodes: readonly string[], meanwhile?: () => Promise<unknown>) => {
    const {count, bad} = await during(nodes, meanwhile)
    assert.deepEqual(bad, [], `${bad.length} of ${count} calls while ${nodes.join(', ')} was cut off`)
    assert.ok(count > OUTAGE / CALL_EVERY / 2, `only ${count} calls`)
  }

  /** A new application gets a token and calls with it: key manager, portal, traffic manager and gateways work together. */
  const wholeAgain = (what: string) =>
    eventually(
      what,
      async () => {
        const fresh = await life.ready({
          name: `Again${Date.now()}`,
          context: `/again${Date.now()}`,
          url: BACKEND,
        })
        await life.appToken(fresh.keys)
        return true
      },
      HEALING,
    )

  it('key manager: calls go on; tokens come again by themselves', async () => {
    await goesOn(['key-manager-1'])
    await eventually('a token', async () => Boolean(await life.appToken(keys)), HEALING)
    await wholeAgain('the key manager for a new application')
  })

  it('traffic manager: calls go on; what was published meanwhile gets through', async () => {
    let applicationId = ''
    let fresh: Keys | undefined
    await goesOn(['traffic-manager-1'], async () => {
      applicationId = await life.createApplication(`while-away-${Date.now()}`)
      fresh = await life.generateKeys(applicationId)
      await life.subscribe(apiId, applicationId)
    })
    const late = await life.appToken(fresh!)
    const asked = () => askLab(lab, 'gateway', 8243, '/outage/1.0.0/menu', {bearer: late})
    await eventually('the subscription at the gateways', async () => (await asked()).status === 200, HEALING)
  })

  it('portals and dashboard: calls go on; each is there again by itself', async () => {
    const pages = [
      ['publisher', 9443, '/publisher/login'],
      ['devportal', 9443, '/devportal'],
      ['analytics-dashboard', 9643, '/analytics-dashboard/login'],
    ] as const
    await goesOn(pages.map(([component]) => `${component}-1`))
    for (const [component, port, path] of pages) {
      const asked = () => askLab(lab, component, port, path)
      await eventually(component, async () => [200, 303].includes((await asked()).status), HEALING)
    }
  })

  it('MySQL: calls with a JWT go on; what was acknowledged before is there after it', async () => {
    const id = await life.publishedApi({name: 'Before', context: '/before', url: BACKEND})
    await goesOn(['mysql'])
    const api = await eventually('the API', async () => life.api(id) as Promise<{name: string}>, HEALING)
    assert.equal(api.name, 'Before')
    await wholeAgain('the databases for a new application')
  })

  it('a gateway: the other one serves; it gets what it missed', async () => {
    let id = ''
    const {count, bad} = await during(['gateway-1'], async () => {
      id = await life.publishedApi({name: 'Missed', context: '/missed', url: BACKEND})
    })
    // Calls that were on their way to the lost node may fail; new ones go to the other.
    assert.ok(bad.length < count / 2, `${bad.length} of ${count} calls failed`)
    const applicationId = await life.createApplication(`missed-${Date.now()}`)
    const missed = await life.generateKeys(applicationId)
    await life.subscribe(id, applicationId)
    const late = await life.appToken(missed)
    const onFirst = async () => {
      const stdout = await inside('gateway-1', [
        'bash',
        '-c',
        `exec 3<>/dev/tcp/127.0.0.1/8280; printf 'GET /missed/1.0.0/menu HTTP/1.0\\r\\nHost: x\\r\\nAuthorization: Bearer ${late}\\r\\n\\r\\n' >&3; head -1 <&3`,
      ])
      return stdout.includes(' 200 ')
    }
    await eventually('the API on the gateway that was away', onFirst, HEALING)
  })

  const counted = async (api: string) => {
    const sql = `SELECT SUM(totalRequestCount) FROM statisticsdb.ApiUserPerAppAgg_MINUTES WHERE apiName = '${api}'`
    return Number(await inside('mysql', ['mysql', '--defaults-extra-file=/etc/apim-lab/admin.cnf', '-N', '-e', sql]))
  }
  /** Events that the gateways gave up. */
  const dropped = async () => {
    const rows = await lab.json<LinkRow[]>('links')
    const events = rows.filter(({client, port}) => client.startsWith('gateway-') && port === 7612)
    assert.equal(events.length, 2)
    return events.reduce((sum, it) => sum + (it.dropped ?? 0), 0)
  }

  it('analytics worker: calls go on; each of them is counted in the end', async () => {
    await goesOn(['analytics-worker-1'])
    const {stdout} = await lab.run(['logs', '--tail', 'all', '--grep', 'GET /outage/1.0.0/menu 200'])
    const served = String(stdout)
      .split('\n')
      .filter(line => /^gateway-\d/.test(line)).length
    assert.ok(served > OUTAGE / CALL_EVERY / 2, `only ${served} calls`)
    let last = 0
    const text = () => `${served} calls to be counted; ${last} were`
    // Those that were refused while the API was made are counted too.
    await eventually(text, async () => (last = await counted('Outage')) >= served, HEALING)
  })

  it('analytics worker stopped for 8 s under load: each call is counted, or told as dropped', async () => {
    const fresh = await life.ready({name: 'Burst', context: '/burst', url: BACKEND})
    const bearer = await life.appToken(fresh.keys)
    const burst = () => callTo('/burst', bearer)
    let first = 0
    await eventually('the API', async () => (first += Number((await burst()) === 200)) > 0, 20_000)
    const before = await dropped()
    const traffic = new Traffic(burst, 20)
    const worker = lab.container('analytics-worker-1')
    await pause(2_000)
    await worker.stop({t: 1})
    await pause(8_000)
    await worker.start()
    await pause(2_000)
    await traffic.end()
    assert.deepEqual(
      traffic.sent.filter(({status}) => status !== 200),
      [],
    )
    const served = traffic.sent.length + first
    assert.ok(served > 200, `only ${served} calls`)
    const told = async () => (await counted('Burst')) + (await dropped()) - before
    let last = 0
    const text = () => `${served} calls to be counted or dropped; ${last} were`
    await eventually(text, async () => (last = await told()) >= served, HEALING)
    assert.equal(last, served)
  })
})
