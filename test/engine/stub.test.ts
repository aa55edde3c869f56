import assert from 'node:assert/strict'
import type Docker from 'dockerode'
import type {Duplex, Readable} from 'node:stream'
import {connect} from '../../src/engine/connect.js'
import {openDocker} from '../../src/engine/docker.js'
import type {LogLine} from '../../src/engine/engine.js'
import {readLogs} from '../../src/engine/log-stream.js'
import {FAULTS, StubEngine} from './stub/stub-engine.js'

const status = async (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    () => 200,
    (error: {statusCode?: number}) => error.statusCode ?? 0,
  )

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

describe('the stub engine', () => {
  let stub: StubEngine
  let docker: Docker

  before(async () => {
    stub = await StubEngine.start({
      images: {
        server: {Cmd: ['serve'], Healthcheck: {Test: ['CMD', 'true']}, Labels: {kind: 'server'}},
        job: {Cmd: ['work'], Volumes: {'/data': {}}},
        empty: {},
      },
      registry: {'far:1': {Cmd: ['x']}},
      behaviour: (name, config) =>
        config.Image === 'job'
          ? {exitAfterMs: 20, exitCode: 3, logs: ['working']}
          : {
              healthy: !name.includes('sick'),
              logs: ['ready'],
              attach: line => [`got ${line}`],
              exec: command => ({exitCode: command.length, stdout: command.join(' '), stderr: 'e'}),
              archive: path => (path === '/etc/conf' ? Buffer.from('tar') : undefined),
            },
      build: query => (query.get('t') === 'bad:1' ? new Error('no such package') : {Cmd: ['built']}),
    })
    docker = openDocker(stub.socket, '1.41')
  })
  after(() => stub.close())
  afterEach(() => stub.reset())

  const make = (name: string, options: Partial<Docker.ContainerCreateOptions> = {}) =>
    docker.createContainer({name, Image: 'server', ...options})
  const run = async (name: string, options: Partial<Docker.ContainerCreateOptions> = {}) => {
    const container = await make(name, options)
    await container.start()
    return container
  }

  it('is found and asked by our own connection', async () => {
    const connection = await connect({
      env: {DOCKER_HOST: stub.dockerHost},
      home: '/x',
      platform: 'linux',
      uid: 0,
      contexts: [],
    })
    assert.equal(connection.apiVersion, '1.41')
    assert.equal((await connection.docker.info()).NCPU, 4)
  })

  it('keeps containers through their life', async () => {
    const container = await make('gateway-1', {Labels: {lab: 'apim'}})
    assert.equal((await container.inspect()).State.Status, 'created')
    await container.start()
    assert.equal(await status(container.start()), 304)
    assert.equal(await status(container.remove()), 409)
    await container.pause()
    assert.equal(await status(container.pause()), 409)
    assert.equal(await status(container.start()), 409)
    await container.unpause()
    const ended = container.wait() as Promise<{StatusCode: number}>
    await container.stop()
    assert.equal((await ended).StatusCode, 143)
    assert.equal(await status(container.stop()), 304)
    assert.equal(await status(container.kill()), 409)
    await container.restart()
    await container.remove({force: true})
    assert.equal(await status(container.inspect()), 404)
  })

  it('lists by label, name and status', async () => {
    await run('a-1', {Labels: {lab: 'x'}})
    await make('a-2', {Labels: {lab: 'y'}})
    const names = async (options: Docker.ContainerListOptions) =>
      (await docker.listContainers(options)).flatMap(({Names}) => Names).sort()
    assert.deepEqual(await names({}), ['/a-1'])
    assert.deepEqual(await names({all: true}), ['/a-1', '/a-2'])
    assert.deepEqual(await names({all: true, filters: {label: ['lab=y']}}), ['/a-2'])
    assert.deepEqual(await names({all: true, filters: {label: ['kind']}}), ['/a-1', '/a-2'])
    assert.deepEqual(await names({filters: {status: ['created']}}), ['/a-2'])
    assert.deepEqual(await names({all: true, filters: {name: ['^/a-1$']}}), ['/a-1'])
  })

  it('refuses what the engine refuses', async () => {
    await make('twice')
    assert.equal(await status(make('twice')), 409)
    assert.equal(await status(make('a b')), 400)
    assert.equal(await status(make('no-image', {Image: 'nope'})), 404)
    assert.equal(await status(make('no-command', {Image: 'empty'})), 400)
    const bind = (Source: string) => ({HostConfig: {Mounts: [{Type: 'bind' as const, Source, Target: '/x'}]}})
    assert.equal(await status(make('no-source', bind('/no/such/folder'))), 400)
    const endpoints = {NetworkingConfig: {EndpointsConfig: {a: {}, b: {}}}}
    assert.equal(await status(make('two-networks', endpoints)), 400)
    assert.deepEqual(stub.snapshot().containers, ['twice'])
  })

  it('publishes a port once', async () => {
    const ports = (HostIp: string) => ({HostConfig: {PortBindings: {'80/tcp': [{HostIp, HostPort: '8080'}]}}})
    await run('p-1', ports('127.0.0.1'))
    await run('p-2', ports('127.0.0.2'))
    const third = await make('p-3', ports(''))
    await assert.rejects(third.start(), (error: {statusCode: number; json: {message: string}}) => {
      return error.statusCode === 500 && /port is already allocated/.test(error.json.message)
    })
    assert.equal((await third.inspect()).State.Status, 'created')
  })

  it('checks health, and tells it as an event', async () => {
    const events = (await docker.getEvents({filters: {event: ['health_status']}})) as Readable
    await run('well')
    await run('sick')
    let seen = ''
    for await (const chunk of events) {
      seen += String(chunk)
      if (seen.split('\n').length > 2) break
    }
    assert.match(seen, /"status":"health_status: healthy"/)
    assert.match(seen, /"status":"health_status: unhealthy"/)
    assert.equal((await docker.getContainer('sick').inspect()).State.Health?.Status, 'unhealthy')
  })

  it('ends jobs, keeps their code and removes their anonymous volumes', async () => {
    const job = await run('job', {Image: 'job'})
    assert.equal(stub.snapshot().volumes.length, 1)
    assert.deepEqual(await job.wait(), {Error: null, StatusCode: 3})
    assert.equal((await job.inspect()).State.ExitCode, 3)
    await job.remove({v: true})
    assert.deepEqual(stub.snapshot(), {containers: [], networks: [], volumes: []})
  })

  it('keeps networks and their members', async () => {
    const net = await docker.createNetwork({Name: 'lab', CheckDuplicate: true, Labels: {lab: 'x'}})
    assert.equal(await status(docker.createNetwork({Name: 'lab', CheckDuplicate: true})), 409)
    const container = await run('n-1', {
      HostConfig: {NetworkMode: 'lab'},
      NetworkingConfig: {EndpointsConfig: {lab: {Aliases: ['gw']}}},
    })
    assert.equal(await status(net.connect({Container: container.id})), 403)
    const second = await docker.createNetwork({Name: 'db', CheckDuplicate: true})
    await second.connect({Container: 'n-1', EndpointConfig: {Aliases: ['x']}})
    const {Networks} = (await container.inspect()).NetworkSettings
    assert.deepEqual(Networks['lab']?.Aliases?.[0], 'gw')
    assert.match(String(Networks['db']?.IPAddress), /^172\.30\./)
    assert.equal(await status(net.remove()), 403)
    await second.disconnect({Container: 'n-1'})
    await second.remove()
    await container.stop()
    await net.remove()
    assert.equal(await status(net.inspect()), 404)
    assert.equal(await status(container.start()), 404)
  })

  it('keeps volumes', async () => {
    await docker.createVolume({Name: 'data', Labels: {lab: 'x'}})
    await docker.createVolume({Name: 'data'})
    await make('v-1', {
      HostConfig: {
        Mounts: [
          {Type: 'volume', Source: 'data', Target: '/d'},
          {Type: 'volume', Source: 'new', Target: '/n'},
        ],
      },
    })
    assert.equal(await status(docker.getVolume('data').remove()), 409)
    assert.deepEqual(stub.snapshot().volumes, ['data', 'new'])
    assert.equal((await docker.listVolumes({filters: {label: ['lab=x']}})).Volumes.length, 1)
    await docker.getContainer('v-1').remove()
    await docker.getVolume('data').remove()
    assert.equal(await status(docker.getVolume('data').inspect()), 404)
  })

  it('pulls, builds and tags images', async () => {
    assert.match(await textOf(await docker.pull('nope:1')), /"error":"manifest for nope:1 not found/)
    await textOf(await docker.pull('far:1'))
    await docker.getImage('far:1').tag({repo: 'near', tag: '2'})
    assert.deepEqual((await docker.getImage('near:2').inspect()).RepoTags, ['far:1', 'near:2'])
    assert.match(await textOf(await docker.buildImage('/dev/null', {t: 'bad:1'})), /no such package/)
    await textOf(await docker.buildImage('/dev/null', {t: 'good:1'}))
    assert.deepEqual((await docker.getImage('good:1').inspect()).Config.Cmd, ['built'])
    assert.equal(await status(docker.getImage('none').distribution()), 404)
  })

  it('gives logs, whole and followed', async () => {
    const container = await run('l-1')
    const read = async (options: object) => {
      const lines: LogLine[] = []
      for await (const line of readLogs(docker, 'l-1', options)) lines.push(line)
      return lines.map(({line}) => line)
    }
    assert.deepEqual(await read({}), ['ready'])
    const followed = read({follow: true})
    const attached = (await container.attach({stream: true, stdin: true, stdout: true, hijack: true})) as Duplex
    attached.write('one\n')
    await new Promise(resolve => attached.once('data', resolve))
    await container.stop()
    assert.deepEqual(await followed, ['ready', 'got one'])
    assert.deepEqual(await read({tail: 1}), ['got one'])
  })

  it('keeps long lines whole in logs', async () => {
    const line = 'ü'.repeat(100_000)
    await run('long')
    const container = stub.world.container('long')
    container.log.push({at: Date.now(), stream: 'stderr', text: line})
    for await (const entry of readLogs(docker, 'long', {tail: 1}))
      assert.deepEqual([entry.stream, entry.line], ['stderr', line])
  })

  it('stops following when told to', async () => {
    await run('f-1')
    const abort = new AbortController()
    const lines: string[] = []
    for await (const {line} of readLogs(docker, 'f-1', {follow: true, signal: abort.signal})) {
      lines.push(line)
      abort.abort()
    }
    assert.deepEqual(lines, ['ready'])
  })

  it('runs commands in containers', async () => {
    const container = await run('e-1')
    const exec = await container.exec({Cmd: ['echo', 'x'], AttachStdout: true})
    const stream = await exec.start({hijack: true, stdin: false})
    assert.match(await textOf(stream), /echo x/)
    assert.equal((await exec.inspect()).ExitCode, 2)
    assert.equal(await textOf(await container.getArchive({path: '/etc/conf'})), 'tar')
    assert.equal(await status(container.getArchive({path: '/none'})), 404)
  })

  describe('faults', () => {
    const outcome = async () => {
      const code = await docker.createVolume({Name: 'data'}).then(
        () => 'done',
        (error: {statusCode?: number; code?: string}) => error.statusCode ?? error.code,
      )
      return {code, made: stub.snapshot().volumes.length === 1}
    }
    const expected = {
      '500': {code: 500, made: false},
      '409': {code: 409, made: false},
      'hang-up': {code: 'ECONNRESET', made: false},
      'hang-up-after': {code: 'ECONNRESET', made: true},
      slow: {code: 'done', made: true},
      half: {code: 'ECONNRESET', made: true},
    }

    for (const fault of FAULTS) {
      it(`${fault} happens at the request that was named`, async () => {
        stub.failAt(2, fault)
        await docker.ping()
        await docker.listVolumes()
        assert.deepEqual(await outcome(), expected[fault])
        assert.deepEqual(
          stub.calls.map(({n, method, path}) => `${n} ${method} ${path.split('?')[0]}`),
          ['1 GET /volumes', '2 POST /volumes/create'],
        )
      })

      for (const [what, call] of Object.entries({
        start: async () => (await docker.getContainer('s-1').start()) as unknown,
        wait: async () => (await docker.getContainer('s-1').wait()) as unknown,
        pull: async () => textOf(await docker.pull('far:1')),
        events: async () => {
          const events = (await docker.getEvents({since: 0})) as Readable
          setTimeout(() => events.destroy(), 500)
          await textOf(events)
        },
      })) {
        it(`${fault} ends ${what} in time`, async () => {
          const container = await make('s-1')
          stub.failAt(2, fault)
          await Promise.race([
            call().catch(() => {}),
            new Promise((_, reject) => setTimeout(reject, 2000, new Error('still waiting')).unref()),
          ])
          assert.ok(container.id)
        })
      }
    }

    it('calls back before the engine acts', async () => {
      let volumes: readonly string[] | undefined
      stub.onCall(1, () => {
        volumes = stub.snapshot().volumes
      })
      await docker.createVolume({Name: 'data'})
      assert.deepEqual(volumes, [])
    })
  })
})
