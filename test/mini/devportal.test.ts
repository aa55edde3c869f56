import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {DETAILS, type Api} from '../../src/mini/apis/api.js'
import {insertApi} from '../../src/mini/apis/api-store.js'
import type {HubEvent, Notification} from '../../src/mini/hub/events.js'
import {SUPER_TENANT} from '../../src/mini/users/users.js'
import type {AskOptions} from '../support/ask.js'
import {eventPeer, type EventPeer} from './support/event-peer.js'
import {fakeKeyManager, type FakeKeyManager} from './support/fake-key-manager.js'
import {onMysql} from './support/in-cluster.js'
import {seedToken, seedUser} from './support/seed.js'
import {until} from './support/until.js'

const STORE = '/api/am/store/v1'
const SCOPES = ['apim:subscribe']

const api = (name: string, more: Partial<Api> = {}): Api => ({
  ...DETAILS,
  id: randomUUID(),
  name,
  context: `/${name.toLowerCase()}`,
  version: '1.0.0',
  provider: 'admin',
  lifeCycleStatus: 'PUBLISHED',
  isDefaultVersion: true,
  type: 'HTTP',
  transport: ['http', 'https'],
  tags: ['food'],
  policies: ['Unlimited', 'Gold'],
  apiThrottlingPolicy: null,
  securityScheme: ['oauth2'],
  visibility: 'PUBLIC',
  visibleRoles: [],
  gatewayEnvironments: ['Production and Sandbox'],
  endpointConfig: null,
  scopes: [{scope: {name: 'order', description: 'Order', bindings: ['admin']}, shared: false}],
  operations: [
    {
      id: '1',
      target: '/menu/{size}',
      verb: 'GET',
      authType: 'Application & Application User',
      throttlingPolicy: 'Unlimited',
      scopes: [],
    },
    {
      id: '2',
      target: '/order',
      verb: 'POST',
      authType: 'Application & Application User',
      throttlingPolicy: 'Unlimited',
      scopes: ['order'],
    },
  ],
  createdTime: '1',
  lastUpdatedTime: '1',
  ...more,
})

