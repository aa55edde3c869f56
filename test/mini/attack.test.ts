import assert from 'node:assert/strict'
import {createHmac, createPublicKey, generateKeyPairSync, sign} from 'node:crypto'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import type {ApiLife, Keys} from '../support/api-life.js'
import {inParallel, noteRoutes, rawly, stranger, tryIt} from './support/attack.js'
import type {AskOptions} from '../support/ask.js'
import {inLab} from './support/running-lab.js'
import {eventSender} from './support/event-sender.js'
import {multipart} from '../support/multipart.js'
import {hubClient} from './support/hub-client.js'
import {seedToken, seedUser} from './support/seed.js'
import {until} from './support/until.js'

const GARBAGE = fileURLToPath(new URL('support/garbage.ts', import.meta.url))
const NODES = [
  'key-manager-1',
  'traffic-manager-1',
  'publisher-1',
  'devportal-1',
  'gateway-1',
  'analytics-worker-1',
  'analytics-dashboard-1',
]
const STORE = '/api/am/store/v1'
const PUBLISHER = '/api/am/publisher/v1'
const XSS = '<script>alert(1)</script>'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('mini: attacks', function () {
  this.timeout(60_000)
  const routes = noteRoutes()
  const {databases, cluster, served, life} = inLab()
  let keys: Keys
  let made: Awaited<ReturnType<ApiLife['ready']>>

  before(async () => {
    made = await life.ready({name: 'Pizza', context: '/pizza', url: served.url, more: {description: XSS, tags: [XSS]}})
    ;({keys} = made)
    await seedUser(databases, 'plain', 'plain-password', [])
    await until('a call', async () => (await call(keys.token)).status === 200)
  })
  afterEach(() => {
    for (const name of NODES) {
      const errors = cluster.log(name).filter(it => it.startsWith('ERROR') && !it.includes('refused the login'))
      assert.deepEqual(errors.slice(0, 5), [], name)
      assert.ok(cluster.node(name).health().ready, name)
    }
  })
  const ask = (component: string, path: string, options: AskOptions = {}) =>
    tryIt(cluster.port(`${component}-1`, 9763), options.method ?? 'GET', path, options)
  const call = (bearer: string) => tryIt(cluster.port('gateway-1', 8280), 'GET', '/pizza/1.0.0/x', {bearer})

  describe('tokens', () => {
    const forgeries = () => {
      const [head = '', body = '', signature = ''] = keys.token.split('.')
      const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
      const {publicKey, privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048})
      const pem = publicKey.export({type: 'spki', format: 'pem'}).toString()
      const signed = (h: unknown, c: unknown) => {
        const text = `${part(h)}.${part(c)}`
        return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
      }
      const hmac = (key: string) => {
        const text = `${part({...header, alg: 'HS256'})}.${body}`
        return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
      }
      return {
        'alg none': `${part({...header, alg: 'none'})}.${body}.`,
        'alg None with a signature': `${part({...header, alg: 'None'})}.${body}.${signature}`,
        'HS256 with a public key': hmac(pem),
        'another key': signed(header, claims),
        'its own key in the header': signed({...header, jwk: createPublicKey(pem).export({format: 'jwk'})}, claims),
        'a kid that is a path': signed({...header, kid: '../../../../dev/null'}, claims),
        'a jku': signed({...header, jku: 'http://localhost:1/'}, claims),
        'another issuer': `${head}.${part({...claims, iss: 'https://evil.example/oauth2/token'})}.${signature}`,
        'a later end': `${head}.${part({...claims, exp: 9_999_999_999})}.${signature}`,
        truncated: keys.token.slice(0, -10),
        'without signature': `${head}.${body}.`,
        'two parts': `${head}.${body}`,
        'four parts': `${keys.token}.x`,
        'no JSON': `${Buffer.from('x').toString('base64url')}.${body}.${signature}`,
        'null for claims': `${head}.${part(null)}.${signature}`,
        'a jti of SQL': `${head}.${part({...claims, jti: "' OR 1=1 --"})}.${signature}`,
        'a percent': '%00%2e',
        'only dots': '...',
      }
    }

    it('that are forged are 401 everywhere', async () => {
      for (const [what, token] of Object.entries(forgeries())) {
        assert.equal((await call(token)).status, 401, `gateway: ${what}`)
        assert.equal((await ask('publisher', `${PUBLISHER}/apis`, {bearer: token})).status, 401, `publisher: ${what}`)
        assert.equal((await ask('devportal', `${STORE}/applications`, {bearer: token})).status, 401, `store: ${what}`)
        assert.equal((await ask('key-manager', '/oauth2/userinfo', {bearer: token})).status, 401, `userinfo: ${what}`)
        const asked = await ask('key-manager', '/oauth2/introspect', {
          method: 'POST',
          form: {token},
          basic: 'admin:admin',
        })
        assert.deepEqual([asked.status, asked.body], [200, {active: false}], what)
      }
      assert.equal((await call(keys.token)).status, 200)
    })

    it('of 100 KB, or with a NUL, end with 431 and 400', async () => {
      for (const [name, table] of [
        ['gateway-1', 8280],
        ['publisher-1', 9763],
        ['analytics-worker-1', 7071],
      ] as const) {
        const port = cluster.port(name, table)
        const head = (token: string) =>
          `GET /pizza/1.0.0/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`
        assert.match((await rawly(port, head('a'.repeat(100_000)))).text, /^HTTP\/1\.1 431 /, name)
        assert.match((await rawly(port, head('a\0b'))).text, /^HTTP\/1\.1 400 /, name)
      }
    })
  })

  describe('HTTP', () => {
    const PORTS = [
      ['publisher-1', 9763],
      ['gateway-1', 8280],
      ['gateway-1', 9099],
      ['analytics-worker-1', 7071],
    ] as const
    const each = (work: (port: number, what: string) => Promise<void>) =>
      Promise.all(PORTS.map(([name, table]) => work(cluster.port(name, table), `${name} ${table}`)))

    it('that could be read in two ways is refused and the connection closed', async () => {
      const start = 'POST /oauth2/token HTTP/1.1\r\nHost: x\r\n'
      const smuggled = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'
      for (const text of [
        `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
        `${start}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd${smuggled}`,
        `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
        `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
        `${start}Content-Length: -1\r\n\r\n${smuggled}`,
        `${start}Content-Length: 1e1\r\n\r\n${smuggled}`,
        `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n${smuggled}`,
        `${start} folded: x\r\n\r\n${smuggled}`,
        `${start}a b: x\r\n\r\n${smuggled}`,
        `GET / HTTP/9.9\r\nHost: x\r\n\r\n${smuggled}`,
        'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n',
        `${'x'.repeat(20_000)}\r\n\r\n`,
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      ]) {
        await each(async (port, what) => {
          const {text: answer, open} = await rawly(port, text)
          assert.match(answer, /^HTTP\/1\.1 4\d\d /, `${what}: ${text.slice(0, 90)}: ${answer.slice(0, 90)}`)
          // What stands where a second request would begin is not taken for one.
          const [, ...after] = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
          assert.ok(
            after.every(it => it === '400'),
            `${what}: ${text.slice(0, 90)}`,
          )
          assert.ok(!open, `${what} stays open after ${text.slice(0, 90)}`)
        })
      }
    })

    it('pipelined: each gets its answer, in order', async () => {
      const port = cluster.port('publisher-1', 9763)
      const one = 'GET /services/Version HTTP/1.1\r\nHost: x\r\n\r\n'
      const last = 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
      const {text} = await rawly(port, `${one.repeat(50)}${last}`)
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
      assert.deepEqual(statuses, [...Array<string>(50).fill('200'), '404'])
    })

    it('HEAD, OPTIONS and methods that are none', async () => {
      for (const [method, status] of [
        ['HEAD', 200],
        ['OPTIONS', 405],
        ['TRACE', 405],
        ['PROPFIND', 405],
      ] as const) {
        const {status: found, text} = await ask('publisher', '/services/Version', {method})
        assert.equal(found, status, method)
        if (method === 'HEAD') assert.equal(text, '')
      }
      const {text} = await rawly(cluster.port('publisher-1', 9763), 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n')
      assert.match(text, /^HTTP\/1\.1 400 /)
      await each(async port => {
        const {text: connected} = await rawly(port, 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n', {
          wait: 1_000,
        })
        assert.doesNotMatch(connected, /^HTTP\/1\.1 2/)
      })
    })

    it('clients that send a little and wait hold up nobody', async () => {
      const port = cluster.port('publisher-1', 9763)
      const head =
        'POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n'
      const slow = Array.from({length: 300}, (_, i) =>
        rawly(port, i % 2 === 0 ? head : `${head}\r\ngrant_`, {wait: 2_000}),
      )
      assert.equal((await ask('publisher', '/services/Version')).status, 200)
      assert.equal((await ask('publisher', `${PUBLISHER}/apis`, {bearer: life.token})).status, 200)
      await Promise.all(slow)
      assert.ok(
        !cluster.log('publisher-1').some(it => it.includes('a dependency is unreachable')),
        'a broken body is no outage',
      )
    })

    it('a thousand bodies that come slowly take a part of the memory, and the rest are told to come again', async () => {
      const port = cluster.port('key-manager-1', 9763)
      const size = 1_000_000
      const head = `POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${size}\r\n\r\n`
      const before = process.memoryUsage().arrayBuffers
      const slow = Array.from({length: 100}, () => rawly(port, head + 'x'.repeat(size - 10), {wait: 4_000}))
      const answers = await Promise.all(slow)
      const grown = (process.memoryUsage().arrayBuffers - before) / 1024 / 1024
      assert.ok(grown < 64, `memory grew by ${grown} MB`)
      assert.ok(answers.filter(({open}) => !open).length > 50)
      assert.ok(await life.appToken(keys))
    })

    it('10 MB are 413 wherever a body is read', async () => {
      const big = Buffer.alloc(10 * 1024 * 1024, 0x61)
      const heap = () => process.memoryUsage().arrayBuffers
      const before = heap()
      const targets: readonly [string, string, string, AskOptions][] = [
        ['publisher', 'POST', `${PUBLISHER}/apis`, {bearer: life.token}],
        ['devportal', 'POST', `${STORE}/applications`, {bearer: life.token}],
        ['devportal', 'POST', '/api/identity/user/v1.0/me', {}],
        ['key-manager', 'POST', '/client-registration/v0.17/register', {basic: 'admin:admin'}],
        ['traffic-manager', 'POST', '/internal/data/v1/notify', {basic: 'admin:admin'}],
        ['gateway', 'POST', '/services/APIGatewayAdmin', {basic: 'admin:admin'}],
        ['gateway', 'POST', '/am/sample/pizzashack/v1/api/order', {}],
      ]
      for (const [component, method, path, options] of targets) {
        const headers = {'content-type': 'application/json'}
        const answer = await ask(component, path, {...options, method, body: big, headers}).catch(
          (error: NodeJS.ErrnoException) => ({status: error.code}),
        )
        // The server may close before the client has read its answer.
        assert.ok(
          [413, 'EPIPE', 'ECONNRESET'].includes(answer.status as never),
          `${component} ${path}: ${answer.status}`,
        )
      }
      assert.ok(heap() - before < 64 * 1024 * 1024)
    })
  })

  describe('wire ports', () => {
    const WIRE = [
      ['traffic-manager-1', 5672, false],
      ['traffic-manager-1', 9611, false],
      ['traffic-manager-1', 9711, true],
      ['analytics-worker-1', 7612, false],
      ['analytics-worker-1', 7712, true],
    ] as const
    const line = (value: unknown) => `${JSON.stringify(value)}\n`
    const garbage: readonly (readonly [string, string | Buffer])[] = [
      ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
      ['bytes', Buffer.from([0, 255, 254, 10, 0, 10])],
      ['AMQP', 'AMQP\0\0\x09\x01\n'],
      ['a list', '[1]\n'],
      ['a line without end', 'x'.repeat(2 * 1024 * 1024)],
      ['a deep line', `${'['.repeat(100_000)}\n`],
      ['events without a session', line({type: 'event', id: 1, stream: 'x', event: {}})],
      ['messages without a login', line({type: 'publish', topic: 'throttleData', id: 'x', payload: {}})],
    ]
    const harmless: readonly (readonly [string, string])[] = [
      ['no type', line({})],
      ['a type that is none', line({type: {}})],
      ['__proto__', '{"__proto__": {"type": "login"}}\n'],
      ['constructor', line({type: 'constructor'})],
      ['an unknown session', line({type: 'attach', session: 'x', sender: 'gateway-1'})],
      ['a session that is no text', line({type: 'attach', session: {}, sender: 7})],
      ['a wrong password', line({type: 'login', username: 'admin', password: 'x'})],
      ['SQL', line({type: 'login', username: "admin' OR 1=1 --", password: "' OR '1'='1"})],
      ['NUL and emoji', line({type: 'login', username: 'a\0\u{1f355}', password: '\u{1f355}'})],
      ['a wrong subscription', line({type: 'subscribe', topics: ['throttleData'], username: 'admin', password: 'x'})],
      ['errors', line({type: 'error', message: 'x'}).repeat(100)],
    ]

    it('end a connection that brings garbage, with a reason, and take none of it', async () => {
      const cases = WIRE.flatMap(it => garbage.map(([what, bytes]) => ({it, what, bytes})))
      await inParallel(cases, async ({it: [name, table, tls], what, bytes}) => {
        const {text, open} = await rawly(cluster.port(name, table), bytes, {tls, wait: 5_000})
        if (what.startsWith('events') || what.startsWith('messages')) assert.doesNotMatch(text, /"ack"/)
        else assert.ok(!open, `${name} ${table}: ${what}`)
        assert.doesNotMatch(text, /\n\s+at |SELECT/, what)
      })
    })

    it('let nobody in by odd messages', async () => {
      const cases = WIRE.flatMap(it => harmless.map(([what, bytes]) => ({it, what, bytes})))
      await inParallel(cases, async ({it: [name, table, tls], what, bytes}) => {
        const {text} = await rawly(cluster.port(name, table), bytes, {tls, wait: 700})
        assert.doesNotMatch(text, /"type":"(session|attached|subscribed|ack|message)"/, `${name} ${table}: ${what}`)
      })
    })

    it('let in administrators only: everyone can sign up', async () => {
      const login = (username: string, password: string) => [
        rawly(cluster.port('traffic-manager-1', 9711), line({type: 'login', username, password}), {
          tls: true,
          wait: 1_500,
        }),
        rawly(
          cluster.port('traffic-manager-1', 5672),
          line({type: 'subscribe', topics: ['tokenRevocation'], username, password}),
          {wait: 1_500},
        ),
      ]
      for (const {text} of await Promise.all(login('plain', 'plain-password'))) assert.match(text, /"type":"refused"/)
      for (const {text} of await Promise.all(login('admin', 'admin')))
        assert.match(text, /"type":"(session|subscribed)"/)
    })

    it('serve on with 500 idle strangers connected', async () => {
      const port = cluster.port('traffic-manager-1', 9611)
      const strangers = Array.from({length: 500}, () => stranger(port))
      const staying = () => strangers.filter(({seen}) => seen.open)
      await until(
        '64 that stay, all greeted',
        () => staying().length === 64 && staying().every(({seen}) => seen.text.includes('apim-lab-mini')),
        20_000,
      )
      assert.equal((await call(keys.token)).status, 200)
      assert.equal(staying().length, 64)
      for (const it of strangers) it.leave()
    })

    it('survive a thousand connections with a megabyte of garbage each, and let nodes log in meanwhile', async function () {
      this.timeout(180_000)
      let peak = 0
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
      const before = process.memoryUsage.rss()
      const garbagePorts = WIRE.map(([name, table, tls]) => `${cluster.port(name, table)}${tls ? '/tls' : ''}`)
      const attacker = execa(process.execPath, ['--import=tsx', GARBAGE, ...garbagePorts])
      let over = false
      const attack = attacker.finally(() => (over = true))
      attack.catch(() => undefined)
      let logins = 0
      const tm = (table: number) => cluster.port('traffic-manager-1', table)
      const worker = (table: number) => cluster.port('analytics-worker-1', table)
      const admin = {username: 'admin', password: 'admin'}
      while (!over) {
        const name = `honest-${++logins}`
        const hub = hubClient([{topics: tm(5672), events: tm(9611), login: tm(9711)}], admin, name)
        const sender = eventSender('analytics-events', {events: worker(7612), login: worker(7712)}, admin, name)
        sender.publish('x', {})
        hub.say('notification', {eventType: 'X', timestamp: 1, tenantDomain: 'carbon.super', event: {}}, name)
        await until(`the logins of ${name}`, () => hub.subscribed() > 0 && sender.waiting() === 0, 30_000)
        await until(`the event of ${name}`, () => hub.publisher.waiting() === 0, 30_000)
        const served = await cluster.ask('gateway-1', 8243, '/pizza/1.0.0/x', {bearer: keys.token})
        assert.equal(served.status, 200)
        hub.close()
        sender.close()
      }
      clearInterval(watch)
      assert.match((await attack).stdout, /done/)
      assert.ok(logins > 1, `only ${logins} logins meanwhile`)
      const grown = Math.round((peak - before) / 1024 / 1024)
      assert.ok(grown < 150, `memory grew by ${grown} MB`)
      const gateway = cluster.node('gateway-1').health()
      const lost = gateway.links.filter(({state}) => state !== 'connected')
      assert.deepEqual(lost, [])
    })
  })

  describe('secrets', () => {
    const secrets = () => {
      const {consumerSecret, token} = keys
      return {
        'a client secret': consumerSecret,
        'a token': token,
        "the admin's token": life.token,
        'a password': 'plain-password',
      }
    }

    it('are in no log', () => {
      for (const name of NODES) {
        const text = cluster.log(name).join('\n')
        for (const [what, secret] of Object.entries(secrets())) assert.ok(!text.includes(secret), `${what}: ${name}`)
      }
    })

    it('are in no file that a node writes', () => {
      const files = (folder: string): string[] =>
        readdirSync(folder, {withFileTypes: true}).flatMap(it =>
          it.isDirectory() ? files(join(folder, it.name)) : it.isFile() ? [join(folder, it.name)] : [],
        )
      for (const name of NODES) {
        for (const file of files(cluster.home(name).path)) {
          const text = readFileSync(file, 'latin1')
          for (const [what, secret] of Object.entries(secrets())) assert.ok(!text.includes(secret), `${what}: ${file}`)
          if (/hub-data\.json|synapse-configs.*\/api\//.test(file)) {
            assert.equal(statSync(file).mode & 0o077, 0, `others can read ${file}`)
            assert.doesNotMatch(text, /password/i, file)
          }
        }
      }
    })

    // Where the product has them too, unless it is told to keep hashes.
    const KEEPERS = ['IDN_OAUTH_CONSUMER_APPS', 'IDN_OAUTH2_ACCESS_TOKEN']

    it('are in no table but those of clients and tokens', async () => {
      for (const name of ['apimgtdb', 'shareddb', 'statistics', 'permissions', 'dashboard', 'rules'] as const) {
        for (const row of await databases.query(name, 'SHOW TABLES')) {
          const [table] = Object.values(row)
          if (KEEPERS.includes(String(table))) continue
          const lines = await databases.query(name, `SELECT * FROM ${String(table)} LIMIT 1000`)
          const text = lines
            .flatMap(it => Object.values(it))
            .map(it => (Buffer.isBuffer(it) ? it.toString('latin1') : String(it)))
            .join('\n')
          for (const [what, secret] of Object.entries(secrets())) {
            assert.ok(!text.includes(secret), `${what}: ${String(table)}`)
          }
        }
      }
    })
  })

  describe('pages', () => {
    const SITES = [
      ['publisher', 9763, '/publisher'],
      ['devportal', 9763, '/devportal'],
      ['analytics-dashboard', 9092, '/analytics-dashboard'],
    ] as const
    const at = (name: string, table: number, path: string, options: AskOptions = {}) =>
      tryIt(cluster.port(`${name}-1`, table), options.method ?? 'GET', path, options)
    const login = (name: string, table: number, base: string, next: string, password = 'admin', username = 'admin') =>
      at(name, table, `${base}/login`, {method: 'POST', form: {username, password, next}})

    for (const [name, table, base] of SITES) {
      it(`${name}: cookies, redirects and forms`, async () => {
        for (const next of [
          '//evil.example',
          '/\\evil.example',
          'https://evil.example',
          '/\r\nSet-Cookie: a=b',
          '/\u{1f355}',
          '/a\0',
          '@evil.example',
          '.evil.example',
        ]) {
          const {status, headers} = await login(name, table, base, next)
          assert.equal(status, 303, `${next}: ${status}`)
          assert.ok(headers.location === base || headers.location?.startsWith(`${base}/`), String(headers.location))
          const [cookie = '', ...others] = headers['set-cookie'] ?? []
          assert.equal(others.length, 0)
          assert.match(cookie, new RegExp(`; Path=${base}; HttpOnly; Secure; SameSite=Lax; Max-Age=\\d+$`))
        }
        const {headers} = await login(name, table, base, '')
        const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
        const posts = routes.filter(
          it =>
            it.component === name && it.path.startsWith(base) && it.method === 'POST' && !/login|sign-up/.test(it.path),
        )
        assert.ok(posts.length > 0, 'no form is known')
        for (const {method, path} of posts) {
          const url = path.replace(/:apiId/, made.apiId).replace(/:applicationId/, made.applicationId)
          for (const form of [{}, {csrf: 'x'}] as Record<string, string>[]) {
            let {status} = await at(name, table, url, {method, form, headers: {cookie}})
            // A form with files.
            if (status === 415) {
              const sent = await multipart(form)
              status = (await at(name, table, url, {...sent, headers: {...sent.headers, cookie}})).status
            }
            assert.equal(status, 403, `${url} without its token`)
          }
        }
        const wrong = await login(name, table, base, '', 'x')
        const unknown = await login(name, table, base, '', 'x', 'nobody')
        assert.deepEqual([wrong.status, wrong.text], [unknown.status, unknown.text])
      })

      it(`${name}: what others wrote is text`, async () => {
        const {headers} = await login(name, table, base, '')
        const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
        for (const path of [
          base,
          `${base}/apis/${made.apiId}`,
          `${base}?query=${encodeURIComponent(XSS)}`,
          `${base}?api=${encodeURIComponent(XSS)}`,
          `${base}/login?next=${encodeURIComponent(`/"><${XSS}`)}`,
        ]) {
          const {text, headers: answered} = await at(name, table, path, {headers: {cookie}})
          assert.doesNotMatch(text, /<script/i, path)
          if (answered['content-type']?.startsWith('text/html')) {
            assert.match(String(answered['content-security-policy']), /default-src 'none'/, path)
          }
        }
      })
    }

    it('the try-out calls the API only', async () => {
      const {headers} = await login('devportal', 9763, '/devportal', '')
      const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
      const page = await at('devportal', 9763, `/devportal/apis/${made.apiId}`, {headers: {cookie}})
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      for (const path of [
        '/../../../health',
        '/%2e%2e/%2e%2e/other',
        '/..\\..\\other',
        '@evil.example/',
        '//evil.example/../../..',
        '/x\r\nHost: evil.example',
        ':1/x',
      ]) {
        const form = {csrf, method: 'GET', path, token: keys.token}
        const {status, text} = await at('devportal', 9763, `/devportal/apis/${made.apiId}/try`, {
          method: 'POST',
          form,
          headers: {cookie},
        })
        assert.ok(status === 200 || status === 400, `${path}: ${status}`)
        assert.doesNotMatch(text, /waitingFor|startedAt/, path)
      }
    })
  })

  describe('rights', () => {
    it('every REST operation wants a scope', async () => {
      const weak = await seedToken(databases, 'admin', ['openid'])
      const open =
        /store\/v1\/(apis|search|tags|tenants|settings|throttling-policies|key-managers|api-categories)|jwks|well-known/
      const rest = routes.filter(
        ({path}) => path.startsWith('/api/am/') && !open.test(path) && !path.includes('gateway/v1'),
      )
      assert.ok(rest.length > 70)
      await inParallel(
        rest,
        async ({component, method, path}) => {
          const url = path.replace(/:\w+/g, made.apiId)
          const {status} = await ask(component, url, {method, bearer: weak})
          assert.equal(status, 403, `${component} ${method} ${path} without a scope`)
          assert.equal((await ask(component, url, {method})).status, 401, `${component} ${method} ${path}`)
        },
        6,
      )
    })

    it("others' applications, subscriptions and keys stay theirs", async () => {
      const other = await seedToken(databases, 'plain', ['apim:subscribe', 'apim:app_manage', 'apim:sub_manage'])
      const theirs = routes.filter(({path}) => /store\/v1\/(applications|subscriptions)\/:/.test(path))
      assert.ok(theirs.length > 10)
      for (const {method, path} of theirs) {
        const url = path
          .replace(':applicationId', made.applicationId)
          .replace(':subscriptionId', made.subscriptionId)
          .replace(':key', keys.keyMappingId)
        const {status} = await ask('devportal', url, {method, bearer: other, ...(method !== 'GET' && {json: {}})})
        assert.ok([403, 404].includes(status), `${method} ${path}: ${status}`)
      }
      const json = {apiId: made.apiId, applicationId: made.applicationId, throttlingPolicy: 'Unlimited'}
      const {status} = await ask('devportal', `${STORE}/subscriptions`, {method: 'POST', bearer: other, json})
      assert.ok([403, 404].includes(status), String(status))
      assert.equal((await call(keys.token)).status, 200)
    })

    it('ordinary users neither register, nor introspect, nor act as nodes', async () => {
      const basic = 'plain:plain-password'
      const client = {clientName: 'x', owner: 'plain', grantType: 'password'}
      const notice = {
        eventId: 'e',
        revokedToken: 't',
        tokenType: 'JWT',
        expiryTime: 9e15,
        consumerKey: 'c',
        user: 'admin',
        tenantDomain: 'carbon.super',
      }
      const soap = '<e:Envelope><e:Body><retrieveTenants/></e:Body></e:Envelope>'
      const tries: readonly [string, string, AskOptions][] = [
        ['publisher', '/client-registration/v0.17/register', {method: 'POST', json: client}],
        ['key-manager', `/client-registration/v0.17/register/${keys.consumerKey}`, {}],
        ['key-manager', `/keymanager-operations/dcr/register/${keys.consumerKey}`, {}],
        [
          'key-manager',
          `/keymanager-operations/dcr/register/${keys.consumerKey}/regenerate-consumer-secret`,
          {method: 'POST'},
        ],
        ['key-manager', '/keymanager-operations/user-info/claims?username=admin', {}],
        ['key-manager', '/api/identity/oauth2/v1.0/scopes', {}],
        ['key-manager', '/oauth2/introspect', {method: 'POST', form: {token: keys.token}}],
        ['key-manager', '/services/TenantMgtAdminService', {method: 'POST', body: soap}],
        ['traffic-manager', '/internal/data/v1/notify', {method: 'POST', json: notice}],
        ['traffic-manager', '/services/EventProcessorAdminService', {method: 'POST', json: {}}],
        ...routes
          .filter(({path}) => path.startsWith('/internal/data/v1/') && !path.endsWith('notify'))
          .map(({path}) => ['traffic-manager', path, {}] as [string, string, AskOptions]),
      ]
      for (const [component, path, options] of tries) {
        const {status} = await ask(component, path, {...options, basic})
        assert.equal(status, 403, `${component} ${path}`)
        assert.equal((await ask(component, path, {...options, basic: 'plain:x'})).status, 401, `${component} ${path}`)
      }
      assert.equal(
        (await ask('gateway', '/services/APIGatewayAdmin', {method: 'POST', json: {operation: 'list'}, basic})).status,
        401,
      )
    })
  })
})
