import assert from 'node:assert/strict'
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {greetingServer} from '../../src/mini/server/greeting-server.js'
import {
  greet,
  LineReader,
  MAX_FIRST_LINE,
  MAX_LINE,
  PROTOCOL,
  type Greeting,
  type Message,
  type Pace,
  type Serve,
} from '../../src/mini/wire.js'
import {until} from './support/until.js'

const greeting = (port: number): Greeting => ({
  protocol: PROTOCOL,
  component: 'traffic-manager',
  node: 'traffic-manager-1',
  port,
  service: 'throttling-events',
})

describe('mini: lines of the wire protocol', () => {
  const read = (...chunks: (string | Buffer)[]) => {
    const reader = new LineReader()
    return chunks.flatMap(chunk => [...reader.push(Buffer.from(chunk))])
  }

  it('puts objects together however they are cut', () => {
    const bytes = Buffer.from('{"a":"ä"}\n{"b":2}\n{"c')
    for (let size = 1; size < 8; size++) {
      const parts: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size))
      assert.deepEqual(read(...parts), [{a: 'ä'}, {b: 2}])
    }
  })

  it('refuses what is no object', () => {
    for (const line of ['', 'x', '[1]', 'null', '5', '{"a":', Buffer.from([0xff, 0xfe])]) {
      assert.throws(() => read(line, '\n'), /a line is (not JSON|no JSON object)/)
    }
  })

  it('refuses a long line, ended or not, and keeps none of it', () => {
    assert.throws(() => read('x'.repeat(MAX_LINE), 'x'), /a line is longer than 262144 bytes/)
    assert.throws(() => read(`"${'x'.repeat(MAX_LINE)}"\n`), /a line is longer/)
    const fits = `{"a":"${'x'.repeat(MAX_LINE - 8)}"}`
    assert.equal(read(fits, '\n').length, 1)
  })
})

