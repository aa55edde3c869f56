import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import fc from 'fast-check'
import type {AskOptions} from '../support/ask.js'
import {fieldsOf, strange} from './facts/facts.js'
import {FORM_TYPE, formIn, type Form} from './support/html-form.js'
import {inDatabases} from './support/in-cluster.js'
import {makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {seedToken, seedUser} from './support/seed.js'

const RUNS = 25

/** Fields of APIDTO that a body does not decide: ids, what is fixed once the API is there, and what the server says of it. */
const FIXED = [
  'id',
  'name',
  'context',
  'version',
  'provider',
  'type',
  'lifeCycleStatus',
  'createdTime',
  'lastUpdatedTime',
  'hasThumbnail',
  'workflowStatus',
  'wsdlInfo',
]

const text = fc.string({minLength: 1, maxLength: 30, unit: 'grapheme-ascii'})
const name = fc.constantFrom('one', 'two', 'three')
const names = fc.uniqueArray(name, {maxLength: 3})
const key = fc.stringMatching(/^[a-z]{8,12}$/)
const account = {username: text, password: fc.constant('')}
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, {nil: null})

const endpoint = fc.record({
  url: fc.constantFrom('http://localhost:1/a', 'https://localhost:2/b'),
  template_not_supported: fc.boolean(),
  config: fc.constantFrom(null, {
    actionSelect: 'fault',
    actionDuration: '30000',
    suspendErrorCode: ['101504', '101505'],
    suspendDuration: '1000',
    suspendMaxDuration: '4000',
    factor: '2',
    retryErroCode: ['101504'],
    retryTimeOut: '2',
    retryDelay: '10',
  }),
})
const several = fc.array(endpoint, {minLength: 1, maxLength: 3})
const A = {url: 'http://localhost:1/a'}
const endpointWith = (config: object) => ({
  endpointConfig: {endpoint_type: 'http', production_endpoints: {...A, config}},
})
const own = fc.record({
  enabled: fc.boolean(),
  type: fc.constantFrom('BASIC', 'DIGEST', 'NONE'),
  ...account,
  customParameters: fc.constant('{}'),
})

