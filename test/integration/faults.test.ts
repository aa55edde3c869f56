import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {IdentifiedRow} from '../../src/lab-events/link-row.js'
import type {RunEvent} from '../../src/lab/faults/run.js'
import type {LabStatus} from '../../src/lab/status.js'
import type {ApiLife} from '../support/api-life.js'
import {eventually} from '../support/eventually.js'
import {faultyLab, HEALS_MS, LONG} from './support/faulty-lab.js'
import {askLab, lifeIn} from './support/lab-calls.js'
import {BRIEF, CONNECTED, hold, knock, PATIENT, type Patience, type Seen} from './support/link-client.js'
import type {TestLab} from './support/test-lab.js'
import {docker, NOTHING} from './support/test-lab.js'

const LINK = 'gateway-1->traffic-manager-1:5672'
const BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api/'

describe('faults of a lab', function () {
  this.timeout(300_000)
  const faulty = faultyLab('faults')
  let lab: TestLab
  let life: ApiLife
  /** Of an API that the lab has from the first test that makes one on. */
  let call: () => ReturnType<typeof askLab>

  before(() => {
    lab = faulty.lab()
  })

  const {faults, add, helpers, isFine, isSilent, healsAfter} = faulty

  describe('of a link, as its client sees it', () => {
    it('are none at first', async () => {
      const {bytes, error} = await knock(lab)
      assert.equal(error, undefined)
      assert.ok(bytes > 0)
    })

    const SILENT = ['silent']
    const RESET = ['ECONNRESET', 'ECONNABORTED', 'closed']
    const isUnanswered = ({connected, bytes}: Seen) => connected === undefined && bytes === 0
    const kinds: readonly {
      readonly what: string
      readonly args: readonly string[]
      readonly patience: Patience
      readonly fits: (seen: Seen) => boolean
      /** What becomes of connections that were open before. */
      readonly open: readonly string[]
    }[] = [
      {what: 'cut is silence', args: ['--cut'], patience: BRIEF, fits: isUnanswered, open: SILENT},
      {
        what: 'cut one way is silence too',
        args: ['--cut', '--direction', 'from'],
        patience: BRIEF,
        fits: isUnanswered,
        open: SILENT,
      },
      {what: 'all packets lost is a cut', args: ['--loss', '100%'], patience: BRIEF, fits: isUnanswered, open: SILENT},
      {
        what: 'rejected is refused at once',
        args: ['--reject'],
        patience: PATIENT,
        fits: ({error}) => error === 'ECONNREFUSED',
        open: RESET,
      },
      {
        what: 'reset is made, then reset',
        args: ['--reset'],
        patience: PATIENT,
        fits: ({connected, error}) => connected !== undefined && /ECONNRESET|ECONNABORTED/.test(error ?? ''),
        open: RESET,
      },
      {
        what: 'late is late by so much',
        args: ['--delay', '300ms'],
        patience: PATIENT,
        // From before the dial: a busy client notices late that it is connected.
        fits: ({from, first}) => first! - from >= 300,
        open: RESET,
      },
      {
        what: 'slow is slow by so much',
        args: ['--rate', '1kbit'],
        patience: CONNECTED,
        // A tenth of a second's worth goes at once.
        fits: ({from, until, bytes, error}) => bytes <= ((until - from + 100) * 125) / 1000 && error === undefined,
        open: RESET,
      },
      {
        what: 'half open is connected and silent',
        args: ['--half-open'],
        patience: CONNECTED,
        fits: ({connected, bytes, error}) => connected !== undefined && bytes === 0 && error === undefined,
        open: SILENT,
      },
    ]
    for (const {what, args, patience, fits, open} of kinds)
      it(`${what}, for what is open already too, and heals`, async () => {
        const held = await hold(lab)
        const {id, until} = await add(LINK, ...args, '--for', LONG)
        assert.ok(Date.parse(until!) > Date.now())
        const seen = await knock(lab, {}, patience)
        assert.ok(fits(seen), JSON.stringify(seen))
        const said = await held.said(open === SILENT)
        assert.ok(open.includes(said ?? ''), `the open connection: ${said}`)
        const [fault] = await faults()
        assert.deepEqual([fault!.id, fault!.state, fault!.links], [id, 'active', [LINK]])
        await lab.run(['fault', 'clear', id])
        assert.ok(await isFine())
        // No other connection of the node is touched.
        assert.deepEqual(await helpers(), [])
      })

    it('hit no other link of the same client', async () => {
      await add(LINK, '--cut')
      for (const [host, port] of [
        ['traffic-manager-1', 9611],
        ['key-manager-1', 9443],
      ] as const)
        assert.ok((await knock(lab, {host, port}, {ms: 0})).connected, `${host}:${port}`)
    })

    it('of users are those that they see', async () => {
      const call = () => askLab(lab, 'gateway', 8243, '/nothing', {timeout: 30_000})
      await add(`user->load-balancer:${8243 + lab.portOffset}`, '--delay', '300ms', '--for', LONG)
      const from = Date.now()
      assert.equal((await call()).status, 404)
      assert.ok(Date.now() - from >= 600, `${Date.now() - from} ms`)
    })
  })

  describe('end by themselves', () => {
    it('at their deadline, the command long gone, and leave no container that runs', async () => {
      const from = Date.now()
      await add(LINK, '--cut', '--for', '3s')
      await healsAfter(3, from)
      await eventually('its helper to end', async () => (await helpers()).length === 0, HEALS_MS)
    })

    it('after SIGKILL of the command that made them', async () => {
      const child = lab.run(['fault', 'add', LINK, '--cut', '--for', '4s'])
      await eventually('a helper', async () => (await helpers()).length > 0, HEALS_MS)
      child.kill('SIGKILL')
      await child
      await eventually('the link', isFine, HEALS_MS)
    })

    it('after SIGKILL of their helper, by the clock of the kernel; what it left is seen, and cleared', async () => {
      const from = Date.now()
      const {id} = await add(LINK, '--cut', '--for', '6s')
      const [helper] = await helpers()
      await docker.getContainer(helper!.Id).kill()
      const seen = knock(lab)
      assert.deepEqual(
        (await faults()).map(fault => [fault.id, fault.state]),
        [[id, 'left']],
      )
      const status = await lab.json<LabStatus>('status')
      assert.deepEqual(
        status.faults.map(fault => [fault.id, fault.state]),
        [[id, 'left']],
      )
      await healsAfter(6, from, seen)
      assert.equal((await faults()).length, 1, 'its rules are still there, and do nothing')
    })

    it('when the process of their helper is killed: the engine starts it again, for what is left of the time', async () => {
      const from = Date.now()
      await add(LINK, '--cut', '--for', '6s')
      const [helper] = await helpers()
      const {State} = await docker.getContainer(helper!.Id).inspect()
      process.kill(State.Pid, 'SIGKILL')
      await eventually('the helper again', async () => {
        const now = await docker.getContainer(helper!.Id).inspect()
        return now.State.Running && now.State.Pid !== State.Pid
      })
      await healsAfter(6, from)
      await eventually('its helper to end', async () => (await helpers()).length === 0, HEALS_MS)
    })

    it('and rules whose container was removed are read from the namespace', async () => {
      // Refused at once: `links` waits for no answer.
      const {id} = await add(LINK, '--reject', '--for', LONG)
      const [helper] = await helpers()
      await docker.getContainer(helper!.Id).remove({force: true})
      assert.deepEqual(
        (await faults()).map(fault => [fault.id, fault.state]),
        [[id, 'left']],
      )
      const {stdout} = await lab.run(['links', LINK])
      assert.match(String(stdout), new RegExp(`fault ${id}`))
      await lab.run(['fault', 'clear'])
      assert.ok(await isFine())
    })

    it('with the run of their node', async () => {
      await add(LINK, '--cut', '--for', LONG)
      await docker.getContainer(`${lab.name}-gateway-1`).restart()
      assert.ok(await isFine())
      await eventually('its helper to end', async () => (await helpers()).length === 0, HEALS_MS)
      assert.deepEqual(await faults(), [])
    })

    it('not with that of the server: one that is started again is still cut off', async () => {
      await add(LINK, '--cut', '--for', LONG)
      await docker.getContainer(`${lab.name}-traffic-manager-1`).restart()
      await eventually('the server', async () => (await knock(lab, {client: 'publisher-1'})).bytes > 0, HEALS_MS)
      assert.ok(await isSilent())
    })

    it('with `restart`', async () => {
      await add('gateway-1', '--pause', '--for', LONG)
      const {exitCode, stderr} = await lab.run(['restart', 'gateway'])
      assert.equal(exitCode, 0, String(stderr))
      assert.deepEqual(await faults(), [])
      assert.ok(await isFine())
    })
  })

  describe('that can not be', () => {
    for (const [args, code, exit] of [
      [['gateway-1->traffic-manager-1:1234', '--cut'], 'link-unknown', 2],
      [['gateway-9', '--pause'], 'node-unknown', 2],
      [['gateway-1', '--cut'], 'usage-invalid', 2],
      [['gateway-1', '--kill', '--for', '3s'], 'usage-invalid', 2],
      [[LINK, '--cut', '--for', 'long'], 'usage-invalid', 2],
      [['gateway-1', '--db-readonly'], 'fault-impossible', 1],
      [['gateway-1->mysql/apimgtdb', '--cut'], 'fault-impossible', 1],
    ] as const)
      it(`${args.join(' ')}: ${code}`, async () => {
        const {stdout, exitCode} = await lab.run(['fault', 'add', ...args, '--json'])
        assert.equal((JSON.parse(String(stdout)) as {error: {code: string}}).error.code, code)
        assert.equal(exitCode, exit)
      })
  })

  it('lose an event of the hub, which is caught up when they have ended', async () => {
    life = await lifeIn(lab)
    const {apiId} = await life.ready({name: 'Faults', context: '/faults', url: BACKEND})
    await add(LINK, '--cut', '--for', LONG)
    await add('gateway-1->traffic-manager-1:9443', '--cut', '--for', LONG)
    const applicationId = await life.createApplication(`under-faults-${Date.now()}`)
    const keys = await life.generateKeys(applicationId)
    await life.subscribe(apiId, applicationId)
    const token = await life.appToken(keys)
    call = () => askLab(lab, 'gateway', 8243, '/faults/1.0.0/menu', {bearer: token, timeout: 60_000})
    assert.notEqual((await call()).status, 200)
    await lab.run(['fault', 'clear'])
    await eventually('the subscription at the gateway', async () => (await call()).status === 200, 45_000)
  })

  it('break what they are made of and nothing else, link by link, and all heals', async () => {
    const all = await lab.json<readonly IdentifiedRow[]>('links')
    const isOwn = (row: IdentifiedRow) =>
      row.client !== row.server &&
      row.client !== 'user' &&
      ('port' in row ? row.use === 'used' : row.access === 'allowed')
    const ids = [...new Set(all.filter(isOwn).map(({id}) => id))]
    assert.ok(ids.length > 20)
    const clients = [...new Set(ids.map(id => id.split('->')[0]!))]
    for (const client of clients) {
      const own = ids.filter(id => id.startsWith(`${client}->`))
      // One login stands for all of its account.
      const asked = own.filter((id, i) => !id.includes('/') || own.findIndex(other => other.includes('/')) === i)
      const added = await Promise.all(asked.map(id => add(id, '--reject', '--for', LONG)))
      const hit = new Set(added.flatMap(({links}) => links))
      const rows = await lab.json<readonly IdentifiedRow[]>('links')
      const broken = rows.filter(({state}) => state === 'broken')
      // What the node itself does not do for others meanwhile is its own affair; behind the load balancer that is everything.
      const foreign = broken.filter(row => !hit.has(row.id) && row.client !== client && row.server !== client)
      if (client !== 'load-balancer')
        assert.deepEqual(
          foreign.map(({id, detail}) => `${id}: ${detail}`),
          [],
          `besides what was broken at ${client}`,
        )
      for (const id of own)
        assert.ok(
          broken.some(row => row.id === id && row.fault !== undefined),
          `${id} is not broken`,
        )
      await lab.run(['fault', 'clear'])
    }
    await eventually(
      'all links',
      async () => (await lab.json<readonly IdentifiedRow[]>('links')).every(({state}) => state === 'ok'),
      30_000,
    )
  })

  it('cut every link for 5 s, one of each client at a time: calls go on, nothing else is broken, and all heals', async () => {
    const rows = () => lab.json<readonly IdentifiedRow[]>('links')
    const ids = (await rows())
      .filter(row => 'port' in row && row.use === 'used' && row.client !== row.server)
      .filter(({client, server}) => ![client, server].some(one => one === 'user' || one === 'load-balancer'))
      .map(({id}) => id)
    const clientOf = (id: string) => id.split('->')[0]
    const steps = ids.map((id, i) => {
      const round = ids.slice(0, i).filter(other => clientOf(other) === clientOf(id)).length
      return {at: `${round * 6}s`, on: id, fault: 'cut', for: '5s'}
    })
    assert.ok(steps.length >= 10, ids.join())
    const file = join(lab.workingDirectory, 'loop.json')
    await writeFile(file, JSON.stringify({seed: 1, steps}))
    const run = lab.run(['fault', 'run', file, '--json'])
    let isOver = false
    void run.then(() => (isOver = true))
    const calling = (async () => {
      const seen = new Set<number>()
      while (!isOver) seen.add((await call()).status)
      return [...seen]
    })()
    const broken: {readonly id: string; readonly from: number; readonly until: number}[] = []
    while (!isOver) {
      const from = Date.now()
      const found = (await rows()).filter(({state}) => state === 'broken')
      broken.push(...found.map(({id}) => ({id, from, until: Date.now()})))
    }
    const {exitCode, stdout} = await run
    assert.equal(exitCode, 0, String(stdout))
    const events = String(stdout)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as RunEvent)
    const cuts = events.filter(event => event.kind === 'step')
    assert.equal(cuts.length, steps.length)
    const began = Date.parse(events[0]!.at)
    const isCut = ({id, from, until}: (typeof broken)[number]) =>
      cuts.some(cut => cut.target === id && began + cut.dueMs <= until && Date.parse(cut.until!) >= from)
    assert.deepEqual(
      broken.filter(row => !isCut(row)),
      [],
    )
    assert.deepEqual(await calling, [200], 'a token that says who may call needs no other component')
    await eventually('all links', async () => (await rows()).every(({state}) => state === 'ok'), HEALS_MS)
    assert.deepEqual(await faults(), [])
    assert.deepEqual(await helpers(), [])
    await life.createApplication(`after-faults-${Date.now()}`)
  })

  it('go with the lab', async () => {
    await add(LINK, '--delay', '300ms')
    await add('gateway-1', '--pause')
    const {exitCode, stderr} = await lab.run(['down', '--volumes'])
    assert.equal(exitCode, 0, String(stderr))
    assert.deepEqual(await lab.remains(), NOTHING)
    const again = await lab.up('--no-analytics')
    assert.equal(again.exitCode, 0, String(again.stderr))
  })
})
