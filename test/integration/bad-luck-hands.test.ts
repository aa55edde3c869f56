import type {NetworkInspectInfo} from 'dockerode'
import assert from 'node:assert/strict'
import {rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {execa} from 'execa'
import type {LabStatus} from '../../src/lab/status.js'
import {composeDown} from './support/compose-down.js'
import {assertComplaint, type Complaint} from '../support/command-line.js'
import {ROOT} from '../support/lab.js'
import {MINI_IMAGE} from './support/terminal.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

describe('a lab that others lay hands on', function () {
  this.timeout(120_000)
  let lab: TestLab

  const comesUp = async () => {
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  }

  before(async function () {
    // The first lab of a fresh machine makes its images.
    this.timeout(600_000)
    lab = await TestLab.create('others')
    await comesUp()
  })
  after(() => lab.remove())

  describe('is refused what it can not have', () => {
    const conflict = (message: RegExp, next: RegExp): Complaint => ({exit: 1, code: 'settings-conflict', message, next})

    it('another release on its data', async () =>
      assertComplaint(
        await lab.run(['up', '--release', '3.2.0', '--offline']),
        conflict(
          /keeps data of release mini \(volume t-others_[\w-]+\), which 3\.2\.0 can't use/,
          /down --lab t-others --volumes/,
        ),
      ))

    it('other ports on its data', async () =>
      assertComplaint(
        await lab.run(['up', '--release', 'mini', '--offline', '--port-offset', '20000']),
        conflict(
          /portOffset was \d+ when the databases of lab t-others were made, now it is 20000/,
          /down --lab t-others/,
        ),
      ))

    it("the name of another folder's lab, which stays as it is", async () => {
      const before = await lab.remains()
      const env = {XDG_DATA_HOME: lab.workingDirectory}
      for (const command of [
        ['up', '--release', 'mini', '--offline'],
        ['down', '--volumes'],
      ])
        assertComplaint(await lab.run(command, {env}), {
          exit: 1,
          code: 'lab-of-another-folder',
          message: new RegExp(`belongs to another folder or user: .* was made from ${lab.folder}`),
          next: /apim-lab up --lab another-name/,
        })
      assert.deepEqual(await lab.remains(), before)
    })

    const taken = (owner: RegExp, next: RegExp): Complaint => ({
      exit: 1,
      code: 'port-taken',
      message: new RegExp(`Port \\d+ of 127\\.0\\.0\\.1 is taken by ${owner.source}`),
      next,
    })

    it("another lab's ports", async () => {
      const other = await TestLab.create('others-too')
      try {
        const up = ['up', '--release', 'mini', '--offline', '--port-offset', String(lab.portOffset)]
        assertComplaint(
          await other.run(up),
          taken(/lab t-others \(container t-others-load-balancer\)/, /down --lab t-others\n.*--port-offset \d+/),
        )
        assert.deepEqual(await other.remains(), NOTHING)
      } finally {
        await other.remove()
      }
    })

    it('the ports of a container, or of a process of this host', async () => {
      assert.equal((await lab.run(['down'])).exitCode, 0)
      const port = 9443 + lab.portOffset
      const container = await docker.createContainer({
        name: 't-others-other',
        Image: MINI_IMAGE,
        Entrypoint: ['sleep', '600'],
        ExposedPorts: {'80/tcp': {}},
        HostConfig: {PortBindings: {'80/tcp': [{HostIp: '0.0.0.0', HostPort: String(port)}]}},
      })
      try {
        await container.start()
        assertComplaint(await lab.up(), taken(/container t-others-other/, /docker stop t-others-other/))
      } finally {
        await container.remove({force: true})
      }
      const server = createServer()
      await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
      try {
        assertComplaint(await lab.up(), taken(new RegExp(`process ${process.pid} \\(\\w+.*\\)`), /--port-offset/))
      } finally {
        server.close()
      }
    })

    it('a name that a container has which is not ours', async () => {
      const stranger = await docker.createContainer({name: 't-others-gateway-1', Image: MINI_IMAGE})
      try {
        assertComplaint(
          await lab.up(),
          conflict(
            /another container called t-others-gateway-1\. It is not of a lab/,
            /docker rm -f t-others-gateway-1/,
          ),
        )
        assert.ok(await stranger.inspect())
      } finally {
        await stranger.remove({force: true})
      }
      await comesUp()
    })
  })

  describe('comes up again', () => {
    const stopAll = async () => {
      const {containers} = await lab.remains()
      const running = containers.map(name => docker.getContainer(name.slice(1)))
      await Promise.all(running.map(container => container.stop({t: 5})))
    }

    it('after one node was paused, and another removed', async () => {
      await lab.container('publisher-1').pause()
      await lab.container('devportal-1').remove({force: true})
      const {nodes, ready} = await lab.json<LabStatus>('status')
      assert.equal(ready, false)
      assert.equal(nodes.find(({name}) => name === 'publisher-1')?.state, 'paused')
      assert.equal(nodes.find(({name}) => name === 'devportal-1')?.state, 'missing')
      await comesUp()
    })

    it('after docker stop of all of it', async () => {
      await stopAll()
      await comesUp()
    })

    it('after docker compose down', async () => {
      await execa(join(ROOT, 'test/support/compose-v2.sh'))
      await composeDown(lab)
      assert.deepEqual((await lab.remains()).containers, [])
      assert.equal((await lab.run(['down'])).exitCode, 0)
      await comesUp()
    })

    it('after the engine made a network twice, for a run that was killed; and goes down', async () => {
      const name = `${lab.name}_lab`
      const {Labels} = (await docker.getNetwork(name).inspect()) as NetworkInspectInfo
      const makeTwin = () => docker.createNetwork({Name: name, Driver: 'bridge', Labels: Labels ?? {}})
      const {id: twin} = await makeTwin()
      await lab.container('publisher-1').remove({force: true})
      await comesUp()
      await assert.rejects(docker.getNetwork(twin).inspect(), /no such network|not found/)
      await makeTwin()
      assert.equal((await lab.run(['down'])).exitCode, 0)
      assert.deepEqual((await lab.remains()).networks, [])
      await comesUp()
    })

    it('after its folder was deleted while it ran: status, up and down work', async () => {
      await rm(lab.folder, {recursive: true})
      const {exitCode, stderr, stdout} = await lab.run(['status'])
      assert.equal(exitCode, 0, String(stderr))
      assert.match(String(stdout), /gateway-1/)
      await comesUp()
      await rm(lab.folder, {recursive: true})
      assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
      assert.deepEqual(await lab.remains(), NOTHING)
    })
  })
})
