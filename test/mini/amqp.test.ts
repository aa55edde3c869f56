import assert from 'node:assert/strict'
import {connect, createServer, type AddressInfo, type Server} from 'node:net'
import {release320} from '../../src/model/releases/3.2.0.js'
import {amqpServer, dialAmqp} from '../double/amqp.js'
import type {Link} from '../../src/mini/config/links.js'
import {PACE} from '../../src/mini/wire.js'

const listen = (server: Server) =>
  new Promise<number>(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

describe("the double: AMQP in place of mini's own protocol", () => {
  const servers: Server[] = []
  const stop = new AbortController()
  afterEach(() => {
    for (const it of servers.splice(0)) it.close()
  })
  after(() => stop.abort())

  const serve = (server: Server) => {
    servers.push(server)
    return listen(server)
  }

  const dial = (port: number) => {
    const link = {kind: 'tcp', host: 'localhost', port} as Link
    return dialAmqp(
      link,
      {trust: undefined, timeout: 300, checkEvery: 20, pace: PACE},
      stop.signal,
      () => undefined,
      () => undefined,
    )
  }

  /** What a server answers to these chunks, until it has sent so many bytes or closed. */
  const say = (port: number, enough: number, ...chunks: string[]) =>
    new Promise<{text: string; ended: boolean}>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => chunks.forEach(it => socket.write(it, 'latin1')))
      const done = (ended: boolean) => (socket.destroy(), resolve({text, ended}))
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk
        if (text.length >= enough) done(false)
      })
      socket.on('end', () => done(true)).on('error', reject)
    })

  it('greets as release 3.2.0 says, however the header is cut', async () => {
    const port = await serve(amqpServer(() => undefined))
    const {say: header = '', expect = ''} = release320().greetings[5672] ?? {}
    for (const chunks of [[header], [header.slice(0, 3), header.slice(3)]]) {
      const {text} = await say(port, 12, ...chunks)
      assert.ok(text.startsWith(expect))
      assert.equal(Buffer.from(text, 'latin1').readUInt32BE(7), (10 << 16) + 10)
    }
  })

  it('answers another header with its own and ends', async () => {
    const port = await serve(amqpServer(() => undefined))
    for (const other of ['AMQP\u0001\u0001\u0000\u000a', 'GET / HTTP/1.0\r\n\r\n'])
      assert.deepEqual(await say(port, 100, other), {text: 'AMQP\0\0\u0009\u0001', ended: true})
  })

  it('a link is connected by a method frame, and lost with the connection', async () => {
    const server = amqpServer(() => undefined)
    const port = await serve(server)
    const accepted = new Promise<{destroy(): void}>(resolve => server.on('connection', resolve))
    const {detail, closed} = await dial(port)
    assert.equal(detail, 'greeted with AMQP 0-9-1')
    ;(await accepted).destroy()
    assert.match(await closed, /closed the connection|ECONNRESET/)
  })

  it('a link is not connected by silence or by anything else', async () => {
    const silent = await serve(createServer(() => undefined))
    await assert.rejects(dial(silent), /no AMQP answer in 300 ms/)
    const other = await serve(createServer(socket => socket.end('{"protocol":"other"}\n')))
    await assert.rejects(dial(other), /the peer does not speak AMQP 0-9-1/)
    const gone = createServer()
    const port = await listen(gone)
    gone.close()
    await assert.rejects(dial(port), /ECONNREFUSED/)
  })
})