/** Values for each other field, with which an API can be changed. */
const CHANGES = {
  description: text,
  wsdlUrl: maybe(text),
  testKey: maybe(text),
  responseCachingEnabled: fc.boolean(),
  cacheTimeout: fc.nat(3600),
  destinationStatsEnabled: maybe(text),
  isDefaultVersion: fc.boolean(),
  enableSchemaValidation: fc.constant(false),
  enableStore: fc.boolean(),
  transport: fc.constantFrom(['http'], ['https'], ['http', 'https']),
  tags: names,
  policies: fc.constantFrom(['Gold'], ['Gold', 'Bronze'], ['Unlimited']),
  apiThrottlingPolicy: fc.constantFrom(null, '10KPerMin'),
  authorizationHeader: fc.constantFrom('Authorization', 'X-Own'),
  securityScheme: fc.constantFrom(['oauth2'], ['oauth2', 'oauth_basic_auth_api_key_mandatory']),
  maxTps: maybe(fc.record({production: maybe(fc.nat(1000)), sandbox: maybe(fc.nat(1000))})),
  visibility: fc.constantFrom('PUBLIC', 'PRIVATE'),
  visibleRoles: fc.constantFrom([], ['tester']),
  visibleTenants: names,
  endpointSecurity: maybe(fc.record({type: fc.constantFrom('BASIC', 'DIGEST'), ...account})),
  gatewayEnvironments: fc.constantFrom([], ['gateway-2'], ['Production and Sandbox']),
  deploymentEnvironments: fc.constant([]),
  labels: names,
  mediationPolicies: fc.constant([]),
  subscriptionAvailability: fc.constantFrom('CURRENT_TENANT', 'ALL_TENANTS', 'SPECIFIC_TENANTS'),
  subscriptionAvailableTenants: names,
  additionalProperties: fc.dictionary(key, text, {maxKeys: 3}),
  monetization: maybe(fc.record({enabled: fc.constant(false), properties: fc.dictionary(key, text, {maxKeys: 2})})),
  businessInformation: fc.record({
    businessOwner: maybe(text),
    businessOwnerEmail: maybe(text),
    technicalOwner: maybe(text),
    technicalOwnerEmail: maybe(text),
  }),
  corsConfiguration: fc.record({
    corsConfigurationEnabled: fc.boolean(),
    accessControlAllowOrigins: fc.constantFrom(['*'], ['https://a.example']),
    accessControlAllowCredentials: fc.boolean(),
    accessControlAllowHeaders: fc.constantFrom([], ['X-A']),
    accessControlAllowMethods: fc.constantFrom([], ['GET', 'POST']),
  }),
  endpointConfig: fc.oneof(
    fc.record(
      {
        endpoint_type: fc.constant('load_balance'),
        production_endpoints: several,
        sandbox_endpoints: several,
        algoCombo: fc.constantFrom('org.apache.synapse.endpoints.algorithms.RoundRobin', 'other', ''),
        algoClassName: fc.constant('org.apache.synapse.endpoints.algorithms.RoundRobin'),
        sessionManagement: fc.constantFrom('', 'none', null),
        sessionTimeOut: fc.constantFrom('', '300'),
        failOver: fc.constantFrom('True', 'False'),
      },
      {requiredKeys: ['endpoint_type', 'production_endpoints']},
    ),
    fc.record(
      {
        endpoint_type: fc.constant('failover'),
        production_endpoints: endpoint,
        production_failovers: several,
        sandbox_endpoints: endpoint,
        sandbox_failovers: several,
      },
      {requiredKeys: ['endpoint_type', 'production_endpoints']},
    ),
    fc.record(
      {
        endpoint_type: fc.constantFrom('http', 'address'),
        production_endpoints: endpoint,
        sandbox_endpoints: endpoint,
        endpoint_security: fc.record({production: own, sandbox: own}, {requiredKeys: []}),
        failOver: fc.constant('False'),
      },
      {requiredKeys: ['endpoint_type', 'production_endpoints']},
    ),
  ),
  endpointImplementationType: fc.constant('ENDPOINT'),
  threatProtectionPolicies: fc.constant(null),
  categories: names,
  keyManagers: fc.constantFrom(['all'], ['Resident Key Manager']),
}

/** With what each is connected: one alone would not be taken. */
const ACCESS = fc.constantFrom(
  {accessControl: 'NONE', accessControlRoles: []},
  {accessControl: 'RESTRICTED', accessControlRoles: ['tester']},
)
const RESOURCES = fc.constantFrom(
  {operations: [{target: '/*', verb: 'GET', authType: 'None', throttlingPolicy: 'Unlimited', scopes: []}], scopes: []},
  {
    operations: [
      {target: '/a/{b}', verb: 'POST', authType: 'Any', throttlingPolicy: '10KPerMin', scopes: ['a:b']},
      {target: '/a/{b}', verb: 'GET', authType: 'Application', throttlingPolicy: 'Unlimited', scopes: []},
    ],
    scopes: [{scope: {name: 'a:b', displayName: 'AB', description: 'Both', bindings: ['tester']}, shared: false}],
  },
)
const CONNECTED = ['accessControl', 'accessControlRoles', 'operations', 'scopes']

/** As it comes out of JSON: with an ordinary prototype. */
const sent = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

/** What an operation or a scope says beside what was sent. */
const BESIDE = {usedProductIds: [], amznResourceName: null, amznResourceTimeout: null}
const withoutIds = ({operations, scopes, lastUpdatedTime: _, ...rest}: Record<string, unknown>) => ({
  ...rest,
  operations: (operations as {id: string}[]).map(({id: __, ...it}) => ({...BESIDE, ...it})),
  scopes: (scopes as {scope: object}[]).map(it => ({...it, scope: {id: null, usageCount: null, ...it.scope}})),
})

const withoutTime = ({lastUpdatedTime: _, ...rest}: Record<string, unknown>) => rest

