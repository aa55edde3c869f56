import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {type RequestListener, createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {connect} from '../../../src/engine/connect.js'
import {LabError} from '../../../src/errors.js'

describe('connect', () => {
  let folder: string
  let close: () => Promise<void>

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-connect-'))
    close = async () => {}
  })
  afterEach(async () => {
    await close()
    await rm(folder, {recursive: true, force: true})
  })

  const at = (socket: string, deadlineMs?: number) =>
    connect(
      {env: {DOCKER_HOST: `unix://${socket}`}, home: folder, platform: 'linux', uid: 1000, contexts: []},
      deadlineMs,
    )

  const serve = async (listener: RequestListener) => {
    const server = createServer(listener)
    const socket = join(folder, 'docker.sock')
    await new Promise<void>(resolve => server.listen(socket, resolve))
    close = async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
    return socket
  }

  const engine =
    (apiVersion: string): RequestListener =>
    (request, response) => {
      response.setHeader('Api-Version', apiVersion).setHeader('Server', 'Docker/27.0.1 (linux)')
      response.end(request.url === '/_ping' ? 'OK' : JSON.stringify({Path: request.url}))
    }

  const refusal = async (promise: Promise<unknown>): Promise<LabError> => {
    const error = await promise.then(
      () => assert.fail('connected'),
      (error: unknown) => error,
    )
    assert.ok(error instanceof LabError, String(error))
    assert.ok(error.next.length > 0)
    return error
  }

  for (const [apiVersion, pinned] of [
    ['1.41', 'v1.41'],
    ['1.43', 'v1.41'],
    ['1.44', 'v1.44'],
    ['1.52', 'v1.44'],
    ['2.0', 'v1.44'],
  ] as const) {
    it(`speaks ${pinned} with an engine of API ${apiVersion}`, async () => {
      const connection = await at(await serve(engine(apiVersion)))
      assert.deepEqual(
        [connection.apiVersion, connection.engineVersion, connection.source],
        [apiVersion, '27.0.1', 'DOCKER_HOST'],
      )
      assert.deepEqual(await connection.docker.info(), {Path: `/${pinned}/info`})
    })
  }

  it('names both versions of an engine that is too old', async () => {
    const error = await refusal(at(await serve(engine('1.40'))))
    assert.equal(error.code, 'engine-too-old')
    assert.match(error.message, /speaks API 1\.40; 1\.41 or newer/)
  })

  it('says that a socket is not there', async () => {
    const error = await refusal(at(join(folder, 'none.sock')))
    assert.equal(error.code, 'engine-unreachable')
    assert.match(error.message, /none\.sock \(DOCKER_HOST\) is not there/)
  })

  it('says that nothing listens on a socket', async () => {
    await writeFile(join(folder, 'dead.sock'), '')
    const error = await refusal(at(join(folder, 'dead.sock')))
    assert.equal(error.code, 'engine-unreachable')
    assert.match(error.message, /nothing listens/)
  })

  it('gives up an engine that does not answer', async () => {
    const error = await refusal(at(await serve(() => {}), 100))
    assert.match(error.message, /did not answer within 0\.1 s/)
  })

  it('says that a socket is not of an engine', async () => {
    const error = await refusal(at(await serve((_, response) => response.writeHead(503).end())))
    assert.match(error.message, /not as an engine does \(503\)/)
  })

  it('names the usual sockets when none is there', async () => {
    const error = await refusal(connect({env: {}, home: folder, platform: 'darwin', uid: 501, contexts: []})).catch(
      () => undefined,
    )
    // This machine may have an engine of its own on the usual socket.
    if (error) assert.match(error.message, /No Docker engine|does not let/)
  })

  it('does not wait for the rest of an answer that broke off', async () => {
    const socket = await serve((request, response) => {
      if (request.url === '/_ping') return engine('1.41')(request, response)
      response.writeHead(200, {'Content-Length': 100}).write('{"half":')
      setTimeout(() => response.destroy(), 20)
    })
    const {docker} = await at(socket)
    await assert.rejects(docker.info(), {code: 'ECONNRESET'})
  })
})
