import assert from 'node:assert/strict'
import {readFile, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import type {LabStatus} from '../../src/lab/status.js'
import {eventually} from '../support/eventually.js'
import {askHost, askLab} from './support/lab-calls.js'
import {onTerminal} from './support/terminal.js'
import {linesOf} from './support/lines-of.js'
import {docker, NOTHING, TestLab, volumesOf} from './support/test-lab.js'

/** Status of a GET through the published port; the certificate is verified with the user's CA. */
const browse = async (...to: Parameters<typeof askLab>): Promise<number> => (await askLab(...to)).status

/** Numbers of the Linux capabilities (linux/capability.h) that a first process needs to become its server's user. */
const [CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE] = [0, 1, 3, 5, 6, 7, 10]
const NEEDED: Readonly<Record<string, readonly number[]>> = {
  mysql: [CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID],
  'load-balancer': [CHOWN, KILL, SETGID, SETUID, NET_BIND_SERVICE],
}

const hashes = async (lab: TestLab) => {
  const containers = await docker.listContainers({all: true, filters: {label: [`apim-lab.lab=${lab.name}`]}})
  return new Map(containers.map(({Id, Labels}) => [Labels['apim-lab.node'] ?? '', Id]))
}

describe('a whole lab', function () {
  this.timeout(300_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('whole')
  })
  after(() => lab.remove())

  it('comes up, every node ready, and tells how to go on', async () => {
    const {exitCode, stdout, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    const lines = String(stdout).trim().split('\n')
    assert.match(lines.at(-1)!, /^Release mini \(asked for with --release\)$/)
    assert.match(String(stderr).split('\n')[0]!, /release mini \(asked for with --release\)/)
    assert.match(String(stdout), /links --lab t-whole/)
    const {ready, nodes} = await lab.json<LabStatus>('status')
    assert.equal(ready, true)
    assert.deepEqual(nodes.map(({name}) => name).toSorted(), [
      'analytics-dashboard-1',
      'analytics-worker-1',
      'devportal-1',
      'gateway-1',
      'key-manager-1',
      'load-balancer',
      'mysql',
      'publisher-1',
      'traffic-manager-1',
    ])
    assert.ok(nodes.every(({memoryBytes}) => memoryBytes > 0))
  })

  it("is reached through the load balancer by host name, with a certificate of the user's own authority", async () => {
    for (const component of ['publisher', 'devportal', 'key-manager'])
      assert.equal(await browse(lab, component, 9443, '/services/Version'), 200, component)
    assert.equal(await browse(lab, 'gateway', 8243, '/services/Version'), 200)
    assert.equal(await browse(lab, 'analytics-dashboard', 9643, '/services/Version'), 200)
    assert.equal((await askHost(lab, 'localhost', 9443, '/')).status, 421)
  })

  it('is published on loopback only', async () => {
    const {HostConfig} = await lab.container('load-balancer').inspect()
    const bindings = Object.values(HostConfig.PortBindings as Record<string, {HostIp: string}[]>).flat()
    assert.ok(bindings.length > 0)
    assert.ok(bindings.every(({HostIp}) => HostIp === '127.0.0.1'))
  })

  it('keeps its folder closed to others, and shows containers only what they need', async () => {
    assert.equal((await stat(lab.folder)).mode & 0o777, 0o700)
    assert.equal((await stat(join(lab.folder, 'secrets.json'))).mode & 0o777, 0o600)
    assert.equal((await stat(join(lab.folder, 'compose.yaml'))).mode & 0o777, 0o644)
    assert.equal((await stat(join(lab.folder, 'config/gateway-1/repository/conf'))).mode & 0o777, 0o755)
  })

  it('confines its containers: no rights but the few that are needed, no other user, no thousands of processes', async () => {
    for (const [node, id] of await hashes(lab)) {
      const {State, HostConfig} = await docker.getContainer(id).inspect()
      assert.equal(HostConfig.PidsLimit, 4096, node)
      if (!State.Running) continue
      const process = await readFile(`/proc/${State.Pid}/status`, 'utf8')
      const allowed = BigInt(`0x${/^CapBnd:\s*(\w+)$/m.exec(process)![1]!}`)
      const needed = NEEDED[node] ?? []
      assert.equal(
        allowed,
        needed.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n),
        node,
      )
      assert.match(process, /^NoNewPrivs:\s*1$/m, node)
      const find = [`/proc/${State.Pid}/root/`, '-xdev', '-type', 'f', '-perm', '/6000']
      const {stdout} = await execa('find', find)
      assert.equal(stdout, '', `${node} has programs that run as somebody else`)
    }
  })

  it('keeps the databases away from nodes that have none, and from all outside of the lab', async () => {
    const {NetworkSettings} = await lab.container('mysql').inspect()
    const [[network, {IPAddress}] = assert.fail('mysql is in no network')] = Object.entries(NetworkSettings.Networks)
    assert.equal(((await docker.getNetwork(network).inspect()) as {Internal: boolean}).Internal, true)
    const reaches = async (node: string) => {
      const connect = ['timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${IPAddress}/3306`]
      const {exitCode} = await execa('docker', ['exec', lab.container(node).id, ...connect], {reject: false})
      return exitCode === 0
    }
    assert.deepEqual([await reaches('publisher-1'), await reaches('gateway-1')], [true, false])
  })

  it('runs our programs from the code that V8 compiled when the image was made', async () => {
    const program = `
      const {readFileSync} = require('node:fs')
      const {Script} = require('node:vm')
      exports.run = () => {
        for (const filename of ['mini', 'helper'].map(name => '/opt/apim-lab/' + name + '.cjs')) {
          const source = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(filename, 'utf8') + '\\n})'
          const script = new Script(source, {filename, cachedData: readFileSync(filename + '.cache')})
          console.log(script.cachedDataRejected)
        }
      }`
    const {id} = lab.container('gateway-1')
    const run = 'cat > /tmp/program.cjs && exec /opt/apim-lab/run.sh /tmp/program.cjs'
    const {stdout} = await execa('docker', ['exec', '-i', id, 'sh', '-c', run], {input: program})
    assert.equal(stdout, 'false\nfalse')
  })

  it('shows no secret in environments, commands and labels', async () => {
    const secrets = Object.values(
      JSON.parse(await readFile(join(lab.folder, 'secrets.json'), 'utf8')) as object,
    ).flatMap(value => (typeof value === 'object' ? Object.values(value as object) : [value])) as string[]
    for (const id of (await hashes(lab)).values()) {
      const text = JSON.stringify(await docker.getContainer(id).inspect())
      for (const secret of secrets) assert.ok(!text.includes(secret))
    }
  })

  it('has nothing to do the second time', async () => {
    const before = await hashes(lab)
    const {stdout, exitCode} = await lab.up()
    assert.equal(exitCode, 0)
    assert.match(String(stdout), /Nothing to do/)
    assert.deepEqual(await hashes(lab), before)
  })

  it('is watched: what dies, starts and gets ready is told as it happens', async () => {
    const watching = lab.run(['status', '--watch'])
    const shown = linesOf(watching)
    await shown(/Z load-balancer ready$/)
    const balancer = lab.container('load-balancer')
    await balancer.kill({signal: 'SIGKILL'})
    await shown(/Z load-balancer exited with code 137 \(SIGKILL\)$/)
    await balancer.start()
    await shown(/Z load-balancer starting$/)
    // Its own health check runs seldom: a helper has asked it.
    await shown(/Z load-balancer ready$/)
    watching.kill('SIGINT')
    assert.equal((await watching).exitCode, 130)
    assert.deepEqual(
      (await lab.remains()).containers.filter(name => name.includes('helper')),
      [],
    )
  })

  it('is watched on a terminal, which is left as it was', async () => {
    const terminal = await onTerminal(lab, ['status', '--watch'])
    try {
      await terminal.shows(/Lab t-whole, release mini: 9 of 9 nodes ready\r\n\r\nNODE +STATE/)
      await lab.container('load-balancer').kill({signal: 'SIGKILL'})
      await terminal.shows(
        /\u001B\[\d+A\r\u001B\[JLab t-whole, release mini: 8 of 9 nodes ready\r\n✗ load-balancer is stopped/,
      )
      terminal.type('\u0003')
      assert.equal(await terminal.exitCode(), 130)
      assert.ok(terminal.cursorIsShown())
    } finally {
      await terminal.close()
      await lab.container('load-balancer').start()
    }
  })

  it('recreates only what changed, and says why', async () => {
    const before = await hashes(lab)
    const dry = await lab.up('--scale', 'gateway=2', '--dry-run')
    assert.match(String(dry.stdout), /gateway-2: create \(not there\)/)
    assert.deepEqual(await hashes(lab), before)
    const {exitCode, stderr} = await lab.up('--scale', 'gateway=2')
    assert.equal(exitCode, 0, String(stderr))
    const after = await hashes(lab)
    const same = [...before].filter(([node, id]) => after.get(node) === id).map(([node]) => node)
    assert.deepEqual(same.toSorted(), [
      'analytics-dashboard-1',
      'analytics-worker-1',
      'gateway-1',
      'key-manager-1',
      'mysql',
      'traffic-manager-1',
    ])
    assert.ok(after.has('gateway-2'))
    assert.equal((await lab.json<LabStatus>('status')).notes.length, 1)
  })

  it('lets each node end by itself when it is stopped: none is killed', async () => {
    assert.equal((await lab.run(['stop'])).exitCode, 0)
    for (const [node, id] of await hashes(lab)) {
      const {State} = await docker.getContainer(id).inspect()
      assert.ok([0, 143].includes(State.ExitCode), `${node} ended with ${State.ExitCode}`)
    }
    const {stdout} = await lab.run(['logs', 'mysql', '--since', '1m'])
    assert.match(String(stdout), /Shutdown complete/)
    assert.equal((await lab.up()).exitCode, 0)
  })

  it('puts a node back that was removed under its feet', async () => {
    await lab.container('devportal-1').remove({force: true})
    const {exitCode} = await lab.up()
    assert.equal(exitCode, 0)
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
    await eventually('its new address', async () => (await browse(lab, 'devportal', 9443, '/devportal')) === 200)
  })

  it('starts a load balancer again that was killed', async () => {
    await lab.container('load-balancer').kill({signal: 'SIGKILL'})
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    assert.equal(await browse(lab, 'devportal', 9443, '/devportal'), 200)
  })

  it('comes up again on the kept volume after its folder was deleted', async () => {
    await rm(lab.folder, {recursive: true})
    assert.equal((await lab.run(['down'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), {...NOTHING, volumes: volumesOf(lab.name, 2)})
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
  })

  it('goes down and leaves nothing', async () => {
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), NOTHING)
    await assert.rejects(stat(lab.folder), {code: 'ENOENT'})
  })

  it('is down already the second time', async () => {
    // What the engine keeps by its own fault is tried again each time.
    const kept = await docker.listNetworks({filters: {label: [`apim-lab.lab=${lab.name}`]}})
    const {exitCode, stdout} = await lab.run(['down'])
    assert.equal(exitCode, 0)
    assert.match(String(stdout), kept.length === 0 ? /nothing to do/ : /is down/)
  })
})