describe('mini: nothing is taken and dropped', function () {
  this.timeout(120_000)
  const {databases, later} = inDatabases()
  let lab: PublisherLab
  let id = ''
  const call = (path: string, options: AskOptions = {}) =>
    lab.cluster.ask('publisher-1', 9443, `${PUBLISHER}${path}`, {bearer: lab.token, ...options})
  const body = (more: object = {}) => ({
    name: 'Kept',
    context: '/kept',
    version: '1',
    policies: ['Gold'],
    endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/a'}},
    ...more,
  })

  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
    for (const it of ['one', 'two', 'three']) {
      const sql = 'INSERT INTO AM_API_CATEGORIES (UUID, NAME, TENANT_ID) VALUES (?, ?, -1234)'
      await databases.query('apimgtdb', sql, [it, it])
    }
    const made = await call('/apis', {json: body()})
    assert.equal(made.status, 201, made.text)
    id = made.body.id
  })

  it('an API: every official field is changed here, or is not a body’s to say', () => {
    const official = fieldsOf('publisher', 'API').map(it => it.name)
    assert.deepEqual([...Object.keys(CHANGES), ...CONNECTED, ...FIXED].toSorted(), official.toSorted())
  })

  it('an API: what is read, changed and written back is all there', async () => {
    const changes = fc.record(CHANGES, {requiredKeys: []})
    await fc.assert(
      fc.asyncProperty(changes, ACCESS, RESOURCES, async (some, access, resources) => {
        const before = (await call(`/apis/${id}`)).body as Record<string, unknown>
        const wanted = sent({...before, ...some, ...access, ...resources})
        const put = await call(`/apis/${id}`, {method: 'PUT', json: wanted})
        assert.equal(put.status, 200, put.text)
        assert.deepEqual(withoutIds(put.body), withoutIds(wanted))
        const got = await call(`/apis/${id}`)
        assert.deepEqual(got.body, put.body)
        assert.deepEqual(strange('publisher', 'API', got.body), [])
      }),
      {numRuns: RUNS},
    )
  })

  it('an API: its form in the publisher changes what was changed in it and nothing else', async () => {
    const page = (path: string, options: AskOptions) =>
      lab.cluster.ask('publisher-1', 9443, `/publisher${path}`, options)
    const login = await page('/login', {form: {username: 'admin', password: 'admin', next: ''}})
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
    const path = `/apis/${id}/edit`
    const saved = async ({body: sentForm}: Form) => {
      const headers = {cookie, 'content-type': FORM_TYPE}
      const {status, text: said} = await page(path, {method: 'POST', headers, body: sentForm})
      assert.equal(status, 303, said)
      return withoutTime((await call(`/apis/${id}`)).body)
    }
    const changes = fc.record(CHANGES, {requiredKeys: []})
    await fc.assert(
      fc.asyncProperty(changes, ACCESS, RESOURCES, async (some, access, resources) => {
        const before = (await call(`/apis/${id}`)).body as Record<string, unknown>
        const put = await call(`/apis/${id}`, {method: 'PUT', json: {...before, ...some, ...access, ...resources}})
        assert.equal(put.status, 200, put.text)
        const form = formIn((await page(path, {headers: {cookie}})).text, `/publisher${path}`)
        const all = withoutTime(put.body)
        assert.deepEqual(await saved(form), all)
        const [first, ...others] = put.body.operations as readonly object[]
        const operations = [{...first, authType: 'Application User'}, ...others]
        const changed = form.set('tags', 'other, tags').set('authType', 'Application User')
        assert.deepEqual(await saved(changed), {...all, operations, tags: ['other', 'tags']})
      }),
      {numRuns: RUNS},
    )
  })

  it('an API that is made with a field has it', async () => {
    const changes = fc.record(CHANGES, {requiredKeys: []})
    let count = 0
    await fc.assert(
      fc.asyncProperty(changes, ACCESS, async (some, access) => {
        const made = await call('/apis', {
          json: body({name: `Made${++count}`, context: `/made${count}`, ...some, ...access}),
        })
        assert.equal(made.status, 201, made.text)
        const got = (await call(`/apis/${made.body.id}`)).body
        for (const [field, value] of Object.entries(sent({...some, ...access})))
          assert.deepEqual(got[field], value, field)
        assert.equal((await call(`/apis/${made.body.id}`, {method: 'DELETE'})).status, 200)
      }),
      {numRuns: 10},
    )
  })

  it('operations keep their ids', async () => {
    const before = (await call(`/apis/${id}`)).body
    const put = await call(`/apis/${id}`, {method: 'PUT', json: {...before, description: 'Other'}})
    assert.deepEqual(put.body.operations, before.operations)
  })

  it('passwords of backends are never told, kept where none is sent back, and reach the gateways', async () => {
    const security = {type: 'BASIC', username: 'joe', password: 'first'}
    const endpointConfig = {
      endpoint_type: 'http',
      production_endpoints: {url: 'http://localhost:1/a'},
      sandbox_endpoints: {url: 'http://localhost:1/b'},
      endpoint_security: {sandbox: {enabled: true, type: 'DIGEST', username: 'sue', password: 'second'}},
    }
    const json = body({
      name: 'Safe',
      context: '/safe',
      endpointSecurity: security,
      endpointConfig,
      maxTps: {production: 7},
    })
    const made = await call('/apis', {json})
    assert.equal(made.status, 201, made.text)
    const path = `/apis/${made.body.id}`
    assert.ok(!made.text.includes('first') && !made.text.includes('second'))
    const put = await call(path, {method: 'PUT', json: {...made.body, description: 'Again'}})
    assert.equal(put.status, 200, put.text)
    assert.ok(!put.text.includes('first') && !put.text.includes('second'))
    const move = `/apis/change-lifecycle?apiId=${made.body.id}&action=Publish`
    assert.equal((await call(move, {method: 'POST'})).status, 200)
    const artifact = lab.gateways[0]?.apis.get(made.body.id)
    assert.deepEqual(artifact?.security, {
      production: security,
      sandbox: {type: 'DIGEST', username: 'sue', password: 'second'},
    })
    assert.deepEqual(artifact.maxTps, {production: 7})
    const other = {...made.body, endpointSecurity: {...security, username: 'ann', password: ''}}
    assert.equal((await call(path, {method: 'PUT', json: other})).status, 200)
    assert.equal(lab.gateways[0]?.apis.get(made.body.id)?.security?.production?.password, '')
  })

  it('several endpoints, their rules and caching reach the gateways', async () => {
    const config = {suspendErrorCode: '101503', suspendDuration: '500', actionDuration: '2000'}
    const json = body({
      name: 'Many',
      context: '/many',
      responseCachingEnabled: true,
      cacheTimeout: 60,
      endpointConfig: {
        endpoint_type: 'failover',
        production_endpoints: {...A, config},
        production_failovers: [{url: 'http://localhost:2/b'}],
        sandbox_endpoints: {url: 'http://localhost:3/c'},
      },
    })
    const made = await call('/apis', {json})
    assert.equal(made.status, 201, made.text)
    const move = `/apis/change-lifecycle?apiId=${made.body.id}&action=Publish`
    assert.equal((await call(move, {method: 'POST'})).status, 200)
    const artifact = lab.gateways[0]?.apis.get(made.body.id)
    assert.deepEqual(artifact?.endpoints, {production: A.url, sandbox: 'http://localhost:3/c'})
    const suspension = {codes: [101503], initial: 500, factor: 1, most: 500}
    assert.deepEqual(artifact.groups, {
      production: {
        kind: 'failover',
        failsOver: true,
        members: [{...A, rules: {timeout: 2000, suspension}}, {url: 'http://localhost:2/b'}],
      },
    })
    assert.equal(artifact.cacheSeconds, 60)
  })

  for (const [what, more, status] of [
    ['mediation policies', {mediationPolicies: [{name: 'json_to_xml_in_message', type: 'in'}]}, 501],
    ['caching of a WebSocket', {type: 'WS', endpointConfig: null, responseCachingEnabled: true}, 501],
    ['inline implementations', {endpointImplementationType: 'INLINE'}, 501],
    ['monetization', {monetization: {enabled: true, properties: {}}}, 501],
    ['validation of bodies', {enableSchemaValidation: true}, 501],
    ['clusters', {deploymentEnvironments: [{type: 'Kubernetes', clusterName: ['a']}]}, 501],
    ['an action on timeouts', endpointWith({actionSelect: 'discard'}), 501],
    ['a time that is none', endpointWith({actionDuration: 'soon'}), 400],
    ['an error code that is none', endpointWith({suspendErrorCode: ['x']}), 400],
    ['another algorithm', {endpointConfig: {endpoint_type: 'load_balance', algoClassName: 'a.Random'}}, 501],
    ['another algorithm of the list', {endpointConfig: {endpoint_type: 'load_balance', algoCombo: 'a.Random'}}, 501],
    ['sessions of endpoints', {endpointConfig: {endpoint_type: 'load_balance', sessionManagement: 'transport'}}, 501],
    [
      'several endpoints of a type for one',
      {endpointConfig: {endpoint_type: 'http', production_endpoints: [A, A]}},
      400,
    ],
    [
      'OAuth at backends',
      {endpointConfig: {endpoint_type: 'http', endpoint_security: {production: {type: 'OAUTH'}}}},
      501,
    ],
    ['an unknown category', {categories: ['none']}, 400],
    ['an unknown key manager', {keyManagers: ['none']}, 400],
    ['an unknown role of access control', {accessControl: 'RESTRICTED', accessControlRoles: ['none']}, 400],
    ['a property with a space', {additionalProperties: {'a b': '1'}}, 400],
    ['a property with a reserved name', {additionalProperties: {Version: '1'}}, 400],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const made = await call('/apis', {json: body({name: 'Refused', context: '/refused', ...more})})
      assert.equal(made.status, status, made.text)
      assert.deepEqual(strange('publisher', 'Error', made.body), [])
    })
  }

  /** An application of another tenant, subscribed to an API: the subscription's UUID. */
  const subscribed = async (apiName: string) => {
    const uuid = randomUUID()
    const insert = (sql: string, ...values: unknown[]) => databases.query('apimgtdb', sql, values)
    await insert("INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES ('far@example.com', 7, NOW())")
    await insert(
      "INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, APPLICATION_TIER, UUID) SELECT 'far', SUBSCRIBER_ID, 'Unlimited', ? FROM AM_SUBSCRIBER " +
        "WHERE USER_ID = 'far@example.com'",
      randomUUID(),
    )
    await insert(
      "INSERT INTO AM_SUBSCRIPTION (TIER_ID, API_ID, APPLICATION_ID, SUB_STATUS, SUBS_CREATE_STATE, UUID) SELECT 'Unlimited', i.API_ID, " +
        "a.APPLICATION_ID, 'UNBLOCKED', 'SUBSCRIBE', ? FROM AM_API i, AM_APPLICATION a WHERE i.API_NAME = ? AND a.NAME = 'far'",
      uuid,
      apiName,
    )
    return uuid
  }

  it('an API with access control is there for its roles and administrators alone', async () => {
    const json = body({name: 'Secret', context: '/secret', accessControl: 'RESTRICTED', accessControlRoles: ['tester']})
    const made = await call('/apis', {json})
    assert.equal(made.status, 201, made.text)
    const scopes = ['api_view', 'api_create', 'subscription_view', 'subscription_block'].map(it => `apim:${it}`)
    const subscription = await subscribed('Secret')
    for (const [user, roles, sees] of [
      ['tim', ['tester'], true],
      ['rob', ['other'], false],
    ] as const) {
      await seedUser(databases, user, user, roles)
      const bearer = await seedToken(databases, user, scopes)
      const list = (await call('/apis?query=Secret', {bearer})).body.list as unknown[]
      assert.equal(list.length, sees ? 1 : 0, user)
      assert.equal((await call(`/apis/${made.body.id}`, {bearer})).status, sees ? 200 : 404, user)
      const subscriptions = (await call('/subscriptions', {bearer})).body.list as {subscriptionId: string}[]
      assert.deepEqual(
        subscriptions.map(it => it.subscriptionId),
        sees ? [subscription] : [],
        user,
      )
      const info = await call(`/subscriptions/${subscription}/subscriber-info`, {bearer})
      assert.deepEqual([info.status, info.body.name], sees ? [200, 'far@example.com'] : [404, undefined], user)
      const block = `/subscriptions/block-subscription?blockState=BLOCKED&subscriptionId=${subscription}`
      assert.equal((await call(block, {method: 'POST', bearer})).status, sees ? 200 : 404, user)
      assert.equal(
        (await call('/apis/validate?query=name:Secret', {method: 'POST', bearer})).status,
        200,
        'it is taken',
      )
    }
  })
})
