import assert from 'node:assert/strict'
import {createHash, randomUUID} from 'node:crypto'
import {request as httpRequest, type IncomingMessage} from 'node:http'
import {createServer as createHttp} from 'node:http'
import {request as httpsRequest} from 'node:https'
import type {Duplex} from 'node:stream'
import {textFrame} from '../../src/mini/components/gateway/ws-frames.js'
import {makeGatewayLab, mapping, serve, type GatewayLab, type Served} from './support/gateway-lab.js'
import {CA_PEM} from './support/pki.js'
import {until} from './support/until.js'

const HELLO = textFrame('hello')

interface Opened {
  readonly status: number
  readonly socket?: Duplex
  readonly body: string
}

describe('mini: gateway, WebSocket', function () {
  this.timeout(20_000)
  let lab: GatewayLab
  let backend: Served
  let context = ''
  const upgrades: {url: string; authorization: string | undefined}[] = []
  const open = new Set<Duplex>()

  before(async () => {
    lab = await makeGatewayLab()
    await lab.start()
    await lab.ready()
    // What comes over the tunnel is sent back as it is.
    backend = await serve(() =>
      createHttp((_, response) => response.writeHead(400).end()).on(
        'upgrade',
        (request: IncomingMessage, socket: Duplex) => {
          upgrades.push({url: request.url ?? '', authorization: request.headers.authorization})
          if (request.url?.includes('/no')) return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
          const key = String(request.headers['sec-websocket-key'])
          const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
          socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
          )
          socket.write(HELLO)
          open.add(socket)
          socket.on('error', () => undefined)
          socket.on('close', () => open.delete(socket))
          socket.pipe(socket)
        },
      ),
    )
    ;({context} = await lab.deploy({
      apiType: 'WS',
      endpoints: {production: `ws://localhost:${backend.port}/chat`},
      urlMappings: [mapping('GET', '/*')],
    }))
    await until('its subscription', async () => {
      const {status, socket} = await upgrade(9099, `${context}/room`, lab.token())
      socket?.destroy()
      return status === 101
    })
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })

  const upgrade = (table: 9099 | 8099, path: string, bearer?: string) =>
    new Promise<Opened>((resolve, reject) => {
      const send = table === 8099 ? httpsRequest : httpRequest
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
        ...(bearer !== undefined && {authorization: `Bearer ${bearer}`}),
      }
      const request = send({
        host: 'localhost',
        family: 4,
        port: lab.node().port(table),
        path,
        headers,
        ca: CA_PEM,
        agent: false,
      })
      request.on('upgrade', (response, socket, head) =>
        resolve({status: response.statusCode ?? 0, socket, body: head.toString('latin1')}),
      )
      request.on('response', response => {
        let body = ''
        response.on('data', (part: Buffer) => (body += part.toString()))
        response.on('end', () => resolve({status: response.statusCode ?? 0, body}))
      })
      request.on('error', reject)
      request.end()
    })
  const heard = (socket: Duplex, already: string) => {
    const it = {text: already}
    socket.on('data', (part: Buffer) => (it.text += part.toString('latin1')))
    return it
  }

  for (const table of [9099, 8099] as const) {
    it(`${table}: a tunnel in both directions, closed on both sides`, async () => {
      const {status, socket, body} = await upgrade(table, `${context}/room?x=1`, lab.token())
      assert.equal(status, 101)
      assert.ok(socket)
      const got = heard(socket, body)
      const hello = HELLO.toString('latin1')
      await until('the first words', () => got.text === hello)
      // A frame of 200,000 bytes, on which the gateway has no opinion of its own.
      const text = `\x82\x7f\0\0\0\0\0\x03\x0d\x40${'x'.repeat(200_000)}`
      socket.write(text, 'latin1')
      await until('the echo', () => got.text === `${hello}${text}`)
      assert.deepEqual(upgrades.at(-1), {url: '/chat/room?x=1', authorization: undefined})
      await until('it to count', () => lab.events.some(it => it.event.apiContext === context))
      socket.destroy()
      await until('the backend to be free', () => open.size === 0)
    })
    it(`${table}: ends with its backend`, async () => {
      const {socket} = await upgrade(table, `${context}/room`, lab.token())
      const closed = new Promise(resolve => socket?.resume().once('close', resolve))
      for (const it of open) it.end()
      socket?.on('end', () => socket.end())
      await closed
    })
    it(`${table}: a token in the query, which the backend does not see`, async () => {
      const {status, socket} = await upgrade(table, `${context}/room?a=1&access_token=${lab.token()}&b=2`)
      assert.equal(status, 101)
      assert.equal(upgrades.at(-1)?.url, '/chat/room?a=1&b=2')
      socket?.destroy()
    })
    for (const [what, path, token, wanted] of [
      ['no token', '/room', () => undefined, 401],
      ['a forged token', '/room', () => `${lab.token().slice(0, -30)}${'A'.repeat(30)}`, 401],
      ['a query that is no text', '/room?access_token=%', () => undefined, 401],
      ['an application without a subscription', '/room', () => lab.token({azp: 'nobody'}), 403],
      ['a backend that does not want it', '/no', () => lab.token(), 503],
    ] as const) {
      it(`${table}: ${what}: ${wanted}`, async () => {
        const {status, body} = await upgrade(table, `${context}${path}`, token())
        assert.equal(status, wanted)
        assert.ok(JSON.parse(body).fault.code > 0)
      })
    }
    it(`${table}: no such API: 404`, async () => assert.equal((await upgrade(table, '/none', lab.token())).status, 404))
    it(`${table}: a plain call: 404`, async () =>
      assert.equal((await lab.ask(table, `${context}/room`, {bearer: lab.token()})).status, 404))
  }
  it('is not there on the ports of other APIs', async () => {
    assert.equal((await lab.ask(8243, `${context}/room`, {bearer: lab.token()})).status, 404)
  })
  it('a revoked token opens no more tunnels', async () => {
    const jti = randomUUID()
    const token = lab.token({jti})
    const first = await upgrade(9099, `${context}/room`, token)
    assert.equal(first.status, 101)
    first.socket?.destroy()
    lab.say('tokenRevocation', {revokedToken: jti, tokenType: 'JWT', expiryTime: Date.now() + 60_000})
    await until('it to be refused', async () => {
      const {status, socket} = await upgrade(9099, `${context}/room`, token)
      socket?.destroy()
      return status === 401
    })
  })
})
