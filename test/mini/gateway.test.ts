import assert from 'node:assert/strict'
import {createHmac, randomUUID} from 'node:crypto'
import {
  httpServed,
  makeGatewayLab,
  makeKey,
  mapping,
  readAll,
  sha256,
  type GatewayLab,
  type Served,
} from './support/gateway-lab.js'
import {until} from './support/until.js'

const CONFIG = `
[apim.cors]
enable = true
allow_origins = "*"
allow_methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
allow_headers = ["authorization", "Content-Type"]
[apim.jwt]
enable = true
header = "X-JWT-Assertion"
`

interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

describe('mini: gateway', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served
  const seen: Seen[] = []

  before(async () => {
    lab = await makeGatewayLab(CONFIG)
    backend = await httpServed((request, response) => {
      void readAll(request).then(body => {
        seen.push({
          url: request.url ?? '',
          method: request.method ?? '',
          headers: request.headers,
          body: body.toString('utf8').slice(0, 200),
        })
        const status = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200)
        response.writeHead(status, {'x-backend': 'yes', 'content-type': 'text/plain', 'keep-alive': 'timeout=99'})
        response.end(request.method === 'HEAD' ? undefined : `${request.method} ${request.url} ${body.length}`)
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

  const endpoint = (path = '/base') => ({production: `http://localhost:${backend.port}${path}`})
  const fault = (answer: {body: {fault: {code: number}}}) => answer.body.fault

  it('passes a call on as it came, and its answer back', async () => {
    const api = await lab.deploy({endpoints: endpoint('/base/')})
    const answer = await lab.ask(8243, `${api.context}/menu/a%20b?x=1&y=%2F`, {
      bearer: lab.token(),
      headers: {'X-Own': 'v', 'X-JWT-Assertion': 'forged', Connection: 'X-Hop', 'X-Hop': '1', activityid: 'id-1'},
    })
    assert.equal(answer.status, 200)
    assert.equal(answer.text, 'GET /base/menu/a%20b?x=1&y=%2F 0')
    assert.equal(answer.headers['x-backend'], 'yes')
    assert.equal(answer.headers.activityid, 'id-1')
    assert.equal(answer.headers['access-control-allow-origin'], '*')
    const {headers} = seen.at(-1) as Seen
    assert.equal(headers.authorization, undefined)
    assert.equal(headers['x-own'], 'v')
    assert.equal(headers['x-hop'], undefined)
    assert.equal(headers.activityid, 'id-1')
    assert.equal(headers.host, `localhost:${backend.port}`)
    assert.equal(headers['x-forwarded-proto'], 'https')
    const [, claims = ''] = String(headers['x-jwt-assertion']).split('.')
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    assert.equal(read['http://wso2.org/claims/applicationname'], 'shop')
    assert.equal(read['http://wso2.org/claims/enduser'], 'admin@carbon.super')
    await until('a line in the log', () => lab.log.some(it => /GET \S+ 200 \d+ ms activityid=id-1$/.test(it)))
    assert.ok(!lab.log.some(it => it.includes('x=1')), 'no query in the log')
    const [event] = await until('the throttle event', () => {
      const own = lab.events.filter(it => it.event.apiContext === api.context)
      return own.length > 0 && own
    })
    assert.equal(event?.event.appKey, '1:admin@carbon.super')
    assert.equal(event?.event.subscriptionKey, `1:${api.context}:1.0.0`)
    assert.equal(event?.event.resourceKey, `${api.context}/1.0.0/*:GET`)
  })

  for (const [verb, body] of [
    ['POST', 'hello'],
    ['PUT', ''],
    ['DELETE', undefined],
    ['HEAD', undefined],
  ] as const) {
    it(`passes ${verb} on`, async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const answer = await lab.ask(8280, `${api.context}/x`, {
        method: verb,
        bearer: lab.token(),
        ...(body !== undefined && {body}),
      })
      assert.equal(answer.status, 200)
      assert.equal(answer.text, verb === 'HEAD' ? '' : `${verb} /base/x ${body?.length ?? 0}`)
    })
  }

  describe('says why it refuses a call', () => {
    const other = makeKey('first')
    const unknown = makeKey('unknown')
    const cases: readonly [string, number, number, (own: GatewayLab) => string | undefined][] = [
      ['no token', 401, 900902, () => undefined],
      ['not a token', 401, 900901, () => 'a.b.c'],
      ['an empty JWT', 401, 900901, () => '..'],
      ['an expired JWT', 401, 900903, own => own.token({exp: Math.floor(Date.now() / 1000) - 60})],
      ['a JWT that is not valid yet', 401, 900901, own => own.token({nbf: Math.floor(Date.now() / 1000) + 600})],
      ['a JWT without an end', 401, 900901, own => own.token({exp: undefined})],
      ['a JWT whose end is a text', 401, 900901, own => own.token({exp: '9999999999'})],
      ['a JWT of another issuer', 401, 900901, own => own.token({iss: 'https://elsewhere'})],
      ['a JWT of another key with the same id', 401, 900901, own => own.token({}, other)],
      ['a JWT of an unknown key', 401, 900901, own => own.token({}, unknown)],
      [
        'a JWT with an extension that has to be understood',
        401,
        900901,
        own => own.token({}, undefined, {crit: ['x'], x: 1}),
      ],
      ['a truncated JWT', 401, 900901, own => own.token().slice(0, -20)],
      ['a JWT without its signature', 401, 900901, own => `${own.token().split('.').slice(0, 2).join('.')}.`],
      [
        'a JWT with alg none',
        401,
        900901,
        own => {
          const [, body] = own.token().split('.')
          return `${Buffer.from('{"alg":"none","kid":"first"}').toString('base64url')}.${body}.AA`
        },
      ],
      [
        'a JWT signed with the public key as a secret',
        401,
        900901,
        own => {
          const [, body] = own.token().split('.')
          const text = `${Buffer.from('{"alg":"HS256","kid":"first"}').toString('base64url')}.${body}`
          return `${text}.${createHmac('sha256', own.keys[0]?.publicPem ?? '')
            .update(text)
            .digest('base64url')}`
        },
      ],
      [
        'a JWT with other claims under its signature',
        401,
        900901,
        own => {
          const [head, body = '', signature] = own.token().split('.')
          const claims = {...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'root'}
          return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
        },
      ],
      ['an unknown opaque token', 401, 900901, () => randomUUID()],
      ['an application that is not known', 403, 900908, own => own.token({azp: 'nobody'})],
      ['a JWT without an application', 403, 900908, own => own.token({azp: undefined})],
      ['a sandbox key without a sandbox', 401, 900901, own => own.token({azp: 'key-2'})],
    ]
    let context = ''
    before(async () => {
      ;({context} = await lab.deploy({endpoints: endpoint()}))
    })
    for (const [what, status, code, token] of cases) {
      it(`${what}: ${status} ${code}`, async () => {
        const bearer = token(lab)
        const answer = await lab.ask(8243, `${context}/menu`, bearer === undefined ? {} : {bearer})
        assert.equal(answer.status, status)
        assert.equal(fault(answer).code, code)
        assert.match(String(answer.headers['content-type']), /json/)
        assert.equal(seen.length, 0)
      })
    }
    for (const header of ['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer a b', 'bearer  ', 'Token x', 'Bearer \u00e9']) {
      it(`Authorization: ${header}`, async () => {
        const headers = {authorization: Buffer.from(header).toString('latin1')}
        const answer = await lab.ask(8243, `${context}/menu`, {headers})
        assert.equal(answer.status, 401)
      })
    }
  })

  describe('finds APIs and resources', () => {
    let context = ''
    before(async () => {
      const api = await lab.deploy({
        context: '/shop/2.0.0',
        version: '2.0.0',
        isDefaultVersion: true,
        endpoints: endpoint(''),
        urlMappings: [
          mapping('GET', '/probe'),
          mapping('GET', '/menu'),
          mapping('POST', '/order'),
          mapping('GET', '/order/{id}'),
          mapping('GET', '/files/*'),
          mapping('GET', '/open', {authScheme: 'None'}),
          mapping('GET', '/secret', {scopes: ['read', 'admin']}),
        ],
      })
      context = api.context
    })
    const cases: readonly [string, string, number, number | undefined][] = [
      ['GET', '/shop/2.0.0/menu', 200, undefined],
      ['GET', '/shop/menu', 200, undefined],
      ['GET', '/shop/2.0.0/order/7', 200, undefined],
      ['GET', '/shop/2.0.0/files', 200, undefined],
      ['GET', '/shop/2.0.0/files/a/b', 200, undefined],
      ['GET', '/shop/2.0.0/order/7/8', 404, 404],
      ['GET', '/shop/2.0.0/nothing', 404, 404],
      ['GET', '/shop/2.0.0', 404, 404],
      ['DELETE', '/shop/2.0.0/menu', 405, 405],
      ['GET', '/shop/2.0.0/order', 405, 405],
      ['GET', '/shop/2.0.0/files/../menu', 400, 400],
      ['GET', '/shop/2.0.0/files/%2e%2e/menu', 400, 400],
      ['GET', '/shop/2.0.0/files/..%2fmenu', 400, 400],
      ['GET', '/shop/2.0.0/files/a%00b', 400, 400],
      ['GET', '/shop/2.0.0/files/v1..2/a.b', 200, undefined],
    ]
    for (const [method, path, status, code] of cases) {
      it(`${method} ${path}: ${status}`, async () => {
        const answer = await lab.ask(8243, path, {method, bearer: lab.token({scope: 'other'})})
        assert.equal(answer.status, status)
        if (code !== undefined) assert.equal(fault(answer).code, code)
      })
    }
    for (const path of [
      '/',
      '/none',
      '/shop2/2.0.0/menu',
      '/shop/3.0.0x',
      '//shop/2.0.0/menu',
      '/SHOP/2.0.0/menu',
      '/%73hop/2.0.0/menu',
      '/t/a/shop/2.0.0/menu',
      `/${"a'--".repeat(50)}`,
    ]) {
      it(`${path.slice(0, 40)}: no API or resource`, async () => {
        const answer = await lab.ask(8243, path, {bearer: lab.token()})
        assert.equal(answer.status, 404)
      })
    }
    it('answers the 404 of the gateway where there is no API', async () => {
      const answer = await lab.ask(8243, '/none/1.0.0')
      assert.match(answer.text, /<am:code>404<\/am:code>/)
    })
    it('lets everyone in where no token is asked for', async () => {
      const answer = await lab.ask(8243, `${context}/open`)
      assert.equal(answer.status, 200)
      const event = await until('its event', () =>
        lab.events.find(it => it.event.resourceKey === `${context}/2.0.0/open:GET`),
      )
      assert.equal(event.event.subscriptionTier, 'Unauthenticated')
    })
    it('asks for one of the scopes of a resource', async () => {
      const without = await lab.ask(8243, `${context}/secret`, {bearer: lab.token({scope: 'write'})})
      assert.equal(without.status, 403)
      assert.equal(fault(without).code, 900910)
      const answer = await lab.ask(8243, `${context}/secret`, {bearer: lab.token({scope: 'x admin'})})
      assert.equal(answer.status, 200)
    })
    it('answers a preflight without a token', async () => {
      const headers = {origin: 'https://portal', 'access-control-request-method': 'POST'}
      const answer = await lab.ask(8243, `${context}/order`, {method: 'OPTIONS', headers})
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['access-control-allow-methods'], 'POST')
      assert.equal(answer.headers['access-control-allow-headers'], 'authorization,Content-Type')
      assert.equal(seen.length, 0)
    })
    it('goes by the transports, the state and the header of an API', async () => {
      const api = await lab.deploy({
        endpoints: endpoint(),
        transport: ['https'],
        authorizationHeader: 'X-Token',
        urlMappings: [mapping('GET', '/probe', {authScheme: 'None'}), mapping('GET', '/*')],
      })
      assert.equal((await lab.ask(8280, `${api.context}/x`, {bearer: lab.token()})).status, 404)
      assert.equal((await lab.ask(8243, `${api.context}/x`, {bearer: lab.token()})).status, 401)
      const headers = {'x-token': `Bearer ${lab.token()}`}
      await until('its subscription', async () => (await lab.ask(8243, `${api.context}/x`, {headers})).status === 200)
      assert.equal(seen.at(-1)?.headers['x-token'], undefined)
      await lab.deploy({...api, status: 'BLOCKED'}).catch(() => undefined)
      const answer = await lab.ask(8243, `${api.context}/x`, {headers})
      assert.equal(answer.status, 503)
      assert.equal(fault(answer).code, 700700)
    })
  })

  describe('hears of changes', () => {
    const notify = (eventType: string, event: object = {}) =>
      lab.say('notification', {eventType, timestamp: Date.now(), tenantDomain: 'carbon.super', event})
    const subscriptionOf = (apiId: number) =>
      (lab.lists.subscriptions as {apiId: number; subscriptionState: string; policyId: string}[]).find(
        it => it.apiId === apiId,
      ) as {subscriptionState: string; policyId: string}
    const becomes = (path: string, token: string, code: number | undefined, status: number) =>
      until(`${status} ${code}`, async () => {
        const answer = await lab.ask(8243, path, {bearer: token})
        return answer.status === status && (code === undefined || fault(answer).code === code) && answer
      })

    for (const [state, code] of [
      ['BLOCKED', 900907],
      ['PROD_ONLY_BLOCKED', 900907],
      ['ON_HOLD', 900909],
      ['REJECTED', 900909],
    ] as const) {
      it(`a subscription that is ${state}`, async () => {
        const api = await lab.deploy({endpoints: endpoint()})
        subscriptionOf(api.apiId).subscriptionState = state
        notify('SUBSCRIPTIONS_UPDATE', {subscriptionId: api.apiId})
        await becomes(`${api.context}/x`, lab.token(), code, 403)
        subscriptionOf(api.apiId).subscriptionState = 'UNBLOCKED'
        notify('SUBSCRIPTIONS_UPDATE', {subscriptionId: api.apiId})
        await becomes(`${api.context}/x`, lab.token(), undefined, 200)
      })
    }
    it('a revoked JWT, at once', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const jti = randomUUID()
      const token = lab.token({jti})
      await becomes(`${api.context}/x`, token, undefined, 200)
      lab.say('tokenRevocation', {revokedToken: jti, tokenType: 'JWT', expiryTime: Date.now() + 60_000})
      await becomes(`${api.context}/x`, token, 900901, 401)
    })
    it('a revoked opaque token, at once', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const token = randomUUID()
      lab.opaque.set(token, {
        active: true,
        client_id: 'key-1',
        username: 'admin@carbon.super',
        exp: Math.floor(Date.now() / 1000) + 600,
      })
      const answers = await Promise.all(
        Array.from({length: 20}, () => lab.ask(8243, `${api.context}/x`, {bearer: token})),
      )
      assert.deepEqual([...new Set(answers.map(it => it.status))], [200])
      assert.equal(lab.introspections.filter(it => it === token).length, 1)
      lab.say('tokenRevocation', {revokedToken: sha256(token), tokenType: 'DEFAULT', expiryTime: Date.now() + 60_000})
      await becomes(`${api.context}/x`, token, 900901, 401)
    })
    it('a key manager with new keys', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const key = makeKey('second')
      lab.keys.push(key)
      await becomes(`${api.context}/x`, lab.token({}, key), undefined, 200)
    })
    it('forged keys do not make a storm', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const before = lab.jwksCalls()
      await Promise.all(
        Array.from({length: 30}, (_, i) =>
          lab.ask(8243, `${api.context}/x`, {bearer: lab.token({}, undefined, {kid: `forged-${i}`})}),
        ),
      )
      assert.ok(lab.jwksCalls() - before <= 3)
    })

    const next = Date.now() + 3_600_000
    const levels: readonly [string, number, (context: string) => string, object, object][] = [
      ['the API', 900800, context => `${context}:1.0.0`, {policy: 'Few'}, {}],
      ['the resource', 900802, context => `${context}/1.0.0/*:GET`, {}, {}],
      ['the subscription', 900804, context => `1:${context}:1.0.0`, {}, {}],
      ['the application', 900803, () => '1:carol@carbon.super', {}, {sub: 'carol@carbon.super'}],
      ['a custom policy', 900806, context => `dave@carbon.super:${context}`, {}, {sub: 'dave@carbon.super'}],
    ]
    for (const [what, code, key, api, claims] of levels) {
      it(`a limit of ${what}`, async () => {
        const {context} = await lab.deploy({endpoints: endpoint(), ...api})
        if (code === 900806) lab.say('throttleData', {keyTemplateValue: '$userId:$apiContext', keyTemplateState: 'add'})
        const throttleKey = key(context)
        lab.say('throttleData', {throttleKey, isThrottled: true, expiryTimeStamp: next})
        const answer = await becomes(`${context}/x`, lab.token(claims), code, 429)
        assert.equal(answer.headers['retry-after'], new Date(next).toUTCString())
        assert.match(answer.body.fault.nextAccessTime, /^\d{4}-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d\+0000 UTC$/)
        const {length} = lab.events
        lab.say('throttleData', {throttleKey, isThrottled: false, expiryTimeStamp: next})
        await becomes(`${context}/x`, lab.token(claims), undefined, 200)
        assert.ok(lab.events.length - length <= 2, 'throttled calls do not count')
      })
    }
    it('a limit that is counted for each user', async () => {
      lab.lists['api-policies'] = [
        {id: 1, name: 'Each', tenantDomain: 'carbon.super', kind: 'API', quota: {}, applicableLevel: 'userLevel'},
      ]
      notify('POLICY_CREATE', {policyType: 'API', policyName: 'Each', policyId: 1})
      const {context} = await lab.deploy({endpoints: endpoint(), policy: 'Each'})
      lab.say('throttleData', {
        throttleKey: `${context}:1.0.0_eve@carbon.super`,
        isThrottled: true,
        expiryTimeStamp: next,
      })
      await becomes(`${context}/x`, lab.token({sub: 'eve@carbon.super'}), 900800, 429)
      await becomes(`${context}/x`, lab.token({sub: 'frank@carbon.super'}), undefined, 200)
    })
    it('bursts of a subscription, counted here', async () => {
      const policy = {
        id: 1,
        name: 'Calm',
        tenantDomain: 'carbon.super',
        kind: 'SUBSCRIPTION',
        quota: {},
        rateLimit: {count: 3, timeUnit: 'min'},
      }
      lab.lists['subscription-policies'] = [policy]
      notify('POLICY_CREATE', {policyType: 'SUBSCRIPTION', policyName: 'Calm', policyId: 1})
      const api = await lab.deploy({endpoints: endpoint()})
      subscriptionOf(api.apiId).policyId = 'Calm'
      notify('SUBSCRIPTIONS_UPDATE', {subscriptionId: api.apiId})
      await becomes(`${api.context}/x`, lab.token(), 900807, 429)
    })
    const blocks: readonly [string, (context: string) => object, object][] = [
      ['an API', context => ({blockingCondition: 'API', conditionValue: context}), {}],
      ['an application', () => ({blockingCondition: 'APPLICATION', conditionValue: 'admin:shop'}), {}],
      ['a user', () => ({blockingCondition: 'USER', conditionValue: 'gina@carbon.super'}), {sub: 'gina@carbon.super'}],
      ['an address', () => ({blockingCondition: 'IP', conditionValue: '{"fixedIp":"127.0.0.1","invert":false}'}), {}],
      [
        'a range',
        () => ({blockingCondition: 'IPRANGE', conditionValue: '{"startingIp":"127.0.0.0","endingIp":"127.0.0.9"}'}),
        {},
      ],
      [
        'all but a range',
        () => ({
          blockingCondition: 'IPRANGE',
          conditionValue: '{"startingIp":"10.0.0.0","endingIp":"10.0.0.9","invert":"true"}',
        }),
        {},
      ],
    ]
    for (const [i, [what, condition, claims]] of blocks.entries()) {
      it(`a block of ${what}`, async () => {
        const {context} = await lab.deploy({endpoints: endpoint()})
        const event = {id: 100 + i, tenantDomain: 'carbon.super', ...condition(context)}
        lab.say('throttleData', {...event, state: 'true'})
        const answer = await becomes(`${context}/x`, lab.token(claims), 900805, 403)
        assert.equal(answer.body.fault.message, 'Message blocked')
        lab.say('throttleData', {...event, state: 'false'})
        await becomes(`${context}/x`, lab.token(claims), undefined, 200)
      })
    }
    it('an API that is gone', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      await lab.ask(9443, '/services/APIGatewayAdmin', {
        basic: 'admin:admin',
        json: {operation: 'undeploy', uuid: api.uuid},
      })
      assert.equal((await lab.ask(8243, `${api.context}/x`, {bearer: lab.token()})).status, 404)
      const {body} = await lab.ask(9443, '/services/APIGatewayAdmin', {basic: 'admin:admin', json: {operation: 'list'}})
      assert.ok(!body.apis.some((it: {uuid: string}) => it.uuid === api.uuid))
    })
  })

  describe('takes pushes', () => {
    const push = (options: object) => lab.ask(9443, '/services/APIGatewayAdmin', {basic: 'admin:admin', ...options})
    const bad: readonly [string, number, object][] = [
      ['no account', 401, {basic: undefined, json: {operation: 'list'}}],
      ['a wrong password', 401, {basic: 'admin:x', json: {operation: 'list'}}],
      ['malformed JSON', 400, {body: '{', headers: {'content-type': 'application/json'}}],
      ['another operation', 400, {json: {operation: 'drop'}}],
      ['a list', 400, {json: []}],
      ['a number', 400, {json: 1}],
      ['a path for an id', 400, {json: {operation: 'undeploy', uuid: '../../etc/passwd'}}],
      ['a text for an API', 400, {json: {operation: 'deploy', api: 'x'}}],
      ['half an API', 400, {json: {operation: 'deploy', api: {uuid: 'a'}}}],
      ['10 MB', 413, {body: Buffer.alloc(10_000_000, 32), headers: {'content-type': 'application/json'}}],
    ]
    for (const [what, status, options] of bad) {
      it(`${what}: ${status}`, async () => assert.equal((await push(options)).status, status))
    }
    it('an id that leads elsewhere, or an endpoint that is none', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      for (const more of [
        {uuid: '../x'},
        {uuid: 'a/b'},
        {endpoints: {production: 'file:///etc/passwd'}},
        {context: 'x'},
        {context: "/a' or 1 b"},
      ]) {
        assert.equal((await push({json: {operation: 'deploy', api: {...api, ...more}}})).status, 400)
      }
    })
    it('tells an API by name and version', async () => {
      const api = await lab.deploy({endpoints: endpoint()})
      const answer = await lab.ask(9443, `/api/am/gateway/v1/api-artifact?apiName=${api.name}&version=1.0.0`, {
        basic: 'admin:admin',
      })
      assert.equal(answer.body.uuid, api.uuid)
      assert.equal(
        (await lab.ask(9443, '/api/am/gateway/v1/redeploy-api', {method: 'POST', basic: 'admin:admin'})).status,
        501,
      )
    })
  })

  it('has the sample backend, and can be its own backend', async () => {
    const port = lab.node().port(9443)
    const api = await lab.deploy({endpoints: {production: `https://localhost:${port}/am/sample/pizzashack/v1/api/`}})
    const menu = await lab.ask(8243, `${api.context}/menu`, {bearer: lab.token()})
    assert.equal(menu.status, 200)
    assert.ok(menu.body.length > 0)
    const order = {pizzaType: 'Funghi', quantity: 2, customerName: 'A', creditCardNumber: '4111', address: 'B'}
    const made = await lab.ask(8243, `${api.context}/order`, {json: order, bearer: lab.token()})
    assert.equal(made.status, 201)
    assert.equal(made.body.creditCardNumber, undefined)
    const path = `${api.context}/order/${made.body.orderId}`
    assert.equal((await lab.ask(8243, path, {bearer: lab.token()})).body.pizzaType, 'Funghi')
    assert.equal((await lab.ask(8243, path, {method: 'DELETE', bearer: lab.token()})).status, 200)
    assert.equal((await lab.ask(8243, path, {bearer: lab.token()})).status, 404)
    assert.equal((await lab.ask(8243, `${api.context}/order`, {json: {quantity: []}, bearer: lab.token()})).status, 400)
  })

  it('passes token calls on to the key manager', async () => {
    const answer = await lab.ask(8243, '/token', {basic: 'a:b', form: {grant_type: 'client_credentials'}})
    assert.equal(answer.body.access_token, 'fresh')
    const [call] = lab.tokenCalls.slice(-1)
    assert.equal(call?.url, '/oauth2/token')
    assert.equal(call?.headers.authorization, `Basic ${Buffer.from('a:b').toString('base64')}`)
    assert.equal(call?.body, 'grant_type=client_credentials')
    for (const path of ['/revoke', '/authorize?x=1', '/userinfo']) await lab.ask(8280, path)
    assert.deepEqual(
      lab.tokenCalls.slice(-3).map(it => it.url),
      ['/oauth2/revoke', '/oauth2/authorize?x=1', '/oauth2/userinfo'],
    )
  })
})
