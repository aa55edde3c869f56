import assert from 'node:assert/strict'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {
  eventPublisher,
  receiversOf,
  type EventPublisher,
  type PublisherOptions,
} from '../../src/mini/events/publisher.js'
import {eventReceiver} from '../../src/mini/events/receiver.js'
import {openSpool} from '../../src/mini/events/spool.js'
import {subscribeTopics, topicServer, type TopicServer} from '../../src/mini/events/topics.js'
import {keepLink, type KeptLink} from '../../src/mini/links/keep-link.js'
import {greet, MAX_LINE, PROTOCOL, type Message, type Serve} from '../../src/mini/wire.js'
import {until} from './support/until.js'

const PACE = {pingEvery: 100, silence: 2_000}
const ACCOUNT = {username: 'admin', password: 'right'}
const authenticate = ({password}: {password: string}) => Promise.resolve(password === 'right')

describe('mini: events between nodes', () => {
  const closers: (() => void)[] = []
  const logged: string[] = []
  const log = (level: string, _: string, text: string) => void logged.push(`${level} ${text}`)
  afterEach(() => {
    for (const close of closers.splice(0)) close()
    logged.length = 0
  })

  /** A server of one service; `cut` ends its connections and its listening, as an outage does. */
  const serve = async (service: string, handler: Serve, port = 0) => {
    const sockets = new Set<Socket>()
    const server: Server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      const greeting = {protocol: PROTOCOL, component: 'traffic-manager', node: 'tm', port: 0, service} as const
      greet(socket, greeting, PACE, handler)
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    const cut = () => {
      server.close()
      for (const it of sockets) it.destroy()
    }
    closers.push(cut)
    return {port: (server.address() as AddressInfo).port, cut}
  }
  const link = (service: string, port: number, group?: KeptLink['link']['group']): KeptLink => {
    const made = keepLink(
      {
        server: 'traffic-manager',
        purpose: 'test',
        kind: 'tcp',
        service,
        host: 'localhost',
        port,
        address: `tcp://localhost:${port}`,
        file: 'f',
        key: 'k',
        required: true,
        ...(group && {group}),
      },
      {trust: undefined, timeout: 500, checkEvery: 50, pace: PACE},
      log,
      () => undefined,
    )
    closers.push(() => made.close())
    return made
  }

  describe('with acknowledgement', () => {
    const taken: unknown[] = []
    let refuse = false
    const accept = (events: readonly {event: unknown}[]) => {
      if (refuse) return Promise.reject(new Error('the database is away'))
      taken.push(...events.map(it => it.event))
      return Promise.resolve()
    }
    const receiver = () => eventReceiver({authenticate, accept, log})
    const start = async (
      account = ACCOUNT,
      outbox: PublisherOptions = {},
    ): Promise<{
      links: readonly KeptLink[]
      publisher: EventPublisher
      events: {port: number; cut(): void}
      login: {port: number; cut(): void}
    }> => {
      const it = receiver()
      const events = await serve('throttling-events', it.events)
      const login = await serve('throttling-events-auth', it.login)
      const links = [link('throttling-events', events.port), link('throttling-events-auth', login.port)]
      return {
        links,
        publisher: eventPublisher(receiversOf(links, 'throttling-events'), account, 'gateway-1', log, outbox),
        events,
        login,
      }
    }
    beforeEach(() => {
      taken.length = 0
      refuse = false
    })

    it('arrive once, in their order, many more than the window has room for', async () => {
      const {publisher} = await start()
      const sent = Array.from({length: 5_000}, (_, i) => i)
      for (const it of sent) publisher.publish('s', it)
      await until('all of them', () => taken.length >= sent.length && publisher.waiting() === 0)
      assert.deepEqual(taken, sent)
    })

    it('wait while the receiver can not take them', async () => {
      const {publisher} = await start()
      refuse = true
      publisher.publish('s', 1)
      await until('the refusal', () => logged.some(it => it.includes('the database is away')))
      assert.equal(publisher.waiting(), 1)
      refuse = false
      await until('the event', () => publisher.waiting() === 0)
      assert.deepEqual(taken, [1])
    })

    it('survive an outage and a restart of the receiver, none lost and none twice', async () => {
      const {publisher, events, login} = await start()
      publisher.publish('s', 1)
      await until('the first', () => publisher.waiting() === 0)
      events.cut()
      login.cut()
      publisher.publish('s', 2)
      publisher.publish('s', 3)
      const anew = receiver()
      await serve('throttling-events', anew.events, events.port)
      await serve('throttling-events-auth', anew.login, login.port)
      await until('the rest', () => publisher.waiting() === 0)
      assert.deepEqual(taken, [1, 2, 3])
    })

    it('are taken once where a client attaches twice and sends them again before they were taken', async () => {
      let go = (): void => undefined
      const gate = new Promise<void>(resolve => (go = resolve))
      const it = eventReceiver({authenticate, accept: async events => (await gate, accept(events)), log})
      const login = link('throttling-events-auth', (await serve('throttling-events-auth', it.login)).port)
      const events = link('throttling-events', (await serve('throttling-events', it.events)).port)
      let session: unknown
      let acknowledged: unknown
      login.use({
        up: to => to.send({type: 'login', ...ACCOUNT}),
        message: message => (session = message.session),
      })
      await until('a session', () => session !== undefined)
      events.use({
        up: to => {
          for (let again = 0; again < 2; again++) {
            to.send({type: 'attach', session, sender: 'gateway-1/1'})
            for (let id = 1; id <= 3; id++) to.send({type: 'event', stream: 's', id, event: id})
          }
        },
        message: ({type, id}) => {
          if (type === 'attached') go()
          if (type === 'ack') acknowledged = id
        },
      })
      await until('the acknowledgement', () => acknowledged === 3)
      assert.deepEqual(taken, [1, 2, 3])
    })

    it('are sent once on a connection, though a login ends late and another begins', async () => {
      const receiving = receiver()
      const attaches: unknown[] = []
      const events = await serve('throttling-events', channel => {
        const take = receiving.events(channel)
        return message => {
          if (message.type === 'attach') attaches.push(message.session)
          return take(message)
        }
      })
      // Tells of each session twice, as two logins on their way do.
      const login = await serve('throttling-events-auth', channel => {
        const send = (message: Message) => {
          channel.send(message)
          if (message.type === 'session') channel.send(message)
        }
        return receiving.login({...channel, send})
      })
      const links = [link('throttling-events', events.port), link('throttling-events-auth', login.port)]
      const publisher = eventPublisher(receiversOf(links, 'throttling-events'), ACCOUNT, 'gateway-1', log)
      for (const it of [1, 2, 3]) publisher.publish('s', it)
      await until('all of them', () => publisher.waiting() === 0)
      assert.deepEqual(taken, [1, 2, 3])
      assert.equal(attaches.length, 1)
    })

    it('are dropped and counted when too many wait, and the log says when it begins and how many it were', async () => {
      const {publisher, links} = await start(ACCOUNT, {limit: 1_000, quiet: 200})
      refuse = true
      for (let i = 0; i < 1_000; i++) publisher.publish('s', i)
      const backlog = () => links[0]?.backlog() ?? {waiting: 0, dropped: 0}
      const {waiting, dropped} = backlog()
      assert.equal(waiting + dropped, 1_000)
      assert.ok(waiting > 10 && dropped > 900)
      refuse = false
      await until('the events', () => publisher.waiting() === 0)
      await until('the count', () => logged.some(it => it.endsWith(' were dropped')))
      assert.equal(taken.length, waiting)
      const address = links[0]?.link.address
      assert.deepEqual(
        logged.filter(it => it.includes('dropped')),
        [
          `WARN events for traffic-manager at ${address} are dropped: too many wait for it`,
          `WARN ${dropped} events for traffic-manager at ${address} were dropped`,
        ],
      )
      assert.deepEqual(backlog(), {waiting: 0, dropped})
    })

    it('are dropped when no server would take them', async () => {
      const {publisher, links} = await start()
      publisher.publish('s', 'x'.repeat(MAX_LINE))
      publisher.publish('s', 'next')
      await until('the next', () => taken.length === 1)
      assert.deepEqual([taken, links[0]?.backlog()], [['next'], {waiting: 0, dropped: 1}])
    })

    describe('and a spool', () => {
      let folder = ''
      beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'spool-')), 'events')))
      afterEach(() => rmSync(dirname(folder), {recursive: true, force: true}))
      const files = () => (existsSync(folder) ? readdirSync(folder) : [])

      it('wait on disk, arrive once and in their order, and leave nothing there', async () => {
        const {publisher} = await start(ACCOUNT, {limit: 1_000, spool: () => openSpool(folder, 10_000, 500)})
        refuse = true
        const sent = Array.from({length: 5_000}, (_, i) => `ä\n${i}`)
        for (const it of sent) publisher.publish('s', it)
        assert.equal(publisher.waiting(), sent.length)
        assert.ok(files().length > 50)
        refuse = false
        await until('all of them', () => taken.length >= sent.length && publisher.waiting() === 0)
        assert.deepEqual(taken, sent)
        assert.deepEqual(files(), [])
      })

      it('take no more of the disk than it may, and what finds no room is counted', async () => {
        const {publisher, links} = await start(ACCOUNT, {limit: 1_000, spool: () => openSpool(folder, 3, 500)})
        refuse = true
        for (let i = 0; i < 1_000; i++) publisher.publish('s', i)
        assert.equal(files().length, 3)
        const {waiting, dropped} = links[0]?.backlog() ?? {waiting: 0, dropped: 0}
        assert.equal(waiting + dropped, 1_000)
        refuse = false
        await until('the events', () => publisher.waiting() === 0)
        assert.equal(taken.length, waiting)
      })

      it('are counted as dropped when the disk takes none or loses them', async () => {
        mkdirSync(folder, {recursive: true})
        const {publisher, links} = await start(ACCOUNT, {limit: 1_000, spool: () => openSpool(folder, 100, 500)})
        refuse = true
        for (let i = 0; i < 200; i++) publisher.publish('s', i)
        rmSync(folder, {recursive: true})
        writeFileSync(folder, 'in the way')
        for (let i = 200; i < 400; i++) publisher.publish('s', i)
        refuse = false
        await until('the rest', () => publisher.waiting() === 0)
        const dropped = links[0]?.backlog()?.dropped ?? 0
        assert.ok(dropped > 100)
        assert.equal(taken.length + dropped, 400)
      })

      it('begin with nothing that an earlier start has left', () => {
        mkdirSync(folder, {recursive: true})
        writeFileSync(join(folder, '7.ndjson'), 'old')
        assert.deepEqual([openSpool(folder).size, files()], [0, []])
      })
    })

    it('are refused without the right account', async () => {
      const {publisher} = await start({username: 'admin', password: 'wrong'})
      publisher.publish('s', 1)
      await until('the refusal', () => logged.some(it => it.startsWith('ERROR') && it.includes('refused the login')))
      assert.deepEqual(taken, [])
      assert.ok(!logged.some(it => it.includes('wrong')))
    })
  })

  describe('to groups of receivers', () => {
    interface Member {
      readonly taken: unknown[]
      cut(): void
      /** Listens again on the same ports. */
      comeBack(): Promise<void>
      readonly links: readonly KeptLink[]
    }
    const member = async (number: number, inTurn: boolean): Promise<Member> => {
      const taken: unknown[] = []
      const accept = (events: readonly {event: unknown}[]) => {
        taken.push(...events.map(it => it.event))
        return Promise.resolve()
      }
      let servers: {port: number; cut(): void}[] = []
      const listen = async (events = 0, login = 0) => {
        const it = eventReceiver({authenticate, accept, log})
        servers = [
          await serve('throttling-events', it.events, events),
          await serve('throttling-events-auth', it.login, login),
        ]
      }
      await listen()
      const [events = 0, login = 0] = servers.map(it => it.port)
      return {
        taken,
        cut: () => servers.forEach(it => it.cut()),
        comeBack: () => listen(events, login),
        links: [
          link('throttling-events', events, {number, inTurn}),
          link('throttling-events-auth', login, {number, inTurn}),
        ],
      }
    }
    const publisherTo = (members: readonly Member[]) =>
      eventPublisher(
        receiversOf(
          members.flatMap(it => it.links),
          'throttling-events',
        ),
        ACCOUNT,
        'gateway-1',
        log,
      )
    /** A group of two that both take events: which of them gets one is the group's affair from here on. */
    const pair = async (inTurn: boolean) => {
      const members = [await member(0, inTurn), await member(0, inTurn)] as const
      const publisher = publisherTo(members)
      await until('both', () => {
        publisher.publish('s', 'warm up')
        return inTurn ? members.every(it => it.taken.length > 0) : members[0].taken.length > 0
      })
      await until('all of it', () => publisher.waiting() === 0)
      for (const it of members) it.taken.length = 0
      return {members, publisher}
    }

    it('loadbalance: in turn', async () => {
      const {members, publisher} = await pair(true)
      for (let i = 0; i < 10; i++) publisher.publish('s', i)
      await until('all of them', () => publisher.waiting() === 0)
      assert.deepEqual(
        members.map(it => it.taken.length),
        [5, 5],
      )
      assert.deepEqual(members.flatMap(it => it.taken).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    })

    it('failover: the first that lives, and the first again when it is back', async () => {
      const {members, publisher} = await pair(false)
      const [first, second] = members
      for (let i = 0; i < 4; i++) publisher.publish('s', i)
      await until('four', () => first.taken.length === 4)
      first.cut()
      await until('the loss', () => first.links[0]?.status().state === 'connecting')
      publisher.publish('s', 4)
      await until('the second', () => second.taken.includes(4))
      await first.comeBack()
      let next = 5
      await until('the first', () => {
        publisher.publish('s', next++)
        return first.taken.length > 4
      })
    })

    for (const inTurn of [true, false]) {
      it(`${inTurn ? 'loadbalance' : 'failover'}: what waits while all are away goes to who comes first`, async () => {
        const {members, publisher} = await pair(inTurn)
        for (const it of members) it.cut()
        await until('the losses', () => members.every(it => it.links[0]?.status().state === 'connecting'))
        for (let i = 0; i < 10; i++) publisher.publish('s', i)
        assert.ok(publisher.waiting() > 0)
        await members[1].comeBack()
        await until('all of them', () => publisher.waiting() === 0)
        assert.deepEqual([...members[1].taken].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      })
    }

    it('every group gets every event', async () => {
      const members = [await member(0, true), await member(1, true)]
      const publisher = publisherTo(members)
      for (let i = 0; i < 5; i++) publisher.publish('s', i)
      await until('all of them', () => publisher.waiting() === 0)
      for (const it of members) assert.deepEqual(it.taken, [0, 1, 2, 3, 4])
    })

    it('a group with another number of logins than of receivers is a mistake that ends the start', () => {
      const links = [
        link('throttling-events', 1, {number: 0, inTurn: true}),
        link('throttling-events', 2, {number: 0, inTurn: true}),
        link('throttling-events-auth', 3, {number: 0, inTurn: true}),
      ]
      for (const it of links) closers.push(() => it.close())
      assert.throws(() => receiversOf(links, 'throttling-events'), {
        name: 'StartFailure',
        message: 'f: key k: 2 addresses for events and 1 to log in at; each receiver needs both, in the same order',
      })
    })
  })

  describe('of a sender whose account is made late', () => {
    const refusals = () => logged.filter(line => line.includes('refused the login')).length
    const start = async () => {
      const state = {known: false, asked: 0, connected: 0, taken: [] as unknown[]}
      const authenticate = () => {
        state.asked++
        return Promise.resolve(state.known)
      }
      const it = eventReceiver({
        authenticate,
        accept: events => Promise.resolve(void state.taken.push(...events.map(({event}) => event))),
        log,
      })
      const server = topicServer(authenticate, () => undefined, log)
      const events = await serve('throttling-events', it.events)
      const login = await serve('throttling-events-auth', it.login)
      const hub = await serve('event-hub', server.serve)
      const links = [link('throttling-events', events.port), link('throttling-events-auth', login.port)]
      const publisher = eventPublisher(receiversOf(links, 'throttling-events'), ACCOUNT, 'gateway-1', log)
      const listener = {message: () => undefined, connected: () => state.connected++}
      subscribeTopics([link('event-hub', hub.port)], ['a'], ACCOUNT, listener, log)
      publisher.publish('s', 1)
      return state
    }
    const untilServed = (state: {taken: unknown[]; connected: number}) =>
      until('the event and the subscription', () => state.taken.length === 1 && state.connected === 1)

    it('are taken as soon as it is there, the refusal is told once', async () => {
      const state = await start()
      await until('both refusals', () => refusals() === 2)
      state.known = true
      await untilServed(state)
      assert.equal(refusals(), 2)
    })

    it('are taken without a word where it comes soon, as in a fresh lab', async () => {
      const state = await start()
      await until('a refusal each', () => state.asked === 2)
      state.known = true
      await untilServed(state)
      assert.equal(refusals(), 0)
    })
  })

  describe('on topics', () => {
    const published: unknown[] = []
    const start = async (port = 0): Promise<{server: TopicServer; port: number; cut(): void}> => {
      const server = topicServer(authenticate, it => void published.push(it), log)
      return {server, ...(await serve('event-hub', server.serve, port))}
    }
    const subscribe = (ports: readonly number[], account = ACCOUNT) => {
      const got: unknown[] = []
      let connected = 0
      const links = ports.map(port => link('event-hub', port))
      const listener = {
        message: (topic: string, payload: unknown) => got.push([topic, payload]),
        connected: () => connected++,
      }
      subscribeTopics(links, ['a', 'b'], account, listener, log)
      return {got, connected: () => connected, links}
    }

    it('reach who subscribed, once, though two servers send them', async () => {
      const [one, two] = [await start(), await start()]
      const {got, connected} = subscribe([one.port, two.port])
      await until('both subscriptions', () => connected() === 2)
      for (const {server} of [one, two]) {
        server.broadcast({topic: 'a', id: '1', payload: {x: 1}})
        server.broadcast({topic: 'other', id: '2', payload: 0})
      }
      one.server.broadcast({topic: 'b', id: '3', payload: 3})
      await until('the messages', () => got.length === 2)
      assert.deepEqual(got, [
        ['a', {x: 1}],
        ['b', 3],
      ])
    })

    it('tell again that they are connected after a loss', async () => {
      const first = await start()
      const {got, connected} = subscribe([first.port])
      await until('the subscription', () => connected() === 1)
      first.cut()
      const second = await start(first.port)
      await until('the next one', () => connected() === 2)
      second.server.broadcast({topic: 'a', id: '9', payload: 9})
      await until('the message', () => got.length === 1)
    })

    it('are for who has an account', async () => {
      const {port, server} = await start()
      const {got, connected} = subscribe([port], {username: 'admin', password: 'wrong'})
      await until('the refusal', () => logged.some(it => it.includes('refused the login')))
      server.broadcast({topic: 'a', id: '1', payload: 1})
      assert.deepEqual([got, connected()], [[], 0])
    })

    it('take what another server publishes', async () => {
      const {port} = await start()
      const {connected, links} = subscribe([port])
      await until('the subscription', () => connected() === 1)
      links[0]?.channel()?.send({type: 'publish', topic: 'a', id: '7', payload: 7})
      await until('it', () => published.length === 1)
      assert.deepEqual(published, [{topic: 'a', id: '7', payload: 7}])
    })
  })
})
