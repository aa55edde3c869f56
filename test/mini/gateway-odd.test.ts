import assert from 'node:assert/strict'
import {connect, createServer, type Socket} from 'node:net'
import {makeGatewayLab, mapping, serve, type GatewayLab, type Served} from './support/gateway-lab.js'
import {until} from './support/until.js'

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Messages as they are on the wire, there and back: what HTTP libraries would not send, and what they would not let a test see. */
describe('mini: gateway, odd messages', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served
  let context = ''
  let answer = OK
  /** What came at the backend. */
  let came = ''

  before(async () => {
    lab = await makeGatewayLab(`[passthru_http]\n'http.socket.timeout' = 1000\n`)
    await lab.start()
    await lab.ready()
    backend = await serve(() =>
      createServer((socket: Socket) => {
        socket.on('data', part => {
          const text = part.toString('latin1')
          came += text
          if (answer === '') socket.destroy()
          else if (/^[A-Z]+ \//.test(text)) socket.write(Buffer.from(answer, 'latin1'))
        })
        socket.on('error', () => undefined)
      }),
    )
    const open = [
      ...VERBS.map(verb => mapping(verb, '/*', {authScheme: 'None'})),
      mapping('GET', '/kept', {scopes: ['keys']}),
    ]
    ;({context} = await lab.deploy({urlMappings: open, endpoints: {production: `http://localhost:${backend.port}`}}))
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })
  beforeEach(() => {
    answer = OK
    came = ''
  })

  /** Sends a text to 8280 and gives what has come back once that fits, or the connection ends. */
  const exchange = (text: string, enough: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({port: lab.node().port(8280), host: '127.0.0.1'}, () =>
        socket.write(Buffer.from(text, 'latin1')),
      )
      let got = ''
      socket.on('data', part => {
        got += part.toString('latin1')
        if (enough.test(got)) socket.destroy()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(got))
      socket.setTimeout(5_000, () => socket.destroy(new Error(`nothing more came after: ${got}`)))
    })
  const head = (method: string, version = '1.1') => `${method} ${context}/x HTTP/${version}\r\nHost: gateway\r\n`
  const WHOLE = /\r\n\r\n(ok|\{.*\})$/s
  const GET = () => `${head('GET')}\r\n`
  const POST = () => `${head('POST')}Content-Length: 5\r\n\r\nhello`

  describe('a body is not read as another request', () => {
    const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: backend\r\n\r\n'
    for (const verb of VERBS.filter(it => it !== 'HEAD')) {
      it(`of ${verb}, where Connection names its length`, async () => {
        const framing = `Connection: content-length\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`
        assert.match(await exchange(head(verb) + framing + SMUGGLED, WHOLE), /^HTTP\/1\.1 200 OK\r\n/)
        await until('the whole request', () => came.endsWith(SMUGGLED))
        assert.match(came, new RegExp(`\r\nContent-Length: ${SMUGGLED.length}\r\n`))
      })
    }
    for (const [coding, status] of [
      ['gzip, chunked', 501],
      ['xchunked', 400],
      ['chunked, identity', 400],
    ] as const) {
      it(`in the transfer coding ${coding}: ${status}, and the connection ends`, async () => {
        const text = `${head('POST')}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`
        assert.match(await exchange(text, /never/), new RegExp(`^HTTP/1\\.1 ${status} `))
        assert.equal(came, '')
      })
    }
  })

  describe('trailers that are announced where there can be none are left out', () => {
    const CHUNKED = 'HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: 1\r\n\r\n'
    for (const [what, request, given] of [
      ['of a request with a length', () => `${head('POST')}Trailer: X\r\nContent-Length: 5\r\n\r\nhello`, OK],
      ['of a request without a body', () => `${head('GET')}Trailer: X\r\n\r\n`, OK],
      ['of an answer with a length', GET, OK.replace('\r\n', '\r\nTrailer: X\r\n')],
      ['of an answer with a length to a body', POST, OK.replace('\r\n', '\r\nTrailer: X\r\n')],
      ['of an answer to HTTP/1.0', () => `${head('GET', '1.0')}\r\n`, CHUNKED],
      ['of an answer to a body by HTTP/1.0', () => `${head('POST', '1.0')}Content-Length: 5\r\n\r\nhello`, CHUNKED],
      ['of an answer to HEAD', () => `${head('HEAD')}Connection: close\r\n\r\n`, CHUNKED],
      ['of an answer without a body', POST, 'HTTP/1.1 204 OK\r\nTrailer: X\r\n\r\n'],
    ] as const) {
      it(what, async () => {
        answer = given
        const got = await exchange(request(), /\r\n\r\n(ok)?$/)
        assert.match(got, /^HTTP\/1\.1 20[04] OK\r\n/)
        assert.doesNotMatch(got + came, /trailer/i)
      })
    }
  })

  describe('a backend that answers', () => {
    for (const [what, given, expected] of [
      ['with the status 099', OK.replace('200', '099'), '503 Service Unavailable'],
      ['with the status 000', OK.replace('200', '000'), '503 Service Unavailable'],
      ['with the status 999', OK.replace('200', '999'), '999 OK'],
      ['with a phrase that has control characters', OK.replace('OK', 'a\x01b'), '200 '],
      ['with two lengths', OK.replace('\r\n', '\r\nContent-Length: 3\r\n'), '503 Service Unavailable'],
      ['with a length and chunks', OK.replace('\r\n', '\r\nTransfer-Encoding: chunked\r\n'), '503 Service Unavailable'],
      ['and names its length in Connection', OK.replace('\r\n', '\r\nConnection: content-length\r\n'), '200 OK'],
      [
        'with the upgrade that nobody asked for',
        'HTTP/1.1 101 OK\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
        '503 Service Unavailable',
      ],
      ['more than its length says', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad`, '200 OK'],
    ] as const) {
      for (const [how, request] of [
        ['a call', GET],
        ['a body', POST],
      ] as const) {
        it(`${what} to ${how}: ${expected}`, async () => {
          answer = given
          assert.match(await exchange(request(), WHOLE), new RegExp(`^HTTP/1\\.1 ${expected}`))
          answer = OK
          assert.match(await exchange(request(), WHOLE), /^HTTP\/1\.1 200 OK\r\n/)
        })
      }
    }
  })

  describe('the path', () => {
    const status = async (path: string) => {
      const got = await exchange(`GET ${context}${path} HTTP/1.1\r\nHost: gateway\r\n\r\n`, WHOLE)
      return Number(got.slice(9, 12))
    }
    it('is the same with letters that are encoded, and goes on as it came', async () => {
      assert.deepEqual([await status('/kept'), await status('/%6Bept'), came], [401, 401, ''])
      assert.equal(await status('/%6Bep%2Ft'), 200)
      assert.match(came, /^GET \/%6Bep%2Ft HTTP/)
    })
    it('with a fragment, which a backend would cut off: 400', async () => {
      assert.deepEqual([await status('/kept#x'), came], [400, ''])
    })
  })

  it('a body that the gateway reads itself, and that does not come, ends its connection', async () => {
    const schema = 'type Query { open: String }'
    const {context: graph} = await lab.deploy({apiType: 'GRAPHQL', schema, urlMappings: [mapping('QUERY', 'open')]})
    const text = `POST ${graph} HTTP/1.1\r\nHost: gateway\r\nContent-Length: 9\r\n\r\nhello`
    assert.equal(await exchange(text, /never/), '')
  })

  describe('a connection whose body nobody reads takes the next call', () => {
    const LENGTH = 300_000
    const next = () => head('GET') + 'Connection: close\r\n\r\n'
    const two = async (path: string) => {
      const first = `POST ${path} HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${LENGTH}\r\n\r\n${'a'.repeat(LENGTH)}`
      const got = await exchange(first + next(), /never/)
      return [...got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code))
    }
    it('after the answer of a backend that does not wait for it', async () => {
      answer = OK.replace('200 OK', '413 No').replace('\r\n', '\r\nConnection: close\r\n')
      assert.deepEqual(await two(`${context}/x`), [413, 413])
    })
    it('after a backend that breaks off', async () => {
      answer = ''
      assert.deepEqual(await two(`${context}/x`), [503, 503])
    })
    it('after a refusal', async () => {
      assert.deepEqual(await two('/nothing/here'), [404, 200])
    })
  })
})
