import assert from 'node:assert/strict'
import {createServer as createHttps} from 'node:https'
import {
  makeGatewayLab,
  httpServed,
  mapping,
  serve,
  wireServed,
  type GatewayLab,
  type Served,
} from './support/gateway-lab.js'
import {database} from './support/configs.js'
import {inDatabases} from './support/in-cluster.js'
import {eventReceiver} from '../../src/mini/events/receiver.js'
import {ELSEWHERE} from './support/pki.js'
import {until} from './support/until.js'

const OPEN = [mapping('GET', '/*', {authScheme: 'None'})]

describe('mini: gateway, configured otherwise', function () {
  this.timeout(60_000)
  let lab: GatewayLab
  let backend: Served

  beforeEach(async () => {
    backend = await httpServed((request, response) => response.end(JSON.stringify(request.headers)))
  })
  afterEach(async () => {
    await lab.close()
    await backend.stop()
  })
  const begin = async (config: string) => {
    lab = await makeGatewayLab(config)
    await lab.start()
    await lab.ready()
  }
  const endpoints = () => ({production: `http://localhost:${backend.port}`})

  it('calls backends of any name when it is told to', async () => {
    const {key, cert} = ELSEWHERE
    const elsewhere = await serve(() => createHttps({key, cert}, (_, response) => response.end('tls')))
    await begin('[transport.passthru_https.sender.parameters]\nHostnameVerifier = "AllowAll"\n')
    const api = await lab.deploy({endpoints: {production: `https://localhost:${elsewhere.port}`}, urlMappings: OPEN})
    assert.equal((await lab.ask(8243, `${api.context}/x`)).text, 'tls')
    await elsewhere.stop()
  })

  it('passes the token on when it is told to, and looks for it in another header', async () => {
    await begin('[apim.oauth_config]\nauth_header = "X-Auth"\nenable_outbound_auth_header = true\n')
    const {context} = await lab
      .deploy({endpoints: endpoints(), urlMappings: [mapping('GET', '/probe', {authScheme: 'None'}), ...OPEN]})
      .then(({apiId}) =>
        lab.deploy({
          apiId,
          endpoints: endpoints(),
          urlMappings: [mapping('GET', '/probe', {authScheme: 'None'}), mapping('GET', '/*')],
        }),
      )
    const headers = {'x-auth': `Bearer ${lab.token()}`}
    const answer = await until('its subscription', async () => {
      const it = await lab.ask(8243, `${context}/x`, {headers})
      return it.status === 200 && it
    })
    assert.equal(answer.body['x-auth'], headers['x-auth'])
    const missing = await lab.ask(8243, `${context}/x`, {bearer: lab.token()})
    assert.equal(missing.body.fault.code, 900902)
    assert.match(missing.body.fault.description, /'x-auth : Bearer ACCESS_TOKEN'/)
  })

  it('adds no CORS headers when they are switched off', async () => {
    await begin('[apim.cors]\nenable = false\n')
    const {context} = await lab.deploy({endpoints: endpoints(), urlMappings: OPEN})
    const answer = await lab.ask(8243, `${context}/x`, {headers: {origin: 'https://a'}})
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  })

  it('gives leave to the origins that are named, and to no other', async () => {
    await begin('[apim.cors]\nallow_origins = ["https://a.example", "https://*.b.example"]\nallow_credentials = true\n')
    const {context} = await lab.deploy({endpoints: endpoints(), urlMappings: OPEN})
    for (const [origin, allowed] of [
      ['https://a.example', true],
      ['https://x.b.example', true],
      ['https://axexample', false],
      ['https://b.example.evil', false],
    ] as const) {
      const {headers} = await lab.ask(8243, `${context}/x`, {headers: {origin}})
      assert.equal(headers['access-control-allow-origin'], allowed ? origin : undefined)
      assert.equal(headers['access-control-allow-credentials'], allowed ? 'true' : undefined)
    }
  })

  it('tells the analytics worker of calls, faults and refusals', async () => {
    const events: {stream: string; event: Record<string, unknown>}[] = []
    const receiver = eventReceiver({
      authenticate: ({username, password}) => Promise.resolve(username === 'stat' && password === 's3cret'),
      accept: batch => {
        for (const {stream, event} of batch) events.push({stream, event: event as Record<string, unknown>})
        return Promise.resolve()
      },
      log: () => undefined,
    })
    const worker = await wireServed('analytics-worker', 'analytics-events', false, receiver.events)
    const login = await wireServed('analytics-worker', 'analytics-events-auth', true, receiver.login)
    await begin(`
[apim.analytics]
enable = true
username = "stat"
password = "s3cret"
[[apim.analytics.url_group]]
analytics_url = ["tcp://localhost:${worker.port}"]
analytics_auth_url = ["ssl://localhost:${login.port}"]
`)
    const api = await lab.deploy({endpoints: endpoints()})
    const {context} = api
    const of = (kind: string) =>
      events.find(({stream, event}) => stream.includes(kind) && event.apiContext === context)?.event
    await lab.ask(8243, `${context}/x?secret=1`, {
      bearer: lab.token(),
      headers: {'user-agent': 'test', activityid: 'call-1'},
    })
    const call = await until('the call', () => events.find(({event}) => event.correlationId === 'call-1')?.event)
    assert.equal(call.applicationName, 'shop')
    assert.equal(call.apiResourceTemplate, '/*')
    assert.equal(call.responseCode, 200)
    assert.equal(call.userAgent, 'test')
    assert.ok(!JSON.stringify(call).includes('secret'))
    await backend.stop()
    assert.equal((await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status, 503)
    assert.equal((await until('the fault', () => of('fault'))).errorCode, '101503')
    lab.say('throttleData', {
      throttleKey: `${context}/1.0.0/*:GET`,
      isThrottled: true,
      expiryTimeStamp: Date.now() + 60_000,
    })
    await until('a refusal', async () => (await lab.ask(8243, `${context}/x`, {bearer: lab.token()})).status === 429)
    assert.equal((await until('its event', () => of('throttle'))).throttledOutReason, 'RESOURCE_LIMIT_EXCEEDED')
    await worker.stop()
    await login.stop()
    await backend.start()
  })

  describe('with tenants', () => {
    const {databases} = inDatabases()

    it('serves the APIs of tenants that are there', async () => {
      const sql = 'INSERT INTO UM_TENANT (UM_DOMAIN_NAME, UM_EMAIL, UM_ACTIVE, UM_CREATED_DATE) VALUES (?, ?, ?, NOW())'
      await databases.query('shareddb', sql, ['good.example', 'a@good.example', 1])
      await databases.query('shareddb', sql, ['bad.example', 'a@bad.example', 0])
      const {names, port, user, password} = databases
      await begin(database('shared_db', names.shareddb, () => `localhost:${port}`, {username: user, password}))
      const deploy = (tenantDomain: string) =>
        lab.ask(9443, '/services/APIGatewayAdmin', {
          basic: 'admin:admin',
          json: {
            operation: 'deploy',
            api: {
              apiId: 1,
              uuid: tenantDomain.replace('.', '-'),
              name: 'Pizza',
              version: '1.0.0',
              context: `/t/${tenantDomain}/pizza/1.0.0`,
              provider: `admin@${tenantDomain}`,
              policy: null,
              apiType: 'HTTP',
              status: 'PUBLISHED',
              isDefaultVersion: false,
              tenantDomain,
              urlMappings: OPEN,
              digest: '1',
              endpoints: endpoints(),
              transport: ['http', 'https'],
            },
          },
        })
      for (const it of ['good.example', 'bad.example', 'none.example']) assert.equal((await deploy(it)).status, 200)
      const call = (tenant: string) => lab.ask(8243, `/t/${tenant}/pizza/1.0.0/menu`)
      assert.equal((await call('good.example')).status, 200)
      assert.equal((await call('bad.example')).status, 404)
      assert.equal((await call('none.example')).status, 404)
      for (const it of ["x'--", '%00', 'a%20b', '..', 'x'.repeat(3000), '%ff', 'é']) {
        assert.equal((await call(encodeURI(it))).status, 404, it)
      }
    })
  })
})
