import assert from 'node:assert/strict'
import {readFile, rm, stat} from 'node:fs/promises'
import {get} from 'node:https'
import {join} from 'node:path'
import type {LabStatus} from '../../src/lab/status.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

/** Status of a GET through the published port, as a browser would send it; the certificate is verified with the user's CA. */
async function browse(lab: TestLab, component: string, port: number, path: string): Promise<number> {
  return ask(lab, `${component}.${lab.name}.localhost`, port, path)
}

async function ask(lab: TestLab, host: string, port: number, path: string): Promise<number> {
  const ca = await readFile(join(lab.dataHome, 'apim-lab/ca/ca.pem'))
  const address = {host: '127.0.0.1', port: port + lab.portOffset, servername: host, headers: {host}}
  return new Promise((resolve, reject) => {
    get({...address, path, ca, agent: false}, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    }).on('error', reject)
  })
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
    assert.equal(await ask(lab, 'localhost', 9443, '/'), 421)
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
      'load-balancer',
      'mysql',
      'schema',
      'traffic-manager-1',
    ])
    assert.ok(after.has('gateway-2'))
    assert.equal((await lab.json<LabStatus>('status')).notes.length, 1)
  })

  it('puts a node back that was removed under its feet', async () => {
    await lab.container('devportal-1').remove({force: true})
    const {exitCode} = await lab.up()
    assert.equal(exitCode, 0)
    assert.equal((await lab.json<LabStatus>('status')).ready, true)
  })

  it('comes up again on the kept volume after its folder was deleted', async () => {
    await rm(lab.folder, {recursive: true})
    assert.equal((await lab.run(['down'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), {...NOTHING, volumes: [`${lab.name}_mysql`, `${lab.name}_schema`]})
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
  })

  it('goes down and leaves nothing', async () => {
    assert.equal((await lab.run(['down', '--volumes'])).exitCode, 0)
    assert.deepEqual(await lab.remains(), NOTHING)
    await assert.rejects(stat(lab.folder), {code: 'ENOENT'})
  })

  it('is down already the second time', async () => {
    const {exitCode, stdout} = await lab.run(['down'])
    assert.equal(exitCode, 0)
    assert.match(String(stdout), /nothing to do/)
  })
})
