import assert from 'node:assert/strict'
import {createSocket, type Socket} from 'node:dgram'
import {isAway} from '../../../src/mini/http/fault.js'
import {addressesInHosts, addressesOf, lookup} from '../../../src/names/lookup.js'

/** A name server that answers each question with a code (0: an address), or never. */
async function nameServer(answer: number | undefined): Promise<{readonly server: string; readonly socket: Socket}> {
  const socket = createSocket('udp4')
  socket.on('message', (question, {port, address}) => {
    if (answer === undefined) return
    // One question; a response, recursion available; the question as it came (without the additional section).
    const name = question.subarray(12, question.indexOf(0, 12) + 5)
    const isA = name.readUInt16BE(name.length - 4) === 1
    const found = answer === 0 && isA
    const head = Buffer.from(question.subarray(0, 12))
    head.writeUInt16BE(0x8180 | answer, 2)
    head.writeUInt16BE(found ? 1 : 0, 6)
    head.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 7])
    socket.send(Buffer.concat([head, name, ...(found ? [record] : [])]), port, address)
  })
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  return {server: `127.0.0.1:${socket.address().port}`, socket}
}

async function asked(answer: number | undefined, name: string): Promise<unknown> {
  const {server, socket} = await nameServer(answer)
  try {
    return await addressesOf(name, {servers: [server], timeoutMs: 300}).catch((error: unknown) => error)
  } finally {
    socket.close()
  }
}

const NO_ERROR = 0
const SERVER_FAILURE = 2
const NO_SUCH_NAME = 3

describe('names of peers', () => {
  it('are looked for in the hosts file', () => {
    const hosts = '127.0.0.1 localhost\n::1 six both\n# 10.0.0.1 off\n10.0.0.2\tkm  both # and a note\n'
    assert.deepEqual(addressesInHosts(hosts, 'km'), [{address: '10.0.0.2', family: 4}])
    assert.deepEqual(addressesInHosts(hosts, 'six'), [{address: '::1', family: 6}])
    assert.deepEqual(
      addressesInHosts(hosts, 'both').map(({address}) => address),
      ['10.0.0.2', '::1'],
    )
    for (const name of ['off', 'note', '10.0.0.2', '']) assert.deepEqual(addressesInHosts(hosts, name), [], name)
  })

  it('are resolved for both ways of asking', async () => {
    const ask = (all: boolean) =>
      new Promise(resolve => lookup('localhost', {all}, (error, address, family) => resolve([error, address, family])))
    assert.deepEqual(await ask(false), [null, '127.0.0.1', 4])
    assert.deepEqual(await ask(true), [null, [{address: '127.0.0.1', family: 4}], undefined])
  })

  it('are asked of the name server', async () => {
    assert.deepEqual(await asked(NO_ERROR, 'peer.example'), [{address: '192.0.2.7', family: 4}])
  })

  it('that do not exist are told apart from a name server that does not answer or can not', async () => {
    const unknown = await asked(NO_SUCH_NAME, 'no-such-peer.example')
    assert.equal((unknown as NodeJS.ErrnoException).code, 'ENOTFOUND')
    assert.match(String(unknown), /can't resolve no-such-peer.example \(ENOTFOUND\)/)
    for (const answer of [undefined, SERVER_FAILURE]) {
      const silent = await asked(answer, 'no-such-peer.example')
      assert.equal((silent as NodeJS.ErrnoException).code, 'EAI_AGAIN')
      assert.match(String(silent), /the name server does not answer/)
      assert.ok(isAway(silent), 'a peer without a name is away, as one that refuses')
    }
    assert.ok(isAway(unknown))
  })

  it('of a silent server keep none of the few threads that all else needs', async () => {
    const {server, socket} = await nameServer(undefined)
    try {
      const many = Array.from({length: 40}, () =>
        addressesOf('peer.example', {servers: [server], timeoutMs: 400}).catch(() => 'silent'),
      )
      const all = Promise.all(many).then(() => 'all of them')
      // Answered from the hosts file, by a thread of the pool, while the others wait.
      const {lookup: system} = await import('node:dns/promises')
      assert.equal(await Promise.race([system('localhost').then(() => 'localhost'), all]), 'localhost')
      assert.equal(await all, 'all of them')
    } finally {
      socket.close()
    }
  })
})
