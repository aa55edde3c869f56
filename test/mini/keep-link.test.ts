import assert from 'node:assert/strict'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {createSecureContext} from 'node:tls'
import type {LinkKind} from '../../src/mini/config/address.js'
import {backoff} from '../../src/mini/retry.js'
import {keepLink, type KeptLink} from '../../src/mini/links/keep-link.js'
import {greetingPeer, httpsPeer, type Peer} from './support/peers.js'
import {CA_PEM, ELSEWHERE, NODE, STRANGER} from './support/pki.js'
import {until} from './support/until.js'

const options = {
  trust: createSecureContext({ca: CA_PEM}),
  timeout: 300,
  checkEvery: 20,
  pace: {pingEvery: 20, silence: 2_000},
}

describe('mini: a link that is kept', () => {
  const peers: Pick<Peer, 'stop'>[] = []
  const links: KeptLink[] = []
  let logged: string[] = []
  afterEach(async () => {
    for (const link of links.splice(0)) link.close()
    for (const peer of peers.splice(0)) await peer.stop()
    logged = []
  })

  const keep = (kind: LinkKind, port: number, {pace = options.pace, checkEvery = options.checkEvery} = {}) => {
    const host = 'localhost'
    const address = `${kind}://${host}:${port}`
    const link = {
      server: 'traffic-manager',
      purpose: 'test',
      kind,
      service: undefined,
      host,
      port,
      address,
      file: 'f',
      key: 'k',
      required: true,
    } as const
    const kept = keepLink(
      link,
      {...options, pace, checkEvery},
      (level, _, message) => logged.push(`${level} ${message}`),
      () => undefined,
    )
    links.push(kept)
    return kept
  }
  const peer = async <P extends Peer>(made: Promise<P>) => {
    const it = await made
    peers.push(it)
    return it
  }
  const connected = (link: KeptLink) => until('the connection', () => link.status().state === 'connected')
  const failing = (link: KeptLink, detail: RegExp) =>
    until(`a failure like ${detail}`, () => link.status().state === 'connecting' && detail.test(link.status().detail))

  const kinds: [LinkKind, (port?: number) => Promise<Peer>][] = [
    ['https', port => httpsPeer(port)],
    ['tcp', port => greetingPeer('traffic-manager', port)],
    ['tls', port => greetingPeer('traffic-manager', port, NODE)],
  ]
  for (const [kind, make] of kinds) {
    it(`connects over ${kind}, notices the loss and comes back when the peer does`, async () => {
      const first = await peer(make())
      const link = keep(kind, first.port)
      await connected(link)
      const {since} = link.status()
      await first.stop()
      await failing(link, /./)
      assert.equal(link.status().everConnected, true)
      await peer(make(first.port))
      await connected(link)
      assert.ok(link.status().since > since)
      assert.deepEqual(
        logged.map(it => it.replace(/:\/\/.*/, '')),
        [
          `INFO connected to traffic-manager at ${kind}`,
          `WARN lost traffic-manager at ${kind}`,
          `INFO connected to traffic-manager at ${kind}`,
        ],
      )
    })
  }

  it('notices at once that an HTTPS peer ends, however rarely it is checked', async () => {
    const gone = await peer(httpsPeer())
    const link = keep('https', gone.port, {checkEvery: 60_000})
    await connected(link)
    await gone.stop()
    await failing(link, /ECONNREFUSED/)
  })

  it('tells of a new connection to an HTTPS peer that was never away', async () => {
    const it = await peer(httpsPeer())
    const link = keep('https', it.port, {checkEvery: 60_000})
    await connected(link)
    let connections = 0
    link.onConnection(() => connections++)
    it.dropConnections()
    await until('the next connection', () => connections === 2)
    assert.deepEqual(
      logged.filter(line => line.startsWith('WARN')),
      [],
    )
  })

  it('does not ask an HTTPS peer at once again that ends each connection', async () => {
    const it = await peer(httpsPeer(0, {headers: {connection: 'close'}}))
    const link = keep('https', it.port, {checkEvery: 100})
    const start = Date.now()
    await connected(link)
    await until('five checks', () => it.requests() >= 5)
    assert.ok(Date.now() - start >= 300, `five checks in ${Date.now() - start} ms`)
  })

  it('waits for a peer that is not there yet, and says so once', async () => {
    const gone = await peer(greetingPeer('traffic-manager'))
    await gone.stop()
    const link = keep('tcp', gone.port)
    await until('the warning', () => logged.length > 0)
    assert.match(
      logged[0] ?? '',
      /^WARN can't connect to traffic-manager at tcp:\/\/localhost:\d+ \(k\): .*ECONNREFUSED/,
    )
    assert.equal(link.status().everConnected, false)
    await peer(greetingPeer('traffic-manager', gone.port))
    await connected(link)
    assert.equal(logged.filter(it => it.startsWith('WARN')).length, 1)
  })

  it('verifies certificate and host name', async () => {
    await failing(keep('https', (await peer(httpsPeer(0, {certificate: STRANGER}))).port), /self.signed|issuer|verify/i)
    await failing(keep('https', (await peer(httpsPeer(0, {certificate: ELSEWHERE}))).port), /altnames|does not match/i)
    await failing(
      keep('tls', (await peer(greetingPeer('traffic-manager', 0, STRANGER))).port),
      /self.signed|issuer|verify/i,
    )
    await failing(
      keep('tls', (await peer(greetingPeer('traffic-manager', 0, ELSEWHERE))).port),
      /altnames|does not match/i,
    )
  })

  it('takes no other answer for a peer', async () => {
    await failing(keep('https', (await peer(httpsPeer(0, {status: 503}))).port), /answered 503/)
    await failing(
      keep('tcp', (await peer(greetingPeer('gateway'))).port),
      /gateway-1 is a gateway, not a traffic-manager/,
    )
    await failing(keep('tls', (await peer(greetingPeer('traffic-manager'))).port), /./)
  })

  const plain = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets = new Set<Socket>()
    const server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      onConnection(socket)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const {port} = server.address() as AddressInfo
    peers.push({
      stop: async () => {
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    })
    return port
  }

  it('gives up on a peer that accepts and says nothing', async () => {
    const port = await plain(() => undefined)
    await failing(keep('tcp', port), /no greeting in 300 ms/)
    await failing(keep('https', port), /no answer in 300 ms|timeout|hang up/)
  })

  it('does not take garbage for a greeting', async () => {
    await failing(keep('tcp', await plain(socket => socket.write('SSH-2.0-x\r\n'))), /a line is not JSON/)
    await failing(
      keep('tcp', await plain(socket => socket.write('{"protocol":"x"}\n'))),
      /does not speak apim-lab-mini/,
    )
  })

  it('notices a connection that is only half there', async () => {
    const port = await plain(socket => {
      socket.write('{"protocol":"apim-lab-mini/1","component":"traffic-manager","node":"n","port":1,"service":"s"}\n')
    })
    const link = keep('tcp', port, {pace: {pingEvery: 20, silence: 200}})
    await connected(link)
    await until('the loss', () => logged.some(it => /lost .* nothing heard for 200 ms/.test(it)))
  })

  it('tries after 200 ms, then more and more rarely, at least every second', () => {
    assert.deepEqual([1, 2, 3, 6, 7, 100].map(backoff), [200, 300, 450, 1000, 1000, 1000])
  })
})