describe('mini: the devportal', function () {
  this.timeout(120_000)
  const {databases, cluster, newCluster, later, close} = onMysql()
  let keyManager: FakeKeyManager
  let hub: EventPeer
  let token: string
  let other: string
  const PIZZA = api('Pizza')
  const SECRET = api('Secret', {visibility: 'RESTRICTED', visibleRoles: ['Chef']})
  const DRAFT = api('Draft', {lifeCycleStatus: 'CREATED'})
  const OLD = api('Old', {lifeCycleStatus: 'DEPRECATED', tags: []})

  const seedApi = async (it: Api) => {
    await insertApi(databases.pool('shareddb'), SUPER_TENANT.id, it)
    await databases.query(
      'apimgtdb',
      'INSERT INTO AM_API (API_PROVIDER, API_NAME, API_VERSION, CONTEXT, API_TYPE) VALUES (?, ?, ?, ?, ?)',
      [it.provider, it.name, it.version, `${it.context}/${it.version}`, it.type],
    )
  }
  const seedPolicies = async () => {
    for (const name of ['Unlimited', '10PerMin']) {
      await databases.query(
        'apimgtdb',
        "INSERT INTO AM_POLICY_APPLICATION (NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT, UUID) VALUES (?, ?, 'requestCount', 10, 1, 'min', ?)",
        [name, SUPER_TENANT.id, randomUUID()],
      )
    }
    await databases.query(
      'apimgtdb',
      "INSERT INTO AM_POLICY_SUBSCRIPTION (NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT, BILLING_PLAN, UUID) VALUES ('Gold', ?, 'requestCount', 5000, 1, 'min', 'FREE', ?)",
      [SUPER_TENANT.id, randomUUID()],
    )
  }
  const start = async (schema: 'mini' | 'product') => {
    await newCluster(['devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1'], {schema, analytics: false})
    await seedUser(databases, 'admin', 'admin', ['admin'])
    await seedUser(databases, 'cook', 'cookcook', ['chef'])
    token = await seedToken(databases, 'admin', SCOPES)
    other = await seedToken(databases, 'cook', SCOPES)
    await seedPolicies()
    for (const it of [PIZZA, SECRET, DRAFT, OLD]) await seedApi(it)
    keyManager = await fakeKeyManager(cluster.port('key-manager-1', 9443))
    later(() => keyManager.stop())
    hub = await eventPeer('traffic-manager', 'throttling-events', {
      events: cluster.port('traffic-manager-1', 9611),
      login: cluster.port('traffic-manager-1', 9711),
    })
    later(() => hub.stop())
    await cluster.start('devportal-1')
    const databasesUp = () =>
      cluster
        .node('devportal-1')
        .health()
        .databases.every(it => it.state === 'connected')
    await until('the databases', databasesUp)
  }
  const ask = (path: string, options: AskOptions = {}) =>
    cluster.ask('devportal-1', 9443, path.startsWith('/api/') ? path : `${STORE}${path}`, options)
  const as = (bearer: string, path: string, options: AskOptions = {}) => ask(path, {bearer, ...options})
  const told = () =>
    hub.events
      .map(({event}) => (event as HubEvent).payload as Notification)
      .map(({eventType, event}) => ({eventType, ...event}))

  for (const schema of ['mini', 'product'] as const) {
    describe(`on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, () => {
      before(() => start(schema))
      after(close)

      it('leads from an API to a token for it, and tells the hub of each step', async () => {
        const made = await as(token, '/applications', {
          json: {name: 'shop', throttlingPolicy: 'Unlimited', tokenType: 'JWT'},
        })
        assert.equal(made.status, 201, made.text)
        const {applicationId} = made.body
        assert.equal(made.headers.location, `${STORE}/applications/${applicationId}`)

        const keys = await as(token, `/applications/${applicationId}/generate-keys`, {
          json: {
            keyType: 'PRODUCTION',
            grantTypesToBeSupported: ['client_credentials', 'password'],
            validityTime: '1800',
          },
        })
        assert.equal(keys.status, 200, keys.text)
        const {consumerKey, consumerSecret, keyMappingId} = keys.body
        assert.deepEqual(keys.body.token, {
          accessToken: `token-of-${consumerKey}`,
          validityTime: 1800,
          tokenScopes: ['am_application_scope', 'default'],
        })
        assert.equal(keys.body.keyManager, 'Resident Key Manager')
        assert.equal(keyManager.clients.get(consumerKey)?.token_type_extension, 'JWT')

        const subscribed = await as(token, '/subscriptions', {
          json: {apiId: PIZZA.id, applicationId, throttlingPolicy: 'Gold'},
        })
        assert.equal(subscribed.status, 201, subscribed.text)
        assert.equal(subscribed.body.status, 'UNBLOCKED')
        assert.equal(subscribed.body.apiInfo.name, 'Pizza')
        const details = await as(token, `/applications/${applicationId}`)
        assert.equal(details.body.subscriptionCount, 1)
        assert.deepEqual(
          details.body.subscriptionScopes.map((it: {key: string}) => it.key),
          ['order'],
        )
        assert.equal(details.body.keys[0].consumerSecret, consumerSecret)

        const renewed = await as(token, `/applications/${applicationId}/oauth-keys/${keyMappingId}/generate-token`, {
          json: {consumerSecret, validityPeriod: '60', scopes: ['order'], revokeToken: 'the-old-one'},
        })
        assert.equal(renewed.status, 200, renewed.text)
        assert.deepEqual(renewed.body.tokenScopes, ['order'])
        assert.deepEqual(keyManager.revoked, ['the-old-one'])

        const secret = await as(token, `/applications/${applicationId}/keys/PRODUCTION/regenerate-secret`, {
          method: 'POST',
        })
        assert.equal(secret.status, 200, secret.text)
        assert.notEqual(secret.body.consumerSecret, consumerSecret)
        const wrong = await as(token, `/applications/${applicationId}/oauth-keys/${keyMappingId}/generate-token`, {
          json: {consumerSecret},
        })
        assert.equal(wrong.status, 400)
        assert(!wrong.text.includes(consumerSecret))

        const changed = await as(token, `/applications/${applicationId}/oauth-keys/${keyMappingId}`, {
          method: 'PUT',
          json: {supportedGrantTypes: ['client_credentials'], callbackUrl: 'https://a.example/back'},
        })
        assert.deepEqual([changed.status, changed.body.supportedGrantTypes], [200, ['client_credentials']])
        assert.deepEqual(keyManager.clients.get(consumerKey)?.redirect_uris, ['https://a.example/back'])

        const upgraded = await as(token, `/subscriptions/${subscribed.body.subscriptionId}`, {
          method: 'PUT',
          json: {
            apiId: PIZZA.id,
            applicationId,
            throttlingPolicy: 'Gold',
            requestedThrottlingPolicy: 'Unlimited',
            status: 'UNBLOCKED',
          },
        })
        assert.deepEqual([upgraded.status, upgraded.body.throttlingPolicy], [200, 'Unlimited'])

        assert.equal((await as(token, `/applications/${applicationId}`, {method: 'DELETE'})).status, 200)
        assert.equal((await as(token, `/applications/${applicationId}`)).status, 404)
        assert.equal((await as(token, `/subscriptions/${subscribed.body.subscriptionId}`)).status, 404)
        assert.equal(keyManager.clients.size, 0)

        await until('the last event', () => told().some(({eventType}) => eventType === 'APPLICATION_DELETE'))
        assert.deepEqual(
          told().map(({eventType}) => eventType),
          [
            'APPLICATION_CREATE',
            'APPLICATION_CREATE',
            'APPLICATION_REGISTRATION_CREATE',
            'SUBSCRIPTIONS_CREATE',
            'SUBSCRIPTIONS_UPDATE',
            'SUBSCRIPTIONS_DELETE',
            'APPLICATION_DELETE',
          ],
        )
        const registered = told().find(({eventType}) => eventType === 'APPLICATION_REGISTRATION_CREATE')
        assert.equal((registered as unknown as {consumerKey: string}).consumerKey, consumerKey)
      })
    })
  }

  describe('REST API', () => {
    before(() => start('mini'))
    after(close)

    const names = (body: {list: {name: string}[]}) => body.list.map(({name}) => name)
    const application = async (name: string, bearer = token) =>
      (await as(bearer, '/applications', {json: {name, throttlingPolicy: 'Unlimited'}})).body.applicationId as string

    it('shows everyone what is for everyone, and those with a role what is for them', async () => {
      assert.deepEqual(names((await ask('/apis')).body), ['Pizza'])
      assert.deepEqual(names((await as(token, '/apis')).body), ['Pizza'])
      assert.deepEqual(names((await as(other, '/apis')).body), ['Pizza', 'Secret'])
      assert.equal((await as(other, `/apis/${SECRET.id}`)).status, 200)
      assert.equal((await ask(`/apis/${OLD.id}`)).status, 200, 'a deprecated one is no longer listed, but there')
      for (const hidden of [SECRET, DRAFT]) assert.equal((await as(token, `/apis/${hidden.id}`)).status, 404)
      assert.equal((await ask('/apis', {headers: {'x-wso2-tenant': 'nowhere.example'}})).status, 404)
      assert.deepEqual(names((await ask('/apis', {headers: {'x-wso2-tenant': 'carbon.super'}})).body), ['Pizza'])
    })

    it('finds APIs by a query, and gives them page by page', async () => {
      const found = async (query: string) => names((await ask(`/apis?query=${encodeURIComponent(query)}`)).body)
      assert.deepEqual(await found('piz'), ['Pizza'])
      assert.deepEqual(await found('name:pizza version:1.0'), ['Pizza'])
      assert.deepEqual(await found('tag:food'), ['Pizza'])
      assert.deepEqual(await found('status:DEPRECATED'), [])
      assert.deepEqual(await found("'; DROP TABLE REG_RESOURCE; --"), [])
      const {body} = await as(other, '/apis?limit=1&offset=1')
      assert.deepEqual(names(body), ['Secret'])
      assert.deepEqual({...body.pagination, previous: ''}, {limit: 1, offset: 1, total: 2, next: '', previous: ''})
      assert.deepEqual((await ask('/tags')).body.list, [{value: 'food', count: 1}])
    })

    it('tells where an API is called and what it can do', async () => {
      const {body} = await ask(`/apis/${PIZZA.id}`)
      const [environment] = body.endpointURLs
      const https = `https://localhost:${cluster.port('gateway-1', 8243)}`
      assert.equal(environment.URLs.https, `${https}/pizza/1.0.0`)
      assert.equal(environment.URLs.ws, undefined)
      assert.equal(environment.defaultVersionURLs.https, `${https}/pizza`)
      const swagger = await ask(`/apis/${PIZZA.id}/swagger`)
      assert.equal(swagger.body.openapi, '3.0.1')
      assert.deepEqual(Object.keys(swagger.body.paths), ['/menu/{size}', '/order'])
      assert.deepEqual(JSON.parse(body.apiDefinition as string), swagger.body)
    })

    it('gives each user a first application once', async () => {
      const all = await Promise.all(Array.from({length: 8}, () => as(other, '/applications')))
      for (const {body} of all) assert.deepEqual(names(body), ['DefaultApplication'])
      const [{applicationId}] = all[0]?.body.list
      assert.equal((await as(other, `/applications/${applicationId}`, {method: 'DELETE'})).status, 200)
      assert.deepEqual(names((await as(other, '/applications')).body), [])
    })

    it('keeps names of applications unique for each user', async () => {
      const id = await application('one')
      const again = await as(token, '/applications', {json: {name: 'one', throttlingPolicy: 'Unlimited'}})
      assert.deepEqual([again.status, again.body.code], [409, 900301])
      assert.equal(typeof (await application('one', other)), 'string')
      await application('two')
      const renamed = await as(token, `/applications/${id}`, {
        method: 'PUT',
        json: {name: 'two', throttlingPolicy: 'Unlimited'},
      })
      assert.equal(renamed.status, 409)
      const updated = await as(token, `/applications/${id}`, {
        method: 'PUT',
        json: {name: 'three', throttlingPolicy: '10PerMin', description: 'Third', tokenType: 'OAUTH'},
      })
      assert.deepEqual(
        [updated.status, updated.body.name, updated.body.throttlingPolicy, updated.body.tokenType],
        [200, 'three', '10PerMin', 'OAUTH'],
      )
    })

    it('sorts applications as it is asked to', async () => {
      await seedUser(databases, 'sorter', 'sorter')
      const sorter = await seedToken(databases, 'sorter', SCOPES)
      for (const [name, throttlingPolicy] of [
        ['b', 'Unlimited'],
        ['a', 'Unlimited'],
        ['C', '10PerMin'],
      ]) {
        assert.equal((await as(sorter, '/applications', {json: {name, throttlingPolicy}})).status, 201)
      }
      const sorted = async (query: string) => names((await as(sorter, `/applications?query=&${query}`)).body)
      const own = (list: readonly string[]) => list.filter(it => it !== 'DefaultApplication')
      assert.deepEqual(own(await sorted('')), ['a', 'b', 'C'])
      assert.deepEqual(own(await sorted('sortBy=name&sortOrder=desc')), ['C', 'b', 'a'])
      assert.deepEqual(own(await sorted('sortBy=throttlingPolicy')).at(0), 'C')
      assert.deepEqual(await sorted('sortOrder=desc&limit=1'), ['DefaultApplication'])
      for (const wrong of ['sortBy=nothing', 'sortOrder=up']) {
        assert.equal((await as(sorter, `/applications?${wrong}`)).status, 400, wrong)
      }
    })

    it("leaves another user's things alone", async () => {
      const applicationId = await application('mine')
      const subscription = await as(token, '/subscriptions', {
        json: {apiId: PIZZA.id, applicationId, throttlingPolicy: 'Gold'},
      })
      const paths = [`/applications/${applicationId}`, `/subscriptions/${subscription.body.subscriptionId}`]
      for (const path of paths) {
        assert.equal((await as(other, path)).status, 403)
        assert.equal((await as(other, path, {method: 'DELETE'})).status, 403)
      }
      const keys = {json: {keyType: 'SANDBOX', grantTypesToBeSupported: ['password']}}
      assert.equal((await as(other, `/applications/${applicationId}/generate-keys`, keys)).status, 403)
      const theirs = {json: {apiId: PIZZA.id, applicationId, throttlingPolicy: 'Gold'}}
      assert.equal((await as(other, '/subscriptions', theirs)).status, 403)
    })

    it('subscribes once, with a policy of the API, to what is published', async () => {
      const applicationId = await application('subscriber')
      const to = (it: Api, throttlingPolicy = 'Gold') =>
        as(token, '/subscriptions', {json: {apiId: it.id, applicationId, throttlingPolicy}})
      assert.equal((await to(PIZZA, 'Bronze')).status, 403)
      assert.equal((await to(OLD)).status, 404)
      assert.equal((await to(DRAFT)).status, 404)
      const all = await Promise.all(Array.from({length: 6}, () => to(PIZZA)))
      assert.deepEqual(all.map(({status}) => status).sort(), [201, 409, 409, 409, 409, 409])
      const list = await as(token, `/subscriptions?applicationId=${applicationId}`)
      assert.equal(list.body.count, 1)
      const byApi = await as(token, `/subscriptions?apiId=${PIZZA.id}`)
      assert(byApi.body.list.some((it: {applicationId: string}) => it.applicationId === applicationId))
      const {subscriptionId} = list.body.list[0]
      assert.equal((await as(token, `/subscriptions/${subscriptionId}`, {method: 'DELETE'})).status, 200)
      assert.equal((await as(token, `/subscriptions/${subscriptionId}`)).status, 404)
    })

    it('registers one client for an application, however often it is asked at once', async () => {
      const path = `/applications/${await application('eager')}/generate-keys`
      const before = keyManager.clients.size
      const json = {keyType: 'SANDBOX', grantTypesToBeSupported: ['password']}
      const all = await Promise.all(Array.from({length: 4}, () => as(token, path, {json})))
      assert.deepEqual(all.map(({status}) => status).sort(), [200, 409, 409, 409])
      assert.equal(keyManager.clients.size, before + 1)
      const made = all.find(({status}) => status === 200)
      assert.equal(made?.body.token, null)
    })

    it('keeps an application whose keys could not be removed', async () => {
      const id = await application('kept')
      const json = {keyType: 'SANDBOX', grantTypesToBeSupported: ['password']}
      assert.equal((await as(token, `/applications/${id}/generate-keys`, {json})).status, 200)
      keyManager.refuse = 500
      assert.equal((await as(token, `/applications/${id}`, {method: 'DELETE'})).status, 502)
      keyManager.refuse = undefined
      assert.equal((await as(token, `/applications/${id}/keys`)).body.count, 1)
      assert.equal((await as(token, `/applications/${id}`, {method: 'DELETE'})).status, 200)
    })

    it('lists the policies of a level', async () => {
      assert.deepEqual(names((await as(token, '/throttling-policies/application')).body), ['10PerMin', 'Unlimited'])
      const gold = await ask('/throttling-policies/subscription/Gold')
      assert.deepEqual([gold.body.requestCount, gold.body.unitTime, gold.body.tierPlan], [5000, 60_000, 'FREE'])
      assert.equal((await ask('/throttling-policies/subscription/None')).status, 404)
      assert.equal((await ask('/throttling-policies/other')).status, 400)
      assert.equal((await ask('/settings')).body.IsAnonymousModeEnabled, true)
    })

    it('takes who signs up as a subscriber', async () => {
      const me = '/api/identity/user/v1.0/me'
      const claims = [{uri: 'http://wso2.org/claims/givenname', value: 'Ann'}]
      const json = {user: {username: 'newcomer', password: 'letmein', claims}, properties: []}
      assert.equal((await ask(me, {json})).status, 201)
      assert.equal((await ask(me, {json})).status, 409)
      const [role] = await databases.query(
        'shareddb',
        "SELECT r.UM_ROLE_NAME AS name FROM UM_HYBRID_USER_ROLE u JOIN UM_HYBRID_ROLE r ON r.UM_ID = u.UM_ROLE_ID WHERE u.UM_USER_NAME = 'newcomer'",
      )
      assert.equal(role?.name, 'subscriber')
      for (const user of [
        {username: 'x', password: 'letmein'},
        {username: 'with space', password: 'letmein'},
        {username: 'shorty', password: 'abc'},
        {username: 'a@nowhere.example', password: 'letmein'},
        {username: 'nopassword'},
        {username: 'claimed', password: 'letmein', claims: [{uri: 'http://wso2.org/claims/unknown', value: 'x'}]},
      ]) {
        const {status, text} = await ask(me, {json: {user}})
        assert([400, 404].includes(status), `${JSON.stringify(user)}: ${text}`)
        assert(!text.includes('letmein'))
      }
    })

    describe('bad input', () => {
      const ID = 'the-application'
      let id = ''
      before(async () => (id = await application('target')))

      const unknown = randomUUID()
      const key = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['password']}
      const one = {throttlingPolicy: 'Unlimited'}
      const bodies: [string, () => string, unknown, number][] = [
        ['no name', () => '/applications', one, 400],
        ['a list for a name', () => '/applications', {...one, name: [1]}, 400],
        ['an empty name', () => '/applications', {...one, name: ''}, 400],
        ['a name with spaces around it', () => '/applications', {...one, name: ' a '}, 400],
        ['SQL in a name', () => '/applications', {...one, name: "a'; DROP TABLE AM_APPLICATION; --"}, 400],
        ['a name of 101 characters', () => '/applications', {...one, name: 'a'.repeat(101)}, 400],
        ['a name that latin1 lacks', () => '/applications', {...one, name: '薬局'}, 400],
        ['a description that latin1 lacks', () => '/applications', {...one, name: 'odd', description: '薬局'}, 400],
        ['a NUL in a name', () => '/applications', {...one, name: 'a\0b'}, 400],
        ['an unknown policy', () => '/applications', {name: 'a', throttlingPolicy: 'Platinum'}, 400],
        ['a policy that latin1 lacks', () => '/applications', {name: 'a', throttlingPolicy: '薬局'}, 400],
        ['a token type of another kind', () => '/applications', {...one, name: 'a', tokenType: 'SAML'}, 400],
        ['a list for a body', () => '/applications', [], 400],
        ['null for a body', () => '/applications', null, 400],
        ['another key type', () => `/applications/${id}/generate-keys`, {...key, keyType: 'TEST'}, 400],
        ['no grant types', () => `/applications/${id}/generate-keys`, {keyType: 'PRODUCTION'}, 400],
        ['odd grant types', () => `/applications/${id}/generate-keys`, {...key, grantTypesToBeSupported: ['a b']}, 400],
        ['another key manager', () => `/applications/${id}/generate-keys`, {...key, keyManager: 'Okta'}, 400],
        [
          'a validity that is no number',
          () => `/applications/${id}/generate-keys`,
          {...key, validityTime: 'long'},
          400,
        ],
        ['keys of an unknown application', () => `/applications/${unknown}/generate-keys`, key, 404],
        [
          'a token of unknown keys',
          () => `/applications/${id}/oauth-keys/${unknown}/generate-token`,
          {consumerSecret: 'x'},
          404,
        ],
        ['a subscription without an API', () => '/subscriptions', {applicationId: ID, throttlingPolicy: 'Gold'}, 400],
        [
          'a subscription to an unknown API',
          () => '/subscriptions',
          {apiId: unknown, applicationId: ID, throttlingPolicy: 'Gold'},
          404,
        ],
        [
          'a subscription of an unknown application',
          () => '/subscriptions',
          {apiId: PIZZA.id, applicationId: unknown, throttlingPolicy: 'Gold'},
          404,
        ],
        [
          'SQL for ids',
          () => '/subscriptions',
          {apiId: "' OR 1=1 --", applicationId: "' OR 1=1 --", throttlingPolicy: 'Gold'},
          404,
        ],
      ]
      for (const [what, path, json, status] of bodies) {
        it(`${what} is ${status}`, async () => {
          const body = JSON.stringify(json).replace(ID, id)
          const answer = await as(token, path(), {body, headers: {'content-type': 'application/json'}})
          assert.equal(answer.status, status, answer.text)
          // KEY_MANAGER_NOT_FOUND has a code of its own.
          assert.equal(answer.body.code, what === 'another key manager' ? 901403 : status)
          assert.equal(typeof answer.body.description, 'string')
        })
      }

      const paths: [string, number][] = [
        [`/apis/${unknown}`, 404],
        ['/apis/..%2f..%2fetc%2fpasswd', 404],
        ["/apis/'%20OR%20'1'='1", 404],
        ['/apis/%E8%96%AC', 404],
        ['/apis/%00', 404],
        ['/apis/%ff', 400],
        ['/apis?limit=-1', 400],
        ['/apis?offset=many', 400],
        [`/applications/${unknown}`, 404],
        ['/applications/%E8%96%AC%00', 404],
        [`/subscriptions/${unknown}`, 404],
        ['/subscriptions', 400],
        ['/apis/x/wsdl', 501],
        ['/nothing', 501],
      ]
      for (const [path, status] of paths) {
        it(`GET ${path} is ${status}`, async () => {
          const answer = await as(token, path)
          assert.equal(answer.status, status, answer.text)
        })
      }

      it('bodies that are no JSON, too large or of another type are refused', async () => {
        const headers = {'content-type': 'application/json'}
        assert.equal((await as(token, '/applications', {headers, body: '{"name": '})).status, 400)
        assert.equal((await as(token, '/applications', {headers, body: Buffer.from([0x22, 0xff, 0x22])})).status, 400)
        assert.equal(
          (await as(token, '/applications', {headers: {'content-type': 'text/xml'}, body: '<a/>'})).status,
          415,
        )
        const large = await as(token, '/applications', {headers, body: Buffer.alloc(10 * 1024 * 1024, 0x20)}).catch(
          () => ({status: 413}),
        )
        assert.equal(large.status, 413)
      })

      it('callers without a good token are refused', async () => {
        await seedToken(databases, 'admin', SCOPES)
        await databases.query(
          'apimgtdb',
          'UPDATE IDN_OAUTH2_ACCESS_TOKEN SET VALIDITY_PERIOD = 0 ORDER BY TIME_CREATED DESC LIMIT 1',
        )
        const scopeless = await seedToken(databases, 'cook', ['apim:api_view'])
        const forged = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"jti":"x"}').toString('base64url')}.`
        for (const path of ['/applications', '/subscriptions?applicationId=x', `/applications/${id}/keys`]) {
          assert.equal((await ask(path)).status, 401)
          assert.equal((await as('x', path)).status, 401)
          assert.equal((await as(forged, path)).status, 401)
          assert.equal((await as(token.slice(0, -1), path)).status, 401)
          assert.equal((await as(scopeless, path)).status, 403)
        }
        assert.equal((await as('x', '/apis')).status, 401)
        assert.equal((await ask('/applications', {method: 'PATCH'})).status, 501)
      })

      it('no error was our bug', () => {
        assert.deepEqual(
          cluster.log('devportal-1').filter(it => it.startsWith('ERROR')),
          [],
        )
      })
    })
  })

  it('answers 503 while the key manager is away', async () => {
    await start('mini')
    try {
      const made = await as(token, '/applications', {json: {name: 'lonely', throttlingPolicy: 'Unlimited'}})
      await keyManager.stop()
      const json = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials']}
      const path = `/applications/${made.body.applicationId}/generate-keys`
      assert.equal((await as(token, path, {json})).status, 503)
      keyManager = await fakeKeyManager(cluster.port('key-manager-1', 9443))
      assert.equal((await as(token, path, {json})).status, 200)
    } finally {
      await close()
    }
  })
})
