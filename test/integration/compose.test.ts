import assert from 'node:assert/strict'
import {join} from 'node:path'
import type {ContainerInspectInfo} from 'dockerode'
import {execa} from 'execa'
import type {LabStatus} from '../../src/lab/status.js'
import {composeDown} from './support/compose-down.js'
import {ROOT} from '../support/lab.js'
import {docker, NOTHING, TestLab} from './support/test-lab.js'

const sorted = (values: readonly string[] | null | undefined) => [...(values ?? [])].toSorted()

/** What a user of compose could tell two containers apart by. */
function traits({Config, Image, Name, HostConfig, NetworkSettings, Mounts}: ContainerInspectInfo) {
  const short = Config.Hostname
  const config = Config as typeof Config & {Healthcheck?: unknown; StopTimeout?: number}
  return {
    name: Name,
    image: Image,
    hostname: short,
    user: Config.User,
    environment: sorted(Config.Env),
    entrypoint: Config.Entrypoint,
    command: Config.Cmd ?? [],
    healthcheck: config.Healthcheck,
    memory: HostConfig.Memory,
    restart: HostConfig.RestartPolicy?.Name,
    confined: [
      sorted(HostConfig.CapDrop),
      sorted(HostConfig.CapAdd).map(name => name.replace(/^CAP_/, '')),
      HostConfig.SecurityOpt,
      HostConfig.PidsLimit,
    ],
    ports: HostConfig.PortBindings ?? {},
    mounts: Mounts.map(
      ({Type, Source, Destination, RW, Name: name}) => `${Type} ${name ?? Source} ${Destination} ${RW}`,
    ).toSorted(),
    networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([network, {Aliases}]) => [
        network,
        // The engine adds the container's id, compose the container's name and the service's once more.
        sorted(
          [...new Set(Aliases as string[] | null)].filter(
            alias => !/^[0-9a-f]{12}$/.test(alias) && alias !== Name.slice(1),
          ),
        ),
      ]),
    ),
  }
}

async function all(lab: TestLab) {
  const containers = await docker.listContainers({all: true, filters: {label: [`apim-lab.lab=${lab.name}`]}})
  const inspected = await Promise.all(containers.map(({Id}) => docker.getContainer(Id).inspect()))
  return Object.fromEntries(inspected.map(info => [info.Name, traits(info)]).toSorted(([a], [b]) => (a! < b! ? -1 : 1)))
}

describe('docker compose and a lab', function () {
  this.timeout(300_000)
  let lab: TestLab
  const compose = (...args: string[]) => execa('docker', ['compose', '-f', join(lab.folder, 'compose.yaml'), ...args])
  const byName = (...args: string[]) => execa('docker', ['compose', '-p', lab.name, ...args])

  before(async () => {
    await execa(join(ROOT, 'test/support/compose-v2.sh'))
    lab = await TestLab.create('compose')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
  })
  after(() => lab.remove())

  it('accepts the rendered file', async () => {
    await compose('config', '--quiet')
  })

  it('finds our lab: ps, logs, stop and start', async () => {
    const {stdout} = await compose('ps', '--format', '{{.Service}}')
    assert.equal(stdout.split('\n').length, 9)
    assert.match((await compose('logs', '--no-color', 'gateway-1')).stdout, /WSO2 Carbon started/)
    await compose('stop', 'gateway-1')
    const {nodes} = await lab.json<LabStatus>('status')
    assert.equal(nodes.find(({name}) => name === 'gateway-1')?.state, 'exited')
    await compose('start', 'gateway-1')
  })

  it('starts a node that has databases with the file, and all without it', async () => {
    await compose('stop', 'publisher-1')
    await compose('start', 'publisher-1')
    await byName('stop')
    await byName('start')
    const {nodes} = await lab.json<LabStatus>('status')
    assert.deepEqual(
      nodes.filter(({state}) => state === 'exited'),
      [],
    )
  })

  it('makes the same containers as we do, and the one that hands over the scripts', async () => {
    const ours = await all(lab)
    await composeDown(lab)
    assert.deepEqual((await lab.remains()).containers, [])
    await compose('up', '--detach', '--wait')
    const {[`/${lab.name}-schema`]: schema, ...theirs} = await all(lab)
    assert.ok(schema)
    assert.deepEqual(theirs, ours)
  })

  it('leaves what we take over: up finds nothing to do, links and all', async () => {
    const {stdout, exitCode} = await lab.up()
    assert.equal(exitCode, 0)
    assert.match(String(stdout), /Nothing to do/)
  })

  it('takes our lab down', async () => {
    await composeDown(lab, '--volumes')
    assert.deepEqual(await lab.remains(), NOTHING)
  })
})
