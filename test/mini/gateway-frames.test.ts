import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocket, WebSocketServer} from 'ws'
import {FrameMeter, textFrame} from '../../src/mini/components/gateway/ws-frames.js'
import type {ApiArtifact} from '../../src/mini/hub/deployment.js'
import {makeGatewayLab, mapping, type GatewayLab} from './support/gateway-lab.js'
import {until} from './support/until.js'

const REFUSED = 'Websocket frame throttled out'

describe('mini: frames of WebSockets at a gateway', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let http: Server
  let api: ApiArtifact
  let received: string[] = []
  const closes: [number, string][] = []

  before(async () => {
    lab = await makeGatewayLab(`[passthru_http]\n'http.socket.timeout' = 500\n`)
    http = createServer()
    const backend = new WebSocketServer({server: http})
    backend.on('connection', socket => {
      socket.on('close', (code, reason) => closes.push([code, reason.toString()]))
      socket.on('message', (data: Buffer) => {
        if (data.toString() === 'restart') return socket.close(1012, 'later')
        if (data.toString() === 'crash') return socket.terminate()
        received.push(data.toString())
        socket.send(`echo ${data.toString()}`)
      })
    })
    await once(http.listen(0, '127.0.0.1'), 'listening')
    await lab.start()
    await lab.ready()
    const {port} = http.address() as AddressInfo
    api = await lab.deploy({
      apiType: 'WS',
      policy: 'Frames',
      endpoints: {production: `ws://localhost:${port}/`},
      urlMappings: [mapping('GET', '/*')],
    })
    await until('its subscription', async () => {
      const socket = connect()
      const opened = await once(socket, 'open').then(
        () => true,
        () => false,
      )
      socket.terminate()
      return opened
    })
  })
  after(async () => {
    await lab.close()
    http.close()
    http.closeAllConnections()
  })
  beforeEach(() => void (received = []))

  const connect = () => {
    const url = `ws://localhost:${lab.node().port(9099)}${api.context}/room`
    const socket = new WebSocket(url, {headers: {authorization: `Bearer ${lab.token()}`}})
    socket.on('error', () => undefined)
    return socket
  }
  const open = async () => {
    const socket = connect()
    const got: string[] = []
    socket.on('message', (data: Buffer) => got.push(data.toString()))
    await once(socket, 'open')
    return {socket, got}
  }
  const throttle = (isThrottled: boolean) =>
    lab.say('throttleData', {
      throttleKey: `${api.context}:1.0.0`,
      isThrottled,
      expiryTimeStamp: Date.now() + 60_000,
    })

  it('are counted there and back, with their bytes; handshakes, pings and pongs are not', async () => {
    const known = lab.events.length
    const {socket, got} = await open()
    socket.ping('are you there?')
    await once(socket, 'pong')
    socket.send('x'.repeat(70_000))
    await until('the echo', () => got.length === 1)
    await until('two events', () => lab.events.length >= known + 2)
    socket.close()
    await once(socket, 'close')
    assert.deepEqual(
      lab.events.slice(known).map(it => [it.event.apiTier, it.event.bytes]),
      [
        ['Frames', 70_000],
        ['Frames', 70_005],
      ],
    )
  })

  it('beyond the quota are told to the client and go nowhere; the socket stays', async () => {
    const {socket, got} = await open()
    const say = async (text: string) => {
      const before = got.length
      socket.send(text)
      await until('an answer', () => got.length > before)
      return got.at(-1)
    }
    assert.equal(await say('one'), 'echo one')
    throttle(true)
    await until('a refusal', async () => (await say('two')) === REFUSED)
    received = []
    assert.equal(await say('three'), REFUSED)
    assert.deepEqual(received, [])
    throttle(false)
    await until('a pass', async () => (await say('four')) === 'echo four')
    socket.close()
    await once(socket, 'close')
  })

  it('close codes and reasons pass both ways; a backend that breaks off is 1006', async () => {
    const closed = async (act: (socket: WebSocket) => void) => {
      const {socket} = await open()
      const end = once(socket, 'close') as Promise<[number, Buffer]>
      act(socket)
      const [code, reason] = await end
      return [code, reason.toString()]
    }
    closes.splice(0)
    assert.deepEqual(await closed(it => it.close(4001, 'enough')), [4001, 'enough'])
    await until('the backend to be told', () => closes.length > 0)
    assert.deepEqual(closes.at(-1), [4001, 'enough'])
    assert.deepEqual(await closed(it => it.send('restart')), [1012, 'later'])
    assert.deepEqual(await closed(it => it.send('crash')), [1006, ''])
  })

  it('silence ends no socket, however soon it ends calls', async () => {
    const {socket, got} = await open()
    const {port} = http.address() as AddressInfo
    const silent = await lab.deploy({endpoints: {production: `http://localhost:${port}`}})
    const {status} = await lab.ask(8243, `${silent.context}/x`, {bearer: lab.token()})
    assert.equal(status, 504)
    socket.send('still there')
    await until('the echo', () => got.includes('echo still there') || socket.readyState !== WebSocket.OPEN)
    assert.deepEqual(got, ['echo still there'])
    socket.terminate()
  })

  it('a handshake goes on without a body', async () => {
    const seen = once(http, 'upgrade') as Promise<[IncomingMessage]>
    const headers = {authorization: `Bearer ${lab.token()}`, 'content-length': '4'}
    const socket = new WebSocket(`ws://localhost:${lab.node().port(9099)}${api.context}/room`, {headers})
    await once(socket, 'open')
    const [{headers: passed}] = await seen
    assert.deepEqual([passed['content-length'], passed['transfer-encoding']], [undefined, undefined])
    socket.terminate()
  })

  it('a message in several frames, compressed or not, arrives whole', async () => {
    const {socket, got} = await open()
    for (const part of ['a', 'b']) socket.send(part.repeat(2000), {fin: false})
    socket.send('c')
    await until('the echo', () => got.length === 1)
    assert.equal(got[0], `echo ${'a'.repeat(2000)}${'b'.repeat(2000)}c`)
    socket.terminate()
  })

  describe('as they come', () => {
    const run = (bytes: Buffer, size: number, judge: (length: number) => boolean) => {
      const meter = new FrameMeter(judge)
      const out: Buffer[] = []
      meter.on('data', (part: Buffer) => out.push(part))
      for (let at = 0; at < bytes.length; at += size) meter.write(bytes.subarray(at, at + size))
      return {meter, out: () => Buffer.concat(out)}
    }
    const frame = (opcode: number, payload: number, fin = true) => {
      const size = payload < 126 ? [payload] : payload < 65_536 ? [126, payload >> 8, payload & 255] : undefined
      const head = size ?? [
        127,
        0,
        0,
        0,
        0,
        (payload >>> 24) & 255,
        (payload >>> 16) & 255,
        (payload >>> 8) & 255,
        payload & 255,
      ]
      return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...head]), Buffer.alloc(payload, opcode + 65)])
    }

    for (const size of [1, 3, 1000, 1_000_000]) {
      it(`in pieces of ${size} bytes`, () => {
        const all = [frame(1, 0), frame(2, 125), frame(1, 126), frame(9, 4), frame(2, 65_535), frame(1, 65_536)]
        const lengths: number[] = []
        const {out} = run(Buffer.concat(all), size, length => {
          lengths.push(length)
          return length !== 126
        })
        assert.deepEqual(lengths, [0, 125, 126, 65_535, 65_536])
        assert.ok(out().equals(Buffer.concat(all.filter((_, i) => i !== 2))))
      })
    }

    it('a message whose beginning is held back is held back whole, and control frames are not', () => {
      const parts = [frame(1, 5, false), frame(9, 2), frame(0, 6, false), frame(0, 7), frame(2, 8)]
      const {out} = run(Buffer.concat(parts), 4, length => length !== 5)
      assert.ok(out().equals(Buffer.concat([parts[1]!, parts[4]!])))
    })

    it("a frame of the gateway's own waits for the end of a message", () => {
      const parts = [frame(1, 5, false), frame(0, 6)]
      const own = textFrame(REFUSED)
      const {meter, out} = run(parts[0]!.subarray(0, 3), 3, () => true)
      meter.inject(own)
      meter.write(parts[0]!.subarray(3))
      meter.write(parts[1]!)
      assert.ok(out().equals(Buffer.concat([...parts, own])))
    })
  })
})
