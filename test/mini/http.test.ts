import assert from 'node:assert/strict'
import {connect, type AddressInfo, type Server} from 'node:net'
import {httpServer} from '../../src/mini/server/http-server.js'
import {surface} from '../../src/mini/server/surface.js'
import type {HttpHandler} from '../../src/mini/ports.js'

describe('mini: HTTP ports', () => {
  const open: Server[] = []
  let ready = true
  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  const start = async (handler: HttpHandler) => {
    const view = {version: 'Product <3> & "more"', health: () => ({ready, secretless: true})}
    const server = httpServer(surface(handler, {}, view, () => undefined))
    open.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  /** Sends bytes and returns all that comes back until the server closes. */
  const raw = (port: number, text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      socket.setEncoding('utf8').on('data', chunk => (answer += chunk))
      socket.on('close', () => resolve(answer)).on('error', error => (answer ? resolve(answer) : reject(error)))
    })

  const get = async (port: number, path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return {status: response.status, type: response.headers.get('content-type'), text: await response.text()}
  }

  it('answers the version as the product does', async () => {
    for (const handler of ['management', 'store-query', 'gateway'] as const) {
      const {status, type, text} = await get(await start(handler), '/services/Version?x=1')
      assert.equal(status, 200)
      assert.equal(type, 'text/xml; charset=UTF-8')
      assert.equal(
        text,
        '<ns:getVersionResponse xmlns:ns="http://version.services.core.carbon.wso2.org">' +
          '<return>Product &#60;3&#62; &#38; &#34;more&#34;</return></ns:getVersionResponse>',
      )
    }
  })

  it('tells its health on management ports only', async () => {
    const port = await start('management')
    ready = true
    assert.equal((await get(port, '/health')).status, 200)
    ready = false
    const {status, text} = await get(port, '/health')
    assert.equal(status, 503)
    assert.deepEqual(JSON.parse(text), {ready: false, secretless: true})
    assert.equal((await get(await start('gateway'), '/health')).status, 404)
    assert.equal((await get(await start('store-query'), '/health')).status, 404)
  })

  it('pretends nothing', async () => {
    const port = await start('management')
    for (const path of ['/', '/carbon', '/api/am/publisher/v1/apis', '/services/VersionX', '/health/x', '//health']) {
      const {status, type, text} = await get(port, path)
      assert.equal(status, 404, path)
      assert.equal(type, 'application/json; charset=UTF-8')
      assert.deepEqual(JSON.parse(text), {
        code: 404,
        message: 'Not Found',
        description: `mini has nothing at ${path}`,
        moreInfo: '',
        error: [],
      })
    }
    assert.equal((await get(port, '/x', {method: 'POST', body: 'x'.repeat(200_000)})).status, 404)
    const wrong = await get(port, '/health', {method: 'DELETE'})
    assert.equal(wrong.status, 405)
    assert.equal(JSON.parse(wrong.text).code, 405)
  })

  it("has the gateway's own answer where no API matches", async () => {
    const {status, type, text} = await get(await start('gateway'), '/a/1.0/<x>')
    assert.equal(status, 404)
    assert.equal(type, 'application/xml; charset=UTF-8')
    assert.match(text, /^<am:fault xmlns:am="http:\/\/wso2.org\/apimanager"><am:code>404<\/am:code>/)
    assert.match(text, /The requested resource \(\/a\/1.0\/%3Cx%3E\) is not available/)
  })

  it('refuses WebSockets', async () => {
    const port = await start('websocket')
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n'
    const answer = await raw(port, `GET /chat HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`)
    assert.match(answer, /^HTTP\/1.1 404 Not Found\r\n/)
    assert.match(answer, /The requested resource \(\/chat\) is not available/)
    assert.equal((await get(port, '/services/Version')).status, 404)
  })

  it('survives malformed requests', async () => {
    const port = await start('management')
    const close = 'Connection: close\r\n\r\n'
    const cases: [string, number][] = [
      ['nonsense\r\n\r\n', 400],
      ['\x16\x03\x01\x00\x05hello', 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n${close}`, 431],
      [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n${close}`, 431],
      [`GET / HTTP/1.1\r\n${close}`, 400],
      [`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n${close}`, 400],
      [`GET /%ff%00 HTTP/1.1\r\nHost: x\r\n${close}`, 404],
      [`OPTIONS * HTTP/1.1\r\nHost: x\r\n${close}`, 404],
    ]
    for (const [text, status] of cases) assert.match(await raw(port, text), new RegExp(`^HTTP/1.1 ${status} `), text)
    assert.equal((await get(port, '/services/Version')).status, 200)
  })
})
