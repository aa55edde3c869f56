import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {processes} from '../../src/cli/processes.js'
import {DEFAULTS} from '../../src/model/settings.js'
import {apimLab, assertComplaint, assertComplaintJson} from '../support/command-line.js'
import {eventually} from '../support/eventually.js'
import type {StubEngine} from './stub/stub-engine.js'
import {startLabEngine} from './support/lab-behaviour.js'
import {withoutSeeds} from './support/seeds.js'

const UP = ['up', '--release', 'mini', '--offline', '--no-analytics', '--port-offset', '9100']
const MOST_CALLS = 400

describe('bad luck, on the stub engine', function () {
  this.timeout(120_000)
  let folder: string
  let stub: StubEngine
  /** The engine has another folder of the same path: its containers find no file of ours. */
  let elsewhere = false

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-luck-'))
    const images = {
      'node:20-slim': {Cmd: ['node']},
      [DEFAULTS.mysqlImage]: {Cmd: ['mysqld'], Volumes: {'/var/lib/mysql': {}}},
      [DEFAULTS.loadBalancerImage]: {Cmd: ['nginx']},
    }
    stub = await startLabEngine({images}, behave => (name, config) => ({
      ...behave(name, config),
      ...(elsewhere && {archive: () => undefined}),
    }))
  })
  after(async () => {
    await stub.close()
    await rm(folder, {recursive: true, force: true})
  })

  const options = () => ({
    cwd: folder,
    env: {XDG_DATA_HOME: join(folder, 'data'), DOCKER_HOST: stub.dockerHost},
  })
  const run = (...args: string[]) => apimLab(args, options())
  const lockFile = () => join(folder, 'data/apim-lab/labs/apim.lock')

  /** Runs `act` when the engine is asked for this the first time, before it answers. */
  function when(call: RegExp, act: () => void | Promise<void>): void {
    let done = false
    stub.resetCalls()
    for (let n = 1; n <= MOST_CALLS; n++)
      stub.onCall(n, () => {
        const {method, path} = stub.calls[n - 1]!
        if (done || !call.test(`${method} ${path}`)) return
        done = true
        return act()
      })
  }

  describe('stopped by a signal', () => {
    const PHASES = [
      ['while it looks', /GET \/containers\/json/, 'SIGINT', 130],
      ['while an image is built', /POST \/build/, 'SIGINT', 130],
      ['while networks are made', /POST \/networks\/create/, 'SIGTERM', 143],
      ['while containers are made', /POST \/containers\/create\?name=apim-gateway-1/, 'SIGHUP', 129],
      ['while a container starts', /POST \/containers\/\w+\/start/, 'SIGINT', 130],
      ['while it waits', /POST \/containers\/\w+\/attach/, 'SIGINT', 130],
    ] as const
    for (const [phase, call, signal, status] of PHASES)
      it(`${phase}: ${signal} is exit ${status}`, async () => {
        // A signal is slower than the engine at times: the run before may have come further than it was told.
        await run('down')
        const child = run(...UP, '--json')
        let asked = false
        when(call, () => {
          asked = true
          child.kill(signal)
        })
        const ended = await child
        assert.ok(asked, 'the engine was never asked for it')
        assertComplaintJson(ended, {
          exit: status,
          code: 'aborted',
          message: /Stopped as asked; what was made so far stays/,
          next: /apim-lab up --release mini .*continues where it stopped/,
        })
        assert.deepEqual(
          (await readdir(join(folder, 'data/apim-lab/labs'))).filter(name => name.endsWith('.lock')),
          [],
        )
      })

    it('and the next up comes to the end', async () => {
      stub.resetCalls()
      const {exitCode, stderr} = await run(...UP)
      assert.equal(exitCode, 0, String(stderr))
      assert.deepEqual([...stub.world.containers.values()].map(({name, status}) => `${name} ${status}`).toSorted(), [
        'apim-devportal-1 running',
        'apim-gateway-1 running',
        'apim-key-manager-1 running',
        'apim-load-balancer running',
        'apim-mysql running',
        'apim-publisher-1 running',
        'apim-traffic-manager-1 running',
      ])
    })

    it('a second one ends it at once, whatever the engine does', async () => {
      let release: () => void = () => undefined
      const child = run('down')
      when(/POST \/containers\/\w+\/stop/, () => {
        child.kill('SIGINT')
        return new Promise<void>(resolve => (release = resolve))
      })
      let told = ''
      child.stderr!.on('data', (chunk: Buffer) => (told += chunk.toString()))
      await eventually('it says what a second one does', () => /again ends it at once/.test(told))
      const asked = Date.now()
      child.kill('SIGINT')
      const {exitCode} = await child
      assert.equal(exitCode, 130)
      assert.ok(Date.now() - asked < 15_000)
      release()
      assert.equal((await run('down', '--volumes')).exitCode, 0)
      assert.deepEqual(withoutSeeds(stub.snapshot()), {containers: [], networks: [], volumes: []})
    })
  })

  describe('two on one lab', () => {
    it('the second one fails at once and names the first; with --wait it waits and finds nothing to do', async () => {
      let release: () => void = () => undefined
      const held = new Promise<void>(resolve => (release = resolve))
      const reached = new Promise<void>(resolve => {
        when(/POST \/networks\/create/, () => {
          resolve()
          return held
        })
      })
      const first = run(...UP)
      await reached
      const complaint = {
        exit: 1,
        code: 'lab-locked',
        message: new RegExp(`Lab apim is in use by process ${first.pid} since .*: apim-lab up --release mini`),
        next: /--wait/,
      }
      const [text, document, waiting] = [run(...UP), run('down', '--json'), run(...UP, '--wait')]
      let told = ''
      waiting.stderr!.on('data', (chunk: Buffer) => (told += chunk.toString()))
      assertComplaint(await text, complaint)
      assertComplaintJson(await document, complaint)
      await eventually('it says whom it waits for', () =>
        told.includes(`waiting for process ${first.pid}: apim-lab up`),
      )
      release()
      assert.equal((await first).exitCode, 0)
      const {exitCode, stdout} = await waiting
      assert.equal(exitCode, 0)
      assert.match(String(stdout), /Nothing to do/)
    })

    const holder = (pid: number, processStart: string) =>
      JSON.stringify({pid, processStart, command: 'apim-lab up', since: new Date().toISOString()})

    it('the lock of a process that is gone, or whose number another one has by now, is taken over', async () => {
      const gone = apimLab(['--help'])
      await gone
      for (const stale of [holder(gone.pid!, '1'), holder(process.pid, '1'), '']) {
        await mkdir(join(folder, 'data/apim-lab/labs'), {recursive: true})
        await writeFile(lockFile(), stale)
        const {exitCode, stderr} = await run('down')
        assert.equal(exitCode, 0, String(stderr))
        await assert.rejects(readFile(lockFile()), {code: 'ENOENT'})
      }
    })

    it('the lock of a process that runs is respected, and stays', async () => {
      const lock = holder(process.pid, (await processes.startOf(process.pid))!)
      await writeFile(lockFile(), lock)
      const complaint = {exit: 1, code: 'lab-locked', message: new RegExp(`process ${process.pid} `), next: /--wait/}
      assertComplaint(await run('down'), complaint)
      assert.equal(await readFile(lockFile(), 'utf8'), lock)
      await rm(lockFile())
    })
  })

  describe('an engine that does not see the lab folder', () => {
    after(() => {
      elsewhere = false
    })

    it('is told before anything is made', async () => {
      await run('down', '--volumes')
      elsewhere = true
      assertComplaintJson(await run(...UP, '--json'), {
        exit: 1,
        code: 'folder-not-shared',
        message: /does not see the lab folder/,
        next: /XDG_DATA_HOME/,
      })
      const {containers, volumes} = withoutSeeds(stub.snapshot())
      assert.deepEqual({containers, volumes}, {containers: [], volumes: []})
      elsewhere = false
      assert.equal((await run('down', '--volumes')).exitCode, 0)
    })
  })

  describe('a container that an engine left unable to start when it crashed', () => {
    after(() => run('down', '--volumes'))

    it('is made anew, in all its networks', async () => {
      assert.equal((await run(...UP)).exitCode, 0)
      const publisher = () => [...stub.world.containers.values()].find(({name}) => name === 'apim-publisher-1')!
      const networks = Object.keys(publisher().networks).toSorted()
      const {id} = publisher()
      assert.equal((await run('stop', 'publisher-1')).exitCode, 0)
      publisher().startError = `failed to create task for container: task ${id}: already exists: unknown`
      const {exitCode, stderr} = await run(...UP)
      assert.equal(exitCode, 0, String(stderr))
      assert.notEqual(publisher().id, id)
      assert.deepEqual([publisher().status, Object.keys(publisher().networks).toSorted()], ['running', networks])
      assert.equal(networks.length, 2)
    })
  })

  describe('databases that were kept', () => {
    const planned = async () => String((await run(...UP, '--dry-run')).stdout)

    it('are waited for by nobody whom their tables are enough', async () => {
      await run(...UP)
      await run('down')
      assert.doesNotMatch(await planned(), /schema/)
      assert.equal((await run(...UP)).exitCode, 0)
      assert.match(await planned(), /Nothing to do/)
    })

    it('and then lost, are made anew first', async () => {
      await run('down')
      stub.world.volumes.delete('apim_mysql')
      const plan = await planned()
      assert.match(plan, /mysql: copy the databases of apim-lab-seed-/)
      assert.doesNotMatch(plan, /make the databases|schema/)
      assert.equal((await run(...UP)).exitCode, 0)
      assert.equal((await run('down', '--volumes')).exitCode, 0)
    })
  })

  describe('a network that the engine does not let go', () => {
    it('is told, all else is removed, and the next lab takes it', async () => {
      assert.equal((await run(...UP)).exitCode, 0)
      const network = stub.world.findNetwork('apim_db')!
      network.miscounted = true
      const {exitCode, stderr} = await run('down', '--volumes')
      assert.equal(exitCode, 0, stderr)
      const told = /warning: apim_db: kept: the engine counts a container that is gone; restart the engine/g
      assert.equal(stderr.match(told)?.length, 1, stderr)
      assert.deepEqual(withoutSeeds(stub.snapshot()), {containers: [], networks: ['apim_db'], volumes: []})
      assertComplaint(await run('status'), {exit: 1, code: 'lab-not-found', message: /There is no lab apim/})
      network.labels['apim-lab.folder'] = '/home/somebody/labs/apim'
      assert.equal((await run(...UP)).exitCode, 0)
      network.miscounted = false
      assert.equal((await run('down', '--volumes')).exitCode, 0)
      assert.deepEqual(stub.snapshot().networks, [])
    })
  })

  describe('a lab folder that somebody wrote in', () => {
    const file = (name: string) => join(folder, 'data/apim-lab/labs/apim', name)

    it('with damaged settings says how to go on, and goes on so', async () => {
      await run(...UP)
      for (const damaged of ['{"version": 1, "portOff', '{"version":1,"portOffset":"x"}']) {
        await writeFile(file('settings.json'), damaged)
        const complaint = {
          exit: 1,
          code: 'settings-conflict',
          message: /What this lab keeps of its settings can't be used/,
          next: /apim-lab up --reset/,
        }
        assertComplaint(await run(...UP), complaint)
      }
      const {exitCode, stderr} = await run(...UP, '--reset')
      assert.equal(exitCode, 0, String(stderr))
    })

    it('with damaged secrets or a damaged compose.yaml is put right by up, and taken down', async () => {
      await writeFile(file('secrets.json'), '{"databaseRoot"')
      await writeFile(file('compose.yaml'), 'services: [')
      assert.equal((await run('status')).exitCode, 0)
      const {exitCode, stderr} = await run(...UP)
      assert.equal(exitCode, 0, String(stderr))
      await writeFile(file('compose.yaml'), 'services: [')
      assert.equal((await run('down', '--volumes')).exitCode, 0)
      assert.deepEqual(withoutSeeds(stub.snapshot()), {containers: [], networks: [], volumes: []})
    })
  })
})
