import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {homedir} from 'node:os'
import {Readable} from 'node:stream'
import type Docker from 'dockerode'
import {readDockerConfig} from '../../src/disk/docker-config.js'
import {connect} from '../../src/engine/connect.js'
import {openDocker} from '../../src/engine/docker.js'
import {API_VERSION} from '../engine/stub/system.js'
import {StubEngine} from '../engine/stub/stub-engine.js'
import {tinyImage} from './tiny-image.js'

type Step = readonly [title: string, call: () => Promise<unknown>]

/** The same requests, in the same order, for both engines; every one tells only its status. */
function script(docker: Docker, id: string): Step[] {
  const image = `${id}:1`
  const options = (more: Partial<Docker.ContainerCreateOptions> = {}) => ({Image: image, Labels: {[id]: ''}, ...more})
  const create = (name: string, more?: Partial<Docker.ContainerCreateOptions>) => () =>
    docker.createContainer({name: `${id}-${name}`, ...options(more)})
  const container = (name: string) => docker.getContainer(`${id}-${name}`)
  const network = (name: string) => docker.getNetwork(`${id}-${name}`)
  const volume = docker.getVolume(`${id}-data`)
  const one = container('one')
  const port = (HostIp: string) => ({
    ExposedPorts: {'80/tcp': {}},
    HostConfig: {PortBindings: {'80/tcp': [{HostIp, HostPort: '47431'}]}},
  })
  const mounted = (Type: 'bind' | 'volume', Source: string) => ({HostConfig: {Mounts: [{Type, Source, Target: '/m'}]}})
  const drained = (stream: Promise<NodeJS.ReadableStream>) => stream.then(body => Readable.from(body).toArray())

  return [
    ['inspect a missing image', () => docker.getImage(`${id}:none`).inspect()],
    ['inspect the image', () => docker.getImage(image).inspect()],
    ['tag', () => docker.getImage(image).tag({repo: id, tag: '2'})],
    ['tag a missing image', () => docker.getImage(`${id}:none`).tag({repo: id, tag: '3'})],
    ['create with a bad name', () => docker.createContainer({name: 'a b', ...options()})],
    ['create with a name of one letter', () => docker.createContainer({name: 'a', ...options()})],
    ['create with a missing image', create('none', {Image: `${id}:none`})],
    ['create with a missing bind source', create('bind', mounted('bind', '/no/such/folder'))],
    ['create with a relative bind source', create('bind', mounted('bind', 'here'))],
    [
      'create with two networks',
      create('nets', {NetworkingConfig: {EndpointsConfig: {bridge: {}, [`${id}-net`]: {}}}}),
    ],
    ['create', create('one')],
    ['create again', create('one')],
    ['stop before the start', () => one.stop({t: 0})],
    ['kill before the start', () => one.kill()],
    ['pause before the start', () => one.pause()],
    ['exec before the start', () => one.exec({Cmd: ['/wait']})],
    ['logs before the start', () => one.logs({stdout: true, follow: false})],
    ['start', () => one.start()],
    ['start again', () => one.start()],
    ['remove while it runs', () => one.remove()],
    ['unpause what is not paused', () => one.unpause()],
    ['pause', () => one.pause()],
    ['pause again', () => one.pause()],
    ['start what is paused', () => one.start()],
    ['exec in what is paused', () => one.exec({Cmd: ['/wait']})],
    ['unpause', () => one.unpause()],
    ['a missing file', () => one.getArchive({path: '/none'})],
    ['exec without a command', () => one.exec({Cmd: []})],
    ['start a missing exec', () => docker.getExec('0123456789ab').start({})],
    ['stats', () => one.stats({stream: false})],
    ['rename to a bad name', () => one.rename({name: 'a b'})],
    ['restart', () => one.restart({t: 0})],
    ['kill', () => one.kill({signal: 'SIGKILL'})],
    ['wait', () => one.wait()],
    ['kill again', () => one.kill()],
    ['stop again', () => one.stop({t: 0})],
    ['remove', () => one.remove({v: true})],
    ['remove again', () => one.remove({v: true})],
    ['inspect what is gone', () => one.inspect()],
    ['start what is gone', () => one.start()],

    ['create with a port', create('port1', port('127.0.0.1'))],
    ['create with the same port', create('port2', port('0.0.0.0'))],
    ['start the first', () => container('port1').start()],
    ['start the second', () => container('port2').start()],

    ['create a network', () => docker.createNetwork({Name: `${id}-net`, CheckDuplicate: true, Labels: {[id]: ''}})],
    ['create it again', () => docker.createNetwork({Name: `${id}-net`, CheckDuplicate: true})],
    ['create a predefined network', () => docker.createNetwork({Name: 'host', CheckDuplicate: true})],
    ['inspect a missing network', () => network('none').inspect()],
    ['create in a network', create('net1', {HostConfig: {NetworkMode: `${id}-net`}})],
    ['start in a network', () => container('net1').start()],
    ['create in a missing network', create('net2', {HostConfig: {NetworkMode: `${id}-none`}})],
    ['start in a missing network', () => container('net2').start()],
    ['connect what is connected', () => network('net').connect({Container: `${id}-net1`})],
    ['connect a missing container', () => network('net').connect({Container: `${id}-none`})],
    ['connect to a missing network', () => network('none').connect({Container: `${id}-net1`})],
    ['connect what stands still', () => network('net').connect({Container: `${id}-port2`})],
    ['connect it again', () => network('net').connect({Container: `${id}-port2`})],
    ['remove a network in use', () => network('net').remove()],
    ['disconnect', () => network('net').disconnect({Container: `${id}-net1`, Force: true})],
    ['disconnect again', () => network('net').disconnect({Container: `${id}-net1`})],
    ['disconnect a missing container', () => network('net').disconnect({Container: `${id}-none`})],
    ['remove a network that only what stands still is in', () => network('net').remove()],
    ['remove it again', () => network('net').remove()],
    ['remove a predefined network', () => docker.getNetwork('host').remove()],

    ['create a volume', () => docker.createVolume({Name: `${id}-data`, Labels: {[id]: ''}})],
    ['create it again', () => docker.createVolume({Name: `${id}-data`})],
    ['create a volume with a bad name', () => docker.createVolume({Name: 'a b'})],
    ['create with a volume', create('vol', mounted('volume', `${id}-data`))],
    ['remove a volume in use', () => volume.remove()],
    ['remove its container', () => container('vol').remove({v: true})],
    ['the volume stays', () => volume.inspect()],
    ['remove the volume', () => volume.remove()],
    ['remove it again', () => volume.remove()],

    ['events until now', () => drained(docker.getEvents({since: 1, until: 1, filters: {label: [id]}}))],
    ['remove an image in use', () => docker.getImage(image).remove()],
    ['remove a missing image', () => docker.getImage(`${id}:none`).remove()],
  ]
}