describe('mini: a greeting server', () => {
  const open: (Server | Socket)[] = []
  afterEach(() => {
    logged.length = 0
    for (const it of open.splice(0))
      if ('close' in it) it.close()
      else it.destroy()
  })

  const logged: string[] = []
  const log = (level: string, _: string, text: string) => void logged.push(`${level} ${text}`)
  const start = async (pace: Pace = {pingEvery: 10_000, silence: 20_000}, serve?: Serve) => {
    const server = greetingServer(greeting, pace, undefined, serve, log)
    open.push(server)
    server.on('connection', socket => socket.on('error', () => undefined))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  const client = (port: number) => {
    const socket = connect(port, '127.0.0.1')
    open.push(socket)
    const messages: Message[] = []
    const reader = new LineReader()
    let closed = false
    socket.on('data', chunk => messages.push(...reader.push(chunk)))
    socket.on('close', () => (closed = true))
    socket.on('error', () => undefined)
    return {socket, messages, isClosed: () => closed}
  }

  it('speaks first and answers pings', async () => {
    const port = await start()
    const {socket, messages} = client(port)
    await until('the greeting', () => messages.length === 1)
    assert.deepEqual(messages[0], greeting(port))
    socket.write('{"type":"ping"}\n{"type":"ping"}\n')
    await until('two pongs', () => messages.length === 3)
    assert.deepEqual(messages.slice(1), [{type: 'pong'}, {type: 'pong'}])
  })

  it('says what it does not have, and stays', async () => {
    const {socket, messages} = client(await start())
    socket.write('{"type":"publish"}\n{"type":"error"}\n{}\n{"type":"ping"}\n')
    await until('three answers', () => messages.length === 4)
    assert.deepEqual(messages[1], {type: 'error', code: 501, message: 'throttling-events has no operation publish'})
    assert.equal(messages[2]?.code, 501)
    assert.deepEqual(messages[3], {type: 'pong'})
  })

  for (const [name, input] of [
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['AMQP', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1, 10])],
    ['a TLS hello', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0, 10])],
    ['a line without end', 'x'.repeat(MAX_LINE + 1)],
  ] as const) {
    it(`refuses ${name} with a line that says why, and goes on serving`, async () => {
      const port = await start()
      const {socket, messages, isClosed} = client(port)
      socket.write(input)
      await until('the refusal', () => messages.length === 2)
      assert.equal(messages[1]?.type, 'error')
      assert.match(String(messages[1]?.message), /^a line is /)
      await until('the end', isClosed)
      const other = client(port)
      await until('another greeting', () => other.messages.length === 1)
    })
  }

  it('does not ping a peer that pings', async () => {
    const pingEvery = 100
    const {socket, messages} = client(await start({pingEvery, silence: 2_000}))
    let last = Date.now()
    /** On a busy machine this peer is silent for a while without meaning to: then it is pinged, rightly. */
    let silences = 0
    const pinging = setInterval(() => {
      if (Date.now() - last > pingEvery / 2) silences++
      last = Date.now()
      socket.write('{"type":"ping"}\n')
    }, 10)
    await until('pongs for three times as long', () => messages.filter(it => it.type === 'pong').length >= 30)
    clearInterval(pinging)
    const pinged = messages.filter(it => it.type === 'ping').length
    assert.ok(pinged <= silences, `pinged ${pinged} times, silent ${silences} times`)
    await until('a ping, now that the peer is silent', () => messages.some(it => it.type === 'ping'))
  })

  it('drops a peer that says nothing', async () => {
    const {messages, isClosed} = client(await start({pingEvery: 20, silence: 60}))
    await until('the end', isClosed)
    assert.equal(messages[1]?.type, 'ping')
  })

  it('keeps a peer that answers', async () => {
    const {socket, messages, isClosed} = client(await start({pingEvery: 10, silence: 100}))
    socket.on('data', () => socket.write('{"type":"pong"}\n'))
    await until('twenty pings', () => messages.filter(it => it.type === 'ping').length > 20)
    assert.equal(isClosed(), false)
  })

  it('drops a peer that asks and never reads', async () => {
    let reason: string | undefined
    const server = createServer(socket => {
      void greet(socket, greeting(0)).closed.then(why => (reason = why))
    })
    open.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const {socket} = client((server.address() as AddressInfo).port)
    socket.pause()
    const flood = `{"type":"${'x'.repeat(100)}"}\n`.repeat(5_000)
    const pour = () => {
      while (socket.writable && socket.write(flood));
    }
    socket.on('drain', pour)
    pour()
    await until('the end', () => reason)
    assert.equal(reason, 'the peer does not read')
  })

  /** Takes everyone who asks as logged in, and keeps what they say. */
  const said: Message[] = []
  const easy: Serve = channel => message => {
    said.push(message)
    if (message.type === 'login') {
      channel.loggedIn()
      channel.send({type: 'session'})
    }
    if (message.type === 'pour') for (let i = 0; i < 5_000; i++) channel.send({type: 'x', x: 'x'.repeat(1_000)})
    return true
  }
  const line = (type: string, length = 0) => `${JSON.stringify({type, x: 'x'.repeat(length)})}\n`

  it('takes long lines only after the login', async () => {
    const port = await start(undefined, easy)
    const stranger = client(port)
    stranger.socket.write(line('long', MAX_FIRST_LINE))
    await until('the refusal', () => stranger.messages.length === 2)
    assert.equal(stranger.messages[1]?.message, `a line is longer than ${MAX_FIRST_LINE} bytes`)
    const known = client(port)
    known.socket.write(line('login'))
    await until('the login', () => known.messages.length === 2)
    known.socket.write(line('long', MAX_LINE - 100))
    await until('the line', () => said.some(it => it.type === 'long'))
  })

  it('ends a connection that does not log in, and keeps one that has', async () => {
    const port = await start({pingEvery: 10_000, silence: 20_000, login: 50}, easy)
    const known = client(port)
    known.socket.write(line('login'))
    await until('the login', () => known.messages.length === 2)
    const stranger = client(port)
    await until('the end', stranger.isClosed)
    assert.equal(stranger.messages[1]?.message, 'no login within 50 ms')
    assert.equal(known.isClosed(), false)
  })

  it('drops one that has logged in and does not read, and says so', async () => {
    const {socket, messages} = client(await start(undefined, easy))
    socket.write(line('login'))
    await until('the login', () => messages.length === 2)
    socket.pause()
    socket.write(line('pour'))
    await until('the warning', () => logged.length > 0)
    assert.match(logged.join(), /^WARN dropped 127\.0\.0\.1 from port \d+: the peer does not read$/)
  })

  it('has room for few strangers: the oldest go, who has logged in stays, and the log says so once', async () => {
    const port = await start(undefined, easy)
    const known = client(port)
    known.socket.write(line('login'))
    await until('the login', () => known.messages.length === 2)
    const strangers = Array.from({length: 100}, () => client(port))
    await until('the greeting of the last', () => strangers.at(-1)?.messages.length === 1)
    await until('the end of the first', () => strangers.filter(it => it.isClosed()).length === 36)
    assert.ok(strangers.slice(0, 36).every(it => it.isClosed()))
    assert.equal(known.isClosed(), false)
    assert.deepEqual(logged, ['WARN connections without a login are dropped: there are too many of them'])
  })

  it('lets nobody in when there are too many who have logged in', async () => {
    const port = await start(undefined, easy)
    for (let i = 0; i < 256; i++) {
      const {socket, messages} = client(port)
      socket.write(line('login'))
      await until('the login', () => messages.length === 2)
    }
    const late = client(port)
    await until('its end', late.isClosed)
    assert.deepEqual(late.messages, [])
  })
})
