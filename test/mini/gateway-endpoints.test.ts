import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import {digestAuthorization} from '../../src/mini/components/gateway/digest.js'
import type {EndpointGroup} from '../../src/mini/hub/deployment.js'
import type {AskOptions} from '../support/ask.js'
import {httpServed, makeGatewayLab, mapping, readAll, type GatewayLab, type Served} from './support/gateway-lab.js'
import {until} from './support/until.js'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const ACCOUNT = {username: 'joe', password: 'pass'}
const NONCE = 'n0nce'

/** Checks a digest as a backend does (RFC 7616, MD5 and qop=auth). */
const isRight = ({method = '', url = '', headers}: IncomingMessage): boolean => {
  const given = headers.authorization ?? ''
  const of = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(given)?.[1] ?? ''
  const own = md5(`${ACCOUNT.username}:shop:${ACCOUNT.password}`)
  const asked = md5(`${method}:${url}`)
  const expected = md5(`${own}:${NONCE}:${of('nc')}:${of('cnonce')}:auth:${asked}`)
  return given.startsWith('Digest ') && of('response') === expected && of('uri') === url
}

describe('mini: how a gateway treats an endpoint', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served
  const seen: {method: string; authorization: string | undefined; other: unknown; body: string}[] = []

  before(async () => {
    lab = await makeGatewayLab()
    backend = await httpServed((request, response) => {
      void readAll(request).then(body => {
        const {authorization} = request.headers
        seen.push({method: request.method ?? '', authorization, other: request.headers['x-own'], body: body.toString()})
        if (request.url?.startsWith('/digest') && !isRight(request)) {
          response.writeHead(401, {
            'www-authenticate': `Digest realm="shop", qop="auth,auth-int", nonce="${NONCE}", opaque="o"`,
          })
          return response.end()
        }
        response.end('served')
      })
    })
    await lab.start()
    await lab.ready()
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })
  beforeEach(() => void (seen.length = 0))

  const at = (path: string) => `http://localhost:${backend.port}${path}`
  const SANDBOX = {azp: 'key-2'}

  it('logs in with a name and a password, each kind of key with its own', async () => {
    const api = await lab.deploy({
      endpoints: {production: at('/a'), sandbox: at('/b')},
      authorizationHeader: 'X-Own',
      security: {production: {type: 'BASIC', ...ACCOUNT}},
    })
    const headers = {authorization: 'Bearer of-the-client'}
    const bearer = (token: string) => ({headers: {...headers, 'x-own': `Bearer ${token}`}})
    await until('the subscription', async () => (await lab.ask(8243, api.context, bearer(lab.token()))).status === 200)
    seen.length = 0
    assert.equal((await lab.ask(8243, api.context, bearer(lab.token()))).status, 200)
    assert.equal((await lab.ask(8243, api.context, bearer(lab.token(SANDBOX)))).status, 200)
    const basic = `Basic ${Buffer.from('joe:pass').toString('base64')}`
    assert.deepEqual(
      seen.map(it => [it.authorization, it.other]),
      [
        [basic, undefined],
        ['Bearer of-the-client', undefined],
      ],
    )
  })

  for (const [method, body] of [
    ['GET', undefined],
    ['POST', 'hello'],
  ] as const) {
    it(`logs in by digest: ${method}`, async () => {
      const api = await lab.deploy({
        endpoints: {production: at('/digest')},
        security: {production: {type: 'DIGEST', ...ACCOUNT}},
      })
      // What waits for the API calls it too.
      seen.length = 0
      const options = {method, bearer: lab.token(), ...(body !== undefined && {body})}
      const answer = await lab.ask(8243, `${api.context}/x?y=1`, options)
      assert.equal(answer.status, 200)
      assert.equal(answer.text, 'served')
      assert.deepEqual(
        seen.map(it => it.body),
        ['', body ?? ''],
        'the challenge is asked for without the body',
      )
    })
  }

  it('passes a refusal of the backend on, and calls one that wants no login as it is', async () => {
    const security = {production: {type: 'DIGEST', username: 'joe', password: 'wrong'}} as const
    const refused = await lab.deploy({endpoints: {production: at('/digest')}, security})
    assert.equal((await lab.ask(8243, refused.context, {bearer: lab.token()})).status, 401)
    const open = await lab.deploy({endpoints: {production: at('/open')}, security})
    assert.equal((await lab.ask(8243, open.context, {bearer: lab.token()})).text, 'served')
    const away = await lab.deploy({endpoints: {production: 'http://localhost:1/'}, security})
    const answer = await lab.ask(8243, away.context, {bearer: lab.token()})
    assert.deepEqual([answer.status, answer.body.fault.code], [503, 101503])
  })

  it('answers the digest of RFC 7616', () => {
    const challenge =
      'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
      'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    const account = {username: 'Mufasa', password: 'Circle of Life'}
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
    const header = digestAuthorization(challenge, account, 'GET', '/dir/index.html', cnonce)
    assert.match(header ?? '', /response="8ca523f5e9506fed4657c9700eebdbec"/)
    assert.match(
      digestAuthorization(challenge.replace('MD5', 'SHA-256'), account, 'GET', '/dir/index.html', cnonce) ?? '',
      /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/,
    )
    for (const other of ['Basic realm="a"', 'Digest nonce="a", algorithm=MD9', 'Digest nonce="a", qop="auth-int"']) {
      assert.equal(digestAuthorization(other, account, 'GET', '/'), undefined, other)
    }
  })

  it('takes no more calls a second than maxTps, of each kind of key', async () => {
    const api = await lab.deploy({endpoints: {production: at('/a'), sandbox: at('/b')}, maxTps: {production: 2}})
    const ask = (token: string) => lab.ask(8243, api.context, {bearer: token})
    // One second has at most two, however the clock falls: of seven in a burst of less than two seconds some are refused.
    const answers = await Promise.all(Array.from({length: 7}, () => ask(lab.token())))
    const refused = answers.filter(it => it.status === 503)
    assert.ok(refused.length >= 1 && answers.some(it => it.status === 200))
    assert.equal(refused[0]?.body.fault.code, 900801)
    assert.equal(refused[0].body.fault.message, 'API Limit Reached')
    const sandbox = await Promise.all(Array.from({length: 7}, () => ask(lab.token(SANDBOX))))
    assert.ok(sandbox.every(it => it.status === 200))
  })

  describe('several endpoints', () => {
    const DEAD = 'http://localhost:1/'
    const open = ['GET', 'POST'].map(verb => mapping(verb, '/*', {authScheme: 'None'}))
    const hosts: string[] = []
    let twins: Served[]
    before(async () => {
      twins = await Promise.all(
        ['one', 'two'].map(name =>
          httpServed((request, response) => {
            void readAll(request).then(body => {
              hosts.push(name)
              if (request.url?.includes('slow')) return
              response.end(`${name} ${body.toString()}`)
            })
          }),
        ),
      )
    })
    after(() => Promise.all(twins.map(it => it.stop())))
    const urls = () => twins.map(it => `http://localhost:${it.port}`)
    const deploy = async (production: EndpointGroup) => {
      const [first] = production.members
      const api = await lab.deploy({urlMappings: open, endpoints: {production: first!.url}, groups: {production}})
      hosts.length = 0
      return (path = '', options: AskOptions = {}) => lab.ask(8243, `${api.context}/x${path}`, options)
    }
    const group = (members: readonly string[], more: Partial<EndpointGroup> = {}): EndpointGroup => ({
      kind: 'load_balance',
      failsOver: true,
      members: members.map(url => ({url})),
      ...more,
    })

    it('are called in turn', async () => {
      const call = await deploy(group(urls()))
      const texts: string[] = []
      for (let i = 0; i < 4; i++) texts.push((await call()).text.trim())
      assert.deepEqual([texts[0], texts[1]].toSorted(), ['one', 'two'])
      assert.deepEqual(texts.slice(2), texts.slice(0, 2))
    })

    it('go on without one that fails, which is then left alone, also with a body', async () => {
      const call = await deploy(group([DEAD, ...urls()]))
      for (let i = 0; i < 6; i++) {
        const {status, text} = await call('', {method: 'POST', body: 'body'})
        assert.deepEqual([status, text.slice(4)], [200, 'body'])
      }
      assert.deepEqual([...new Set(hosts)].toSorted(), ['one', 'two'])
    })

    it('of which none is ready answer 303000', async () => {
      const call = await deploy(group([DEAD, DEAD], {kind: 'failover'}))
      const first = await call()
      // What waited for the API may have been the first to find them dead.
      assert.ok([101503, 303000].includes(first.body.fault.code))
      const {status, body} = await call()
      assert.deepEqual([status, body.fault.code], [503, 303000])
    })

    it('stand in for the first, in their order, and the first comes back', async () => {
      const [one = '', two = ''] = urls()
      const suspension = {codes: [], initial: 200, factor: 1, most: 200}
      const call = await deploy({
        kind: 'failover',
        failsOver: true,
        members: [{url: one, rules: {suspension}}, {url: two}],
      })
      assert.equal((await call()).text, 'one ')
      await twins[0]!.stop()
      assert.equal((await call()).text, 'two ')
      await twins[0]!.start()
      await until('the first', async () => (await call()).text === 'one ')
    })

    it('that do not fail over answer with the fault', async () => {
      const call = await deploy(group([DEAD, DEAD, ...urls()], {failsOver: false}))
      const codes = new Set<unknown>()
      for (let i = 0; i < 4; i++) {
        const {status, body} = await call()
        codes.add(status === 200 ? 200 : body.fault.code)
      }
      assert.ok(codes.has(200), [...codes].join())
    })

    it('an endpoint with a timeout of its own is given up by it, and only a code that is named suspends it', async () => {
      const [url = ''] = urls()
      const suspension = {codes: [101503], initial: 60_000, factor: 1, most: 60_000}
      const call = await deploy({
        kind: 'failover',
        failsOver: true,
        members: [{url, rules: {timeout: 150, suspension}}],
      })
      assert.equal((await call('/slow')).body.fault.code, 101504)
      assert.equal((await call()).status, 200)
    })

    it('a single one with retries is left alone after them', async () => {
      const suspension = {codes: [], initial: 60_000, factor: 1, most: 60_000}
      const [url = ''] = urls()
      const call = await deploy({
        kind: 'failover',
        failsOver: true,
        members: [{url, rules: {timeout: 150, suspension, retry: {codes: [101504], times: 2, delay: 0}}}],
      })
      const codes: unknown[] = []
      for (let i = 0; i < 4; i++) codes.push((await call('/slow')).body.fault.code)
      assert.deepEqual(codes, [101504, 101504, 101504, 303001])
      // What is deployed besides changes nothing of it.
      await deploy(group(urls()))
      assert.equal((await call('/slow')).body.fault.code, 303001)
    })
  })
})