async function play(docker: Docker): Promise<string[]> {
  const id = `stub-is-true-${randomBytes(4).toString('hex')}`
  const imported = await docker.importImage(Readable.from([tinyImage()]), {
    repo: id,
    tag: '1',
    changes: 'CMD ["/wait"]',
  })
  await Readable.from(imported).toArray()
  const outcomes: string[] = []
  try {
    for (const [title, call] of script(docker, id)) {
      const outcome = await call().then(
        () => 'done',
        (error: {statusCode?: number}) => String(error.statusCode ?? error),
      )
      outcomes.push(`${title}: ${outcome}`)
    }
  } finally {
    await clean(docker, id)
  }
  return outcomes
}

async function clean(docker: Docker, id: string): Promise<void> {
  const ignore = () => undefined
  for (const {Id} of await docker.listContainers({all: true, filters: {label: [id]}})) {
    await docker.getContainer(Id).remove({force: true, v: true}).catch(ignore)
  }
  await docker.getNetwork(`${id}-net`).remove().catch(ignore)
  await docker.getVolume(`${id}-data`).remove().catch(ignore)
  for (const tag of ['1', '2']) await docker.getImage(`${id}:${tag}`).remove({force: true}).catch(ignore)
}

describe('the stub engine and the real one', function () {
  this.timeout(60_000)

  it('answer the same requests with the same status', async function () {
    const env = process.env
    const input = {env, home: homedir(), platform: process.platform, uid: process.getuid?.() ?? 0}
    const real = await connect({...input, ...(await readDockerConfig(homedir(), env))}).catch(() => undefined)
    // Later engines changed some of these; the stub is one of 1.41.
    if (real?.apiVersion !== API_VERSION) return this.skip()
    const stub = await StubEngine.start()
    try {
      assert.deepEqual(await play(openDocker(stub.socket, '1.41')), await play(real.docker))
    } finally {
      await stub.close()
    }
  })
})
