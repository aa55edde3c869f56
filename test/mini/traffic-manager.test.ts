import assert from 'node:assert/strict'
import {createServer, type Server} from 'node:https'
import {connect, type AddressInfo} from 'node:net'
import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {PolicyData} from '../../src/mini/hub/data.js'
import {THROTTLE_STREAM, type ThrottleRequest} from '../../src/mini/hub/events.js'
import {LineReader, type Message} from '../../src/mini/wire.js'
import type {AskOptions} from '../support/ask.js'
import {hubClient, type HubClient} from './support/hub-client.js'
import {onMysql} from './support/in-cluster.js'
import {NODE} from './support/pki.js'
import {seedUser} from './support/seed.js'
import {seedData, seedTenant} from './support/tm-seed.js'
import {pauseContainer} from './support/pause.js'
import {until} from './support/until.js'

const ADMIN = 'admin:admin'
const DATA = '/internal/data/v1'
const PUSH = '/services/EventProcessorAdminService'
const NOTIFY = `${DATA}/notify`

/** A key manager's discovery, on the port where the cluster expects it. */
const fakeKeyManager = async (port: number) => {
  const state = {issuer: 'https://key-manager:9443/oauth2/token', status: 200, asked: 0, paths: [] as string[]}
  const server: Server = createServer({key: NODE.key, cert: NODE.cert}, (request, response) => {
    const isVersion = request.url === '/services/Version'
    if (!isVersion) {
      state.asked++
      state.paths.push(request.url ?? '')
    }
    response.writeHead(isVersion ? 200 : state.status, {'content-type': 'application/json'})
    response.end(JSON.stringify({issuer: state.issuer}))
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {state, stop, port: (server.address() as AddressInfo).port}
}

/** A client that says what it likes. Pings are left out of what it heard. */
const rawClient = (port: number) => {
  const messages: Message[] = []
  const reader = new LineReader()
  let closed = false
  const socket = connect(port, '127.0.0.1')
  socket.on('data', chunk => messages.push(...[...reader.push(chunk)].filter(it => it.type !== 'ping')))
  socket.on('close', () => (closed = true)).on('error', () => undefined)
  const send = (line: unknown) => socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
  return {messages, send, isClosed: () => closed, close: () => socket.destroy()}
}

const call = (more: Partial<ThrottleRequest> = {}): ThrottleRequest => ({
  messageID: 'm',
  appKey: '1:admin',
  appTier: 'Unlimited',
  apiKey: '',
  apiTier: '',
  subscriptionKey: '1:/pizza/1.0.0:1.0.0',
  subscriptionTier: 'Unlimited',
  resourceKey: '/pizza/1.0.0/menu:GET',
  resourceTier: 'Unlimited',
  userId: 'admin',
  apiContext: '/pizza/1.0.0',
  apiVersion: '1.0.0',
  apiName: 'pizza',
  appId: 1,
  appTenant: 'carbon.super',
  apiTenant: 'carbon.super',
  timestamp: Date.now(),
  bytes: 0,
  ip: '10.0.0.1',
  ...more,
})

/** Windows of a week: none ends while a test looks. */
const policy = (name: string, count: number, more: Partial<PolicyData> = {}): PolicyData => ({
  id: 100,
  name,
  tenantDomain: 'carbon.super',
  kind: 'APPLICATION',
  quota: {type: 'requestCount', count, unitTime: 1, timeUnit: 'week'},
  ...more,
})

describe('mini: traffic manager', function () {
  this.timeout(60_000)
  const {server, databases, cluster, newCluster, later, close} = onMysql()

  for (const schema of ['mini', 'product'] as const) {
    describe(`on ${schema === 'mini' ? "mini's schema" : "the product's schema"}`, () => {
      let keyManager: Awaited<ReturnType<typeof fakeKeyManager>>
      const clients: HubClient[] = []
      const TMS = ['traffic-manager-1', 'traffic-manager-2'] as const

      before(async () => {
        await newCluster(['key-manager-1', ...TMS], {schema})
        await seedUser(databases, 'admin', 'admin', ['admin'])
        await seedUser(databases, 'reader', 'secret', [])
        await seedTenant(databases, 1, 'example.com')
        await seedData(databases)
        keyManager = await fakeKeyManager(cluster.port('key-manager-1', 9443))
        later(() => keyManager.stop())
        for (const name of TMS) await cluster.start(name)
        await cluster.ready()
      })
      after(close)
      afterEach(() => {
        for (const it of clients.splice(0)) it.close()
      })

      const ports = (name: string) => ({
        topics: cluster.port(name, 5672),
        events: cluster.port(name, 9611),
        login: cluster.port(name, 9711),
      })
      const client = async (names: readonly string[] = TMS, ...more: [{username: string; password: string}?]) => {
        const made = hubClient(names.map(ports), ...more)
        clients.push(made)
        await until('the subscriptions', () => made.subscribed() === names.length)
        return made
      }
      const ask = (path: string, options: AskOptions = {}, name: string = TMS[0]) =>
        cluster.ask(name, 9443, path, {basic: ADMIN, ...options})
      const list = async (path: string, tenant = 'carbon.super') => {
        const answer = await ask(`${DATA}/${path}`, {headers: {xWSO2Tenant: tenant}})
        assert.equal(answer.status, 200, answer.text)
        return answer.body.list
      }
      const deploy = async (it: PolicyData, name: string = TMS[0]) => {
        const answer = await ask(PUSH, {json: {operation: 'deploy', policy: it}}, name)
        assert.deepEqual([answer.status, answer.body], [200, {ok: true}])
      }
      const plans = (name: string = TMS[0]) =>
        readdirSync(join(cluster.home(name).path, 'repository/deployment/server/executionplans'))

      it('counts by a pushed policy and tells every subscriber at once; both traffic managers decide the same', async () => {
        for (const name of TMS) await deploy(policy('TwoAWeek', 2), name)
        const hub = await client()
        const other = await client([TMS[1]])
        for (let i = 0; i < 2; i++) hub.publisher.publish(THROTTLE_STREAM, call({appTier: 'TwoAWeek'}))
        await until('two decisions', () => hub.of('throttleData').length === 2)
        await until('the other', () => other.of('throttleData').length === 1)
        const [first, second] = hub.of('throttleData')
        assert.deepEqual(first, second)
        assert.equal(first?.throttleKey, '1:admin')
        assert.equal(first?.isThrottled, true)
        const left = Number(first?.expiryTimeStamp) - Date.now()
        assert.ok(left > 0 && left <= 7 * 86_400_000)
        assert.equal(hub.publisher.waiting(), 0)
      })

      it('says when the window has ended', async () => {
        const quota = {type: 'requestCount', count: 1, unitTime: 1, timeUnit: 'sec'} as const
        await deploy(policy('OneASecond', 1, {quota}))
        const hub = await client([TMS[0]])
        hub.publisher.publish(THROTTLE_STREAM, call({appTier: 'OneASecond', appKey: 'second'}))
        await until('its end', () => hub.of('throttleData').some(it => it.isThrottled === false))
        const said = hub.of('throttleData').map(it => [it.throttleKey, it.isThrottled])
        assert.deepEqual(said.at(0), ['second', true])
        assert.deepEqual(said.at(-1), ['second', false])
      })

      it('broadcasts what nodes say, once, to those who asked for its topic', async () => {
        const hub = await client()
        const block = {
          id: 1,
          blockingCondition: 'USER',
          conditionValue: 'a',
          state: 'true',
          tenantDomain: 'carbon.super',
        }
        // Both traffic managers get it from its origin, as the same message.
        hub.say('throttleData', block, 'one-id')
        hub.say('throttleData', block, 'one-id')
        hub.say('keyManager', {name: 'x'}, 'another-id')
        await until('both', () => hub.messages.length === 2)
        hub.say('keyManager', {name: 'y'}, 'a-third')
        await until('the last', () => hub.messages.length === 3)
        assert.deepEqual(hub.messages[0], {topic: 'throttleData', payload: block})
        assert.deepEqual(
          hub.of('keyManager').map(it => it.name),
          ['x', 'y'],
        )
      })

      it('forwards what only one of them was told: a revocation is kept, listed and broadcast by both, once', async () => {
        const hub = await client()
        const other = await client([TMS[1]])
        const expiryTime = Date.now() + 3_600_000
        const notice = {
          eventId: `event-${schema}`,
          revokedToken: `jti-${schema}`,
          tokenType: 'JWT',
          expiryTime,
          consumerKey: 'key',
          user: 'admin',
          tenantDomain: 'carbon.super',
        }
        const said = {revokedToken: notice.revokedToken, tokenType: 'JWT', expiryTime}
        const headers = {'X-WSO2-KEY-MANAGER': 'default'}
        for (let i = 0; i < 2; i++) assert.equal((await ask(NOTIFY, {json: notice, headers})).status, 200)
        await until('both at the other', () => other.of('tokenRevocation').length === 2)
        assert.deepEqual(hub.of('tokenRevocation'), [said, said])
        for (const name of TMS) {
          const answer = await ask(`${DATA}/revokedjwt`, {}, name)
          assert.deepEqual(answer.body.list, [said])
        }
      })

      it('expired revocations are neither listed nor kept', async () => {
        const sql =
          'INSERT INTO AM_REVOKED_JWT (UUID, SIGNATURE, EXPIRY_TIMESTAMP, TENANT_ID, TOKEN_TYPE) VALUES (?, ?, ?, -1234, ?)'
        await databases.query('apimgtdb', sql, ['old', 'old-jti', Date.now() - 1_000, 'JWT'])
        const {list: listed} = (await ask(`${DATA}/revokedjwt`)).body
        assert.ok(!JSON.stringify(listed).includes('old-jti'))
        await cluster.stop(TMS[1])
        await cluster.start(TMS[1])
        await until('its removal', async () => {
          const found = await databases.query('apimgtdb', "SELECT 1 FROM AM_REVOKED_JWT WHERE UUID = 'old'")
          return found.length === 0
        })
        await cluster.ready()
      })

      it('takes policies from the database at start and after an event about them', async () => {
        const [{name: known}] = (await list('application-policies')) as [{name: string}]
        assert.equal(known, '10PerMin')
        const hub = await client([TMS[0]])
        await databases.query(
          'apimgtdb',
          "INSERT INTO AM_POLICY_APPLICATION (NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT) VALUES ('FromRows', -1234, 'requestCount', 1, 1, 'week')",
        )
        const before = plans().length
        hub.say(
          'notification',
          {eventType: 'POLICY_CREATE', timestamp: 1, tenantDomain: 'carbon.super', event: {}},
          'policy-event',
        )
        await until('the policy', () => plans().length !== before)
        hub.publisher.publish(THROTTLE_STREAM, call({appTier: 'FromRows', appKey: 'rows'}))
        await until('the decision', () => hub.of('throttleData').some(it => it.throttleKey === 'rows'))
      })

      it('lists what the databases have, for one tenant or for all', async () => {
        const apis = await list('apis')
        assert.deepEqual(apis, [
          {
            apiId: 1,
            uuid: 'uuid-pizza',
            name: 'Pizza',
            version: '1.0.0',
            context: '/pizza/1.0.0',
            provider: 'admin',
            policy: null,
            apiType: 'HTTP',
            status: 'PUBLISHED',
            isDefaultVersion: true,
            tenantDomain: 'carbon.super',
            urlMappings: [
              {
                httpMethod: 'GET',
                urlPattern: '/menu',
                authScheme: 'Any',
                throttlingPolicy: 'Unlimited',
                scopes: ['eat', 'see'],
              },
              {httpMethod: 'POST', urlPattern: '/order', authScheme: 'None', throttlingPolicy: '10KPerMin', scopes: []},
            ],
          },
        ])
        const all = await list('apis', 'ALL')
        assert.deepEqual(
          all.map((it: {context: string}) => it.context),
          ['/pizza/1.0.0', '/t/example.com/salad/1.0.0'],
        )
        for (const query of ['apiId=1', 'apiId=uuid-pizza', 'context=/pizza/1.0.0&version=1.0.0']) {
          assert.deepEqual(await list(`apis?${query}`), apis, query)
        }
        for (const query of [
          'apiId=2',
          'apiId=99',
          'apiId=no-such',
          "apiId=1'%20OR%201=1",
          'context=/x&version=1.0.0',
        ]) {
          assert.deepEqual(await list(`apis?${query}`), [], query)
        }
        assert.deepEqual(await list('applications'), [
          {
            id: 1,
            uuid: 'uuid-app',
            name: 'Lunch',
            subId: 1,
            subName: 'admin',
            policy: '10PerMin',
            tokenType: 'JWT',
            tenantDomain: 'carbon.super',
          },
        ])
        assert.equal((await list('applications', 'ALL')).length, 2)
        assert.equal((await list('applications?appId=2', 'ALL')).length, 1)
        assert.deepEqual(await list('application-key-mappings'), [
          {applicationId: 1, consumerKey: 'key-1', keyType: 'PRODUCTION', keyManager: 'Resident Key Manager'},
        ])
        assert.equal((await list('application-key-mappings?consumerKey=key-1')).length, 1)
        assert.deepEqual(await list('application-key-mappings?consumerKey=key-2'), [])
        const subscription = {
          subscriptionId: 1,
          subscriptionUUID: 'uuid-sub',
          apiId: 1,
          appId: 1,
          policyId: 'Gold',
          subscriptionState: 'UNBLOCKED',
        }
        assert.deepEqual(await list('subscriptions'), [subscription])
        assert.deepEqual(await list('subscriptions?apiId=1&appId=1'), [subscription])
        assert.deepEqual(await list('subscriptions?apiId=1&appId=2'), [])
        assert.deepEqual(await list('subscription-policies?policyName=Gold'), [
          {
            id: 1,
            name: 'Gold',
            tenantDomain: 'carbon.super',
            kind: 'SUBSCRIPTION',
            quota: {type: 'requestCount', count: 5000, unitTime: 1, timeUnit: 'min'},
            rateLimit: {count: 10, timeUnit: 'sec'},
            stopOnQuotaReach: true,
          },
        ])
        assert.equal((await list('api-policies'))[0].quota.count, 10 * 1024 * 1024)
        assert.deepEqual(await list('keyTemplates'), ['$userId:$apiContext'])
        assert.deepEqual(await list('scopes'), [
          {name: 'eat', displayName: 'Eat', roles: ['admin'], tenantDomain: 'carbon.super'},
        ])
        const block = await ask(`${DATA}/block`)
        assert.deepEqual(block.body, {
          api: ['/pizza/1.0.0'],
          application: [],
          user: ['admin'],
          ip: [{id: 4, type: 'IP', fixedIp: '10.0.0.1', invert: false, tenantDomain: 'carbon.super'}],
        })
        assert.deepEqual(await list('apis', 'no.such.tenant'), [])
      })

      it('makes the resident key manager once, and computes its configuration from the discovery', async () => {
        const answers = await Promise.all(TMS.map(name => ask(`${DATA}/keymanagers`, {}, name)))
        const base = `https://localhost:${keyManager.port}`
        for (const {status, body} of answers) {
          assert.equal(status, 200)
          const [{configuration, ...rest}] = body.list
          assert.deepEqual(rest, {
            name: 'Resident Key Manager',
            type: 'default',
            enabled: true,
            tenantDomain: 'carbon.super',
          })
          assert.equal(configuration.issuer, keyManager.state.issuer)
          assert.equal(configuration.introspection_endpoint, `${base}/oauth2/introspect`)
          assert.equal(configuration.certificate_value, `${base}/oauth2/jwks`)
          assert.match('c0ffee00-0000-4000-8000-000000000000', new RegExp(`^${configuration.token_format_string}$`))
        }
        const rows = await databases.query(
          'apimgtdb',
          "SELECT NAME FROM AM_KEY_MANAGER WHERE TENANT_DOMAIN = 'carbon.super'",
        )
        assert.equal(rows.length, 1)
        const asked = keyManager.state.asked
        for (let i = 0; i < 5; i++) await list('keymanagers')
        assert.equal(keyManager.state.asked, asked)
        const [{configuration}] = await list('keymanagers', 'example.com')
        assert.equal(configuration.certificate_value, `${base}/t/example.com/oauth2/jwks`)
        assert.ok(keyManager.state.paths.includes('/t/example.com/oauth2/token/.well-known/openid-configuration'))
        assert.equal((await list('keymanagers', 'ALL')).length, 2)
        const sql = "UPDATE AM_KEY_MANAGER SET ENABLED = 0 WHERE TENANT_DOMAIN = 'example.com'"
        await databases.query('apimgtdb', sql)
        assert.equal((await list('keymanagers', 'example.com'))[0].enabled, false)
      })

      it('503 while the key manager was never reached', async () => {
        keyManager.state.status = 500
        await cluster.stop(TMS[1])
        await cluster.start(TMS[1])
        await cluster.ready()
        const answer = await ask(`${DATA}/keymanagers`, {}, TMS[1])
        assert.equal(answer.status, 503)
        assert.match(answer.body.description, /^The key manager at https:\/\/localhost:\d+\/services\/ does not answer/)
        keyManager.state.status = 200
        assert.equal((await ask(`${DATA}/keymanagers`, {}, TMS[1])).status, 200)
      })

      it('shows a tenant what is its own, whatever it asks for', async () => {
        const of = (path: string, tenant: string) =>
          ask(`${DATA}/${path}`, {basic: 'tess@example.com:secret', headers: {xWSO2Tenant: tenant}})
        for (const tenant of ['ALL', 'carbon.super', 'example.com', '']) {
          const {body} = await of('apis', tenant)
          assert.deepEqual(
            body.list.map((it: {name: string}) => it.name),
            ['Salad'],
            tenant,
          )
        }
      })

      it("lets a tenant's administrator do nothing that is about another tenant", async () => {
        const basic = 'tess@example.com:secret'
        const tess = (body: object, path = PUSH) => ask(path, {method: 'POST', json: body, basic})
        const theirs = policy('Theirs', 1)
        await deploy(theirs)
        const undeploy = {operation: 'undeploy', kind: theirs.kind, name: 'Theirs', tenantDomain: 'carbon.super'}
        for (const [what, body] of [
          ['undeploy', undeploy],
          ['deploy', {operation: 'deploy', policy: policy('Theirs', 5)}],
          ['undeploy a custom one', {...undeploy, kind: 'GLOBAL', tenantDomain: 'example.com'}],
        ] as const) {
          assert.equal((await tess(body)).status, 403, what)
        }
        assert.equal((await ask(PUSH, {method: 'POST', json: undeploy})).status, 200)
        const own = {...policy('Own', 1), tenantDomain: 'example.com'}
        assert.equal((await tess({operation: 'deploy', policy: own})).status, 200)
        assert.equal((await tess({...undeploy, name: 'Own', tenantDomain: 'example.com'})).status, 200)
        const notice = {
          eventId: 'crossed',
          revokedToken: 'not-theirs',
          tokenType: 'JWT',
          expiryTime: Date.now() + 60_000,
          consumerKey: 'c',
          user: 'admin',
          tenantDomain: 'example.com',
        }
        assert.equal((await tess(notice, `${DATA}/notify`)).status, 403)
        for (const path of ['keyTemplates', 'revokedjwt']) {
          const {body} = await ask(`${DATA}/${path}`, {basic})
          assert.deepEqual(body.list, [], path)
        }
        const {body: blocks} = await ask(`${DATA}/block`, {basic})
        assert.ok(!JSON.stringify(blocks).includes('carbon.super'))
        const hub = hubClient([ports(TMS[0])], {username: 'tess@example.com', password: 'secret'})
        await until('both refusals', () => hub.log.filter(it => it.includes('refused the login')).length === 2)
        assert.equal(hub.subscribed(), 0)
        hub.close()
      })

      it('goes on counting after a restart with the database away', async () => {
        await deploy(policy('Kept', 1))
        // Pushed only: what the database does not have would go at the next reading of it.
        const lines = cluster.log(TMS[0]).length
        await cluster.stop(TMS[0])
        writeFileSync(
          join(cluster.home(TMS[0]).path, 'repository/deployment/server/executionplans/broken.json'),
          '{"x":',
        )
        await pauseContainer(server.container)
        try {
          await cluster.start(TMS[0])
          const hub = await client([TMS[0]])
          hub.publisher.publish(THROTTLE_STREAM, call({appTier: 'Kept', appKey: 'kept'}))
          await until('the decision', () => hub.of('throttleData').some(it => it.throttleKey === 'kept'), 15_000)
          const answer = await ask(PUSH, {json: {operation: 'deploy', policy: policy('Kept', 1)}})
          assert.equal(answer.status, 503)
        } finally {
          await server.container.unpause()
        }
        await cluster.ready()
        const said = cluster.log(TMS[0]).slice(lines)
        assert.ok(said.some(it => it.startsWith('WARN EventProcessor broken.json is left out')))
      })

      describe('what is wrong', () => {
        const answers = (status: number, path: string, options: AskOptions, what: string) =>
          it(`${status}: ${what}`, async () => {
            const answer = await ask(path, options)
            assert.equal(answer.status, status, answer.text)
            if (status !== 401) assert.equal(answer.body.code, status)
            assert.ok(answer.body.description)
          })
        const json = (body: unknown) => ({json: body})
        const text = (body: string | Buffer, type = 'application/json') => ({
          method: 'POST',
          body,
          headers: {'content-type': type},
        })
        const good = {operation: 'deploy', policy: policy('x', 1)}

        for (const path of [
          'apis',
          'subscriptions',
          'applications',
          'application-key-mappings',
          'application-policies',
          'subscription-policies',
          'api-policies',
          'scopes',
          'keymanagers',
          'block',
          'keyTemplates',
          'revokedjwt',
        ]) {
          answers(401, `${DATA}/${path}`, {basic: ''}, `${path} without an account`)
          answers(401, `${DATA}/${path}`, {basic: 'admin:wrong'}, `${path} with a wrong password`)
          answers(501, `${DATA}/${path}`, json({}), `POST to ${path}`)
        }
        for (const basic of [
          "admin' OR '1'='1:x",
          'admin\0:admin',
          '😀:x',
          'x@example.com:x',
          '@:x',
          `${'a'.repeat(5000)}:x`,
        ]) {
          answers(401, `${DATA}/apis`, {basic}, `an account such as ${JSON.stringify(basic.slice(0, 30))}`)
        }
        answers(401, `${DATA}/apis`, {headers: {authorization: 'Basic !'}, basic: ''}, 'a header that is no base64')
        answers(501, `${DATA}/synapse-artifacts`, {}, 'an operation that mini does not have')
        answers(501, `${DATA}/..%2f..%2fetc%2fpasswd`, {}, 'a path that climbs')
        for (const query of [
          'subscriptions?apiId=x',
          'subscriptions?appId=1%20OR%201=1',
          'applications?appId=-1',
          'applications?appId=99999999999',
        ]) {
          answers(400, `${DATA}/${query}`, {}, query)
        }
        answers(400, `${DATA}/api-policies?policyName=x`, {headers: {xWSO2Tenant: 'ALL'}}, 'a name without a tenant')
        answers(403, PUSH, {...json(good), basic: 'reader:secret'}, 'a push by someone who is no admin')
        answers(401, PUSH, {...json(good), basic: 'admin:x'}, 'a push with a wrong password')
        answers(400, PUSH, text('{'), 'a push that is no JSON')
        answers(400, PUSH, text(Buffer.from([0x22, 0xff, 0x22])), 'a push that is no UTF-8')
        answers(415, PUSH, text('x', 'text/xml'), 'a push in SOAP')
        answers(413, PUSH, text(`"${'x'.repeat(10 * 1024 * 1024)}"`), '10 MB')
        for (const [what, body] of [
          ['no object', 5],
          ['null', null],
          ['no operation', {}],
          ['an unknown operation', {operation: 'drop'}],
          ['no policy', {operation: 'deploy'}],
          ['a name of a wrong type', {operation: 'deploy', policy: {...policy('x', 1), name: {}}}],
          ['a name that is too long', {operation: 'deploy', policy: policy('x'.repeat(513), 1)}],
          [
            'a window of no length',
            {
              operation: 'deploy',
              policy: policy('x', 1, {quota: {type: 'requestCount', count: 1, unitTime: 0, timeUnit: 'min'}}),
            },
          ],
          [
            'an unknown unit',
            {
              operation: 'deploy',
              policy: {...policy('x', 1), quota: {type: 'requestCount', count: 1, unitTime: 1, timeUnit: 'eon'}},
            },
          ],
          ['a kind that is none', {operation: 'undeploy', kind: 'X', name: 'x', tenantDomain: 'carbon.super'}],
          ['a prototype', {operation: '__proto__'}],
        ] as const) {
          answers(400, PUSH, json(body), `a push with ${what}`)
        }
        const notice = {
          eventId: 'e',
          revokedToken: 't',
          tokenType: 'JWT',
          expiryTime: 1,
          consumerKey: 'k',
          user: 'u',
          tenantDomain: 'carbon.super',
        }
        answers(401, NOTIFY, {...json(notice), basic: ''}, 'a notice without an account')
        answers(
          400,
          NOTIFY,
          {...json(notice), headers: {'x-wso2-key-manager': 'okta'}},
          'a notice of another key manager',
        )
        for (const [what, body] of [
          ['nothing', {}],
          ['a list', []],
          ['an unknown event', {type: 'user_deleted', user: 'a'}],
          ['a token of a wrong type', {...notice, revokedToken: {}}],
          ['a token with a NUL', {...notice, revokedToken: 'a\0b'}],
          ['a token that fits no column', {...notice, revokedToken: 'x'.repeat(2049)}],
          ['odd UTF-8', {...notice, eventId: '😀'}],
          ['an unknown kind of token', {...notice, tokenType: 'SAML'}],
          ['a time that is none', {...notice, expiryTime: 1e40}],
          ['an unknown tenant', {...notice, tenantDomain: "x' OR 1=1"}],
        ] as const) {
          answers(400, NOTIFY, json(body), `a notice with ${what}`)
        }
        answers(400, NOTIFY, text('{"a":'), 'a notice that breaks off')
        answers(413, NOTIFY, text(`"${'x'.repeat(10 * 1024 * 1024)}"`), 'a notice of 10 MB')

        it('a name of a policy is never a path', async () => {
          const before = plans()
          await deploy(policy('../../../../evil', 1))
          const added = plans().filter(it => !before.includes(it))
          assert.equal(added.length, 1)
          assert.match(added[0] ?? '', /^[0-9a-f]{64}\.json$/)
          const undeploy = {
            operation: 'undeploy',
            kind: 'APPLICATION',
            name: '../../../../evil',
            tenantDomain: 'carbon.super',
          }
          assert.equal((await ask(PUSH, json(undeploy))).status, 200)
          assert.deepEqual(plans(), before)
        })

        it('events that fit no stream are left out, and others go on', async () => {
          const hub = await client([TMS[0]])
          const lines = () => cluster.log(TMS[0]).filter(it => it.includes('fit no stream')).length
          const before = lines()
          const {publisher} = hub
          for (const [stream, event] of [
            ['no.such.stream:1.0.0', {}],
            ['constructor', {}],
            [THROTTLE_STREAM, null],
            [THROTTLE_STREAM, {...call(), bytes: -1}],
            [THROTTLE_STREAM, {...call(), appKey: {}}],
            ['org.wso2.apimgt.notification.stream:1.0.0', {topic: 'passwords', id: 'x', payload: {}}],
            ['org.wso2.apimgt.notification.stream:1.0.0', {topic: 'throttleData', id: '', payload: {}}],
            ['org.wso2.apimgt.notification.stream:1.0.0', {topic: 'throttleData', id: 'x', payload: 'text'}],
          ] as const) {
            publisher.publish(stream, event)
          }
          hub.say('keyManager', {after: 'garbage'}, `garbage-${schema}`)
          await until('what follows', () => hub.of('keyManager').length === 1)
          await until('acknowledgement', () => publisher.waiting() === 0)
          assert.equal(hub.messages.length, 1)
          assert.ok(lines() > before)
        })

        describe('on the wire', () => {
          const login = {type: 'login', username: 'admin', password: 'admin'}
          const subscribe = {...login, type: 'subscribe', topics: ['keyManager']}
          const event = {type: 'event', id: 1, stream: THROTTLE_STREAM, event: call()}
          for (const [what, port, lines, answer] of [
            [
              'a session that nobody gave',
              9611,
              [{type: 'attach', session: 'x', sender: 'y'}],
              {type: 'refused', reason: 'no such session'},
            ],
            [
              'a session of a wrong type',
              9611,
              [{type: 'attach', session: {}, sender: 5}],
              {type: 'refused', reason: 'no such session'},
            ],
            ['events before a session', 9611, [event], {type: 'error', message: 'events need a session'}],
            ['garbage', 9611, ['\u0001{]'], {type: 'error', message: 'a line is not JSON'}],
            [
              'a login where events belong',
              9611,
              [login],
              {type: 'error', code: 501, message: 'throttling-events has no operation login'},
            ],
            [
              'a message of another before a login',
              5672,
              [{type: 'publish', topic: 'keyManager', id: 'x', payload: {}}],
              {type: 'error', message: 'publishing needs a login'},
            ],
            ['topics that are no list', 5672, [{...subscribe, topics: 'all'}], undefined],
            [
              'topics that are no texts',
              5672,
              [{...subscribe, topics: [{toString: 1}, null, 5]}],
              {type: 'subscribed'},
            ],
            [
              'a wrong password',
              5672,
              [{...subscribe, password: 'x'}],
              {type: 'refused', reason: 'unknown user or wrong password'},
            ],
            [
              'a user with a NUL',
              5672,
              [{...subscribe, username: 'a\0'}],
              {type: 'refused', reason: 'unknown user or wrong password'},
            ],
            [
              'a message for no topic',
              5672,
              [subscribe, {type: 'publish', topic: 'secrets', id: 'x', payload: {}}],
              {type: 'error', message: 'no message of the event hub'},
            ],
          ] as const) {
            it(`${port}: ${what}`, async () => {
              const wire = rawClient(cluster.port(TMS[0], port))
              try {
                for (const line of lines) {
                  const heard = wire.messages.length
                  await until('the last answer', () => wire.messages.length > 0 || wire.isClosed())
                  wire.send(line)
                  await until('an answer', () => wire.messages.length > Math.max(1, heard) || wire.isClosed())
                }
                if (answer) assert.deepEqual(wire.messages.at(-1), answer)
                else assert.equal(wire.messages.length, 1)
                if (!answer || (answer.type === 'error' && !('code' in answer))) await until('its end', wire.isClosed)
              } finally {
                wire.close()
              }
              // Others are served on.
              await client([TMS[0]])
            })
          }
        })

        it('an account that is made after the nodes have started is let in by itself', async () => {
          const hub = hubClient([ports(TMS[0])], {username: 'late', password: 'secret'})
          clients.push(hub)
          await until('both refusals', () => hub.log.filter(it => it.includes('refused the login')).length === 2)
          await seedUser(databases, 'late', 'secret', ['admin'])
          // What is said before it hears is not for it: its two connections are let in one after the other.
          await until('its subscription', () => hub.subscribed() > 0)
          hub.say('keyManager', {from: 'late'}, `late-${schema}`)
          await until('its own message', () => hub.of('keyManager').length === 1)
        })

        it('strangers subscribe to nothing and send nothing', async () => {
          for (const account of [
            {username: 'admin', password: 'x'},
            {username: "admin'--", password: ''},
          ]) {
            const hub = hubClient([ports(TMS[0])], account)
            clients.push(hub)
            hub.say('keyManager', {}, 'stranger')
            await until('both refusals', () => hub.log.filter(it => it.includes('refused the login')).length >= 2)
            assert.equal(hub.subscribed(), 0)
            assert.equal(hub.publisher.waiting(), 1)
          }
        })
      })
    })
  }
})
