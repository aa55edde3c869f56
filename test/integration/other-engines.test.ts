import assert from 'node:assert/strict'
import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {LabStatus} from '../../src/lab/status.js'
import {eventually} from '../support/eventually.js'
import {OtherEngine} from './support/other-engine.js'
import {takeOffset, TestLab, type PortOffset} from './support/test-lab.js'

const ENGINES = [
  {name: 'podman', start: () => OtherEngine.podman(), told: /^\w+ +engine +Podman \d/m},
  {name: 'rootless Docker', start: () => OtherEngine.rootless(), told: /^\w+ +engine +Docker \S+ \(rootless\)/m},
]

describe('other engines', function () {
  this.timeout(600_000)
  let folder: string
  let images: string

  /** Runs a command that has to succeed. */
  const succeeds = async (engine: OtherEngine, ...args: string[]): Promise<string> => {
    const {exitCode, stdout, stderr} = await engine.run(args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stdout}\n${stderr}`)
    return stdout
  }
  const upOf = (lab: readonly string[], {portOffset}: PortOffset) => [
    'up',
    '--release',
    'mini',
    '--offline',
    '--port-offset',
    String(portOffset),
    ...lab,
  ]

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-engines-'))
    await chmod(folder, 0o755)
    images = join(folder, 'images.tar')
    const own = await TestLab.create('engines')
    try {
      for (const args of [
        ['images', 'build'],
        ['images', 'save', '--release', 'mini', '--offline', images],
      ]) {
        const {exitCode, stderr} = await own.run(args)
        assert.equal(exitCode, 0, String(stderr))
      }
    } finally {
      await own.remove()
    }
    await chmod(images, 0o644)
  })
  after(() => rm(folder, {recursive: true, force: true}))

  for (const [index, {name, start, told}] of ENGINES.entries())
    describe(name, () => {
      let engine: OtherEngine
      let offset: PortOffset
      const lab = ['--lab', `t-other-${index}`]
      const does = (...args: string[]) => succeeds(engine, ...args)

      before(async () => {
        offset = await takeOffset()
        engine = await start()
      })
      after(async () => {
        await engine?.stop()
        offset.guard.close()
      })

      it('is named by doctor', async () => {
        assert.match(
          await does('doctor', '--release', 'mini', '--offline', '--port-offset', String(offset.portOffset), ...lab),
          told,
        )
      })

      it('runs a lab whose links are all ok, and that verify passes', async () => {
        await does('images', 'load', images)
        await does(...upOf(lab, offset))
        // Podman's name server is a program of its own, which may not answer for seconds on a busy machine: `links` says so.
        const text = await eventually('all links ok', () => does('links', ...lab), 60_000)
        assert.match(text, /^\d+ links ok, 0 broken$/m)
        assert.match(await does('verify', ...lab), /steps passed, 0 failed, 0 skipped/)
      })

      it('goes down and leaves nothing', async () => {
        await does('down', '--volumes', ...lab)
        const seen = await Promise.all([
          engine.get('/v1.41/containers/json?all=true'),
          engine.get(`/v1.41/networks?filters=${encodeURIComponent('{"label":["apim-lab.lab"]}')}`),
        ])
        assert.deepEqual(
          seen.map(text => JSON.parse(text ?? 'null') as unknown),
          [[], []],
        )
      })
    })

  describe('an engine that is restarted', () => {
    const lab = ['--lab', 't-restarted']
    let up: readonly string[]
    let offset: PortOffset
    let engine: OtherEngine

    before(async () => {
      offset = await takeOffset()
      up = upOf(lab, offset)
      engine = await OtherEngine.rootless()
      await succeeds(engine, 'images', 'load', images)
    })
    after(async () => {
      await engine?.stop()
      offset.guard.close()
    })

    const linksAreOk = async () => assert.match(await succeeds(engine, 'links', ...lab), /^\d+ links ok, 0 broken$/m)

    it('in the middle of an up: that ends with a way on, and the next one goes on', async () => {
      const running = engine.run(up)
      let halted: Promise<void> | undefined
      running.stderr?.on('data', (text: Buffer) => {
        if (String(text).includes('gateway-1: starting')) halted ??= engine.halt()
      })
      const {exitCode, stderr} = await running
      assert.ok(halted, 'the engine was not restarted')
      assert.equal(exitCode, 1)
      assert.match(stderr, /engine/i)
      assert.match(stderr, /Next:\n.*apim-lab/)
      assert.doesNotMatch(stderr, /bug in apim-lab/)
      await halted
      await engine.start()
      await succeeds(engine, ...up)
      await linksAreOk()
    })

    it('under a running lab: status says that its nodes have ended, and up brings them back', async () => {
      await engine.halt()
      await engine.start()
      const {stdout} = await engine.run(['status', '--json', ...lab])
      const {ready, nodes} = JSON.parse(stdout) as LabStatus
      assert.equal(ready, false)
      assert.deepEqual(
        nodes.filter(({state, ended}) => state !== 'exited' || ended === null),
        [],
      )
      await succeeds(engine, ...up)
      await linksAreOk()
      await succeeds(engine, 'down', '--volumes', ...lab)
    })
  })

  describe('an engine whose disk is full', () => {
    const lab = ['--lab', 't-full']
    let offset: PortOffset
    let engine: OtherEngine

    before(async () => {
      offset = await takeOffset()
      engine = await OtherEngine.rootless({room: '2g'})
    })
    after(async () => {
      await engine?.stop()
      offset.guard.close()
    })

    it('is told as that, and how to make room', async () => {
      await succeeds(engine, 'images', 'load', images)
      // Room for containers, and not for databases.
      await engine.fillDisk(16 * 1024 * 1024)
      const {exitCode, stderr} = await engine.run(upOf(lab, offset))
      assert.equal(exitCode, 1)
      // The engine itself may be the first that has no room.
      assert.match(stderr, /The engine's disk is full(: \d+ MB free at | .*no space left on device)/)
      assert.match(stderr, /Next:\n *docker system df/)
      await succeeds(engine, 'down', '--volumes', ...lab)
    })
  })
})
