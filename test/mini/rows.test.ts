import assert from 'node:assert/strict'
import {ApiLife, type Keys} from '../support/api-life.js'
import {inCluster} from './support/in-cluster.js'

const NODES = ['key-manager-1', 'traffic-manager-1', 'publisher-1', 'devportal-1', 'gateway-1']

/** Rows that an act adds to tables of apimgtdb, or takes away. */
type Change = Readonly<Record<string, number>>

const REGISTERED: Change = {
  IDN_OAUTH_CONSUMER_APPS: 1,
  IDN_OIDC_PROPERTY: 2,
  SP_APP: 1,
  SP_INBOUND_AUTH: 1,
  SP_METADATA: 4,
}
const negated = (change: Change): Change =>
  Object.fromEntries(Object.entries(change).map(([name, rows]) => [name, -rows]))

/** What the acts of the REST APIs leave in the database is what the product's leave there: SQLConstants of carbon-apimgt v6.7.206. */
describe('mini: rows of apimgtdb', function () {
  this.timeout(60_000)
  // Each act needs what those before it made.
  this.bail(true)
  const {cluster, databases} = inCluster(NODES, {analytics: false})
  let life: ApiLife
  let tables: readonly string[]
  const made: Record<string, string> = {}
  let keys: Keys

  const ask = async (node: string, method: string, path: string, json?: unknown, statuses = [200, 201, 204]) => {
    const answer = await cluster.ask(node, 9443, path, {method, bearer: life.token, ...(json !== undefined && {json})})
    assert.ok(statuses.includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const store = (method: string, path: string, json?: unknown) =>
    ask('devportal-1', method, `/api/am/store/v1${path}`, json)
  const publisher = (method: string, path: string, json?: unknown) =>
    ask('publisher-1', method, `/api/am/publisher/v1${path}`, json)
  const admin = (method: string, path: string, json?: unknown) =>
    ask('publisher-1', method, `/api/am/admin/v1${path}`, json)

  const counts = async (): Promise<ReadonlyMap<string, number>> => {
    const sql = tables.map(it => `SELECT '${it}' AS name, COUNT(*) AS count FROM ${it}`).join(' UNION ALL ')
    const found = await databases.query<{name: string; count: number}>('apimgtdb', sql)
    return new Map(found.map(it => [it.name, Number(it.count)]))
  }

  before(async () => {
    await cluster.startAll()
    const found = await databases.query<{name: string}>(
      'apimgtdb',
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
    )
    tables = found.map(it => it.name)
    life = await new ApiLife((component, path, options) => cluster.ask(`${component}-1`, 9443, path, options)).begin(
      'admin:admin',
      'apim:api_view apim:api_create apim:api_publish apim:api_delete apim:subscribe apim:app_manage apim:sub_manage apim:admin ' +
        'apim:tier_view apim:tier_manage apim:bl_view apim:bl_manage apim:shared_scope_manage apim:label_manage apim:label_read',
    )
  })

  const client = {clientName: 'of a test', owner: 'admin', grantType: 'client_credentials', saasApp: true}
  const register = () =>
    cluster.ask('key-manager-1', 9443, '/client-registration/v0.17/register', {json: client, basic: 'admin:admin'})

  const ACTS: readonly (readonly [act: string, perform: () => Promise<unknown>, change: Change])[] = [
    ['a client is registered', async () => (made.client = (await register()).body.clientId), REGISTERED],
    ['it is registered again', register, {}],
    [
      'it is removed',
      () =>
        cluster.ask('key-manager-1', 9443, `/client-registration/v0.17/register/${made.client}`, {
          method: 'DELETE',
          basic: 'admin:admin',
        }),
      negated(REGISTERED),
    ],
    [
      'an API is made, with two resources and a scope',
      async () => {
        await publisher('POST', '/scopes', {
          name: 'shared',
          displayName: 'Shared',
          description: '',
          bindings: ['admin'],
        })
        const operation = {verb: 'GET', authType: 'Application & Application User', throttlingPolicy: 'Unlimited'}
        made.api = await life.createApi({
          name: 'Rows',
          context: '/rows',
          url: 'http://localhost:1',
          operations: [
            {...operation, target: '/a', scopes: ['shared']},
            {...operation, target: '/b', scopes: []},
          ],
          more: {scopes: [{scope: {name: 'shared', bindings: ['admin']}, shared: true}]},
        })
      },
      {
        AM_API: 1,
        AM_API_URL_MAPPING: 2,
        AM_API_LC_EVENT: 1,
        AM_API_RESOURCE_SCOPE_MAPPING: 1,
        AM_SHARED_SCOPE: 1,
        IDN_OAUTH2_SCOPE: 1,
        IDN_OAUTH2_SCOPE_BINDING: 1,
      },
    ],
    ['it is published', () => life.lifecycle(made.api!, 'Publish'), {AM_API_LC_EVENT: 1}],
    [
      'it is the default version',
      () => life.updateApi(made.api!, {isDefaultVersion: true}),
      {AM_API_DEFAULT_VERSION: 1},
    ],
    [
      'it gets a new version',
      async () => (made.copy = (await publisher('POST', `/apis/copy-api?apiId=${made.api}&newVersion=2.0.0`)).id),
      {AM_API: 1, AM_API_URL_MAPPING: 2, AM_API_LC_EVENT: 1, AM_API_RESOURCE_SCOPE_MAPPING: 1},
    ],
    [
      'the first application of a user',
      async () => (made.application = await life.createApplication('Of rows')),
      {AM_SUBSCRIBER: 1, AM_APPLICATION: 2},
    ],
    [
      'keys of it',
      async () => (keys = await life.generateKeys(made.application!)),
      {
        ...REGISTERED,
        AM_APPLICATION_KEY_MAPPING: 1,
        AM_APPLICATION_REGISTRATION: 1,
        IDN_OAUTH2_ACCESS_TOKEN: 1,
        IDN_OAUTH2_ACCESS_TOKEN_SCOPE: 2,
      },
    ],
    [
      'a subscription',
      async () => (made.subscription = await life.subscribe(made.api!, made.application!)),
      {AM_SUBSCRIPTION: 1},
    ],
    [
      'another policy for it',
      () =>
        store('PUT', `/subscriptions/${made.subscription}`, {
          apiId: made.api,
          applicationId: made.application,
          throttlingPolicy: 'Unlimited',
        }),
      {},
    ],
    [
      'a comment',
      async () => (made.comment = (await store('POST', `/apis/${made.api}/comments`, {content: 'good'})).id),
      {AM_API_COMMENTS: 1},
    ],
    ['a rating', () => store('PUT', `/apis/${made.api}/user-rating`, {rating: 4}), {AM_API_RATINGS: 1}],
    ['another rating of the same user', () => store('PUT', `/apis/${made.api}/user-rating`, {rating: 5}), {}],
    ['the token is revoked', () => life.revoke(keys, keys.token), {AM_REVOKED_JWT: 1}],
    [
      'a label',
      async () =>
        (made.label = (
          await admin('POST', '/labels', {name: 'rows', description: '', accessUrls: ['https://a', 'https://b']})
        ).id),
      {AM_LABELS: 1, AM_LABEL_URLS: 2},
    ],
    ['it is gone', () => admin('DELETE', `/labels/${made.label}`), {AM_LABELS: -1, AM_LABEL_URLS: -2}],
    [
      'a category',
      async () => (made.category = (await admin('POST', '/api-categories', {name: 'rows', description: ''})).id),
      {AM_API_CATEGORIES: 1},
    ],
    ['it is gone too', () => admin('DELETE', `/api-categories/${made.category}`), {AM_API_CATEGORIES: -1}],
    ...(
      [
        ['advanced', 'AM_API_THROTTLE_POLICY'],
        ['application', 'AM_POLICY_APPLICATION'],
        ['subscription', 'AM_POLICY_SUBSCRIPTION'],
      ] as const
    ).flatMap(
      ([level, table]) =>
        [
          [
            `a policy: ${level}`,
            async () => (made[`policy-${level}`] = await life.createPolicy(level, 'Rows', 3)),
            {[table]: 1},
          ],
          [
            `no such policy any more: ${level}`,
            () => admin('DELETE', `/throttling/policies/${level}/${made[`policy-${level}`]}`),
            {[table]: -1},
          ],
        ] as const,
    ),
    ['a deny rule', async () => (made.block = await life.block('USER', 'nobody')), {AM_BLOCK_CONDITIONS: 1}],
    ['it is lifted', () => life.unblock(made.block!), {AM_BLOCK_CONDITIONS: -1}],
    [
      'the comment is removed',
      () => store('DELETE', `/apis/${made.api}/comments/${made.comment}`),
      {AM_API_COMMENTS: -1},
    ],
    ['the subscription ends', () => life.unsubscribe(made.subscription!), {AM_SUBSCRIPTION: -1}],
    [
      'the keys are cleaned up',
      () => store('POST', `/applications/${made.application}/keys/PRODUCTION/clean-up`),
      {
        ...negated(REGISTERED),
        AM_APPLICATION_KEY_MAPPING: -1,
        AM_APPLICATION_REGISTRATION: -1,
        IDN_OAUTH2_ACCESS_TOKEN: -1,
        IDN_OAUTH2_ACCESS_TOKEN_SCOPE: -2,
      },
    ],
    [
      'an application is removed with its keys and subscriptions',
      async () => {
        const application = await life.createApplication('Short')
        await life.generateKeys(application)
        await life.subscribe(made.api!, application)
        await life.deleteApplication(application)
      },
      // The token that came with the keys.
      {AM_REVOKED_JWT: 1},
    ],
    [
      'the API is removed, with what was said of it',
      () => life.deleteApi(made.api!),
      {
        AM_API: -1,
        AM_API_URL_MAPPING: -2,
        AM_API_LC_EVENT: -2,
        AM_API_RESOURCE_SCOPE_MAPPING: -1,
        AM_API_RATINGS: -1,
        AM_API_DEFAULT_VERSION: -1,
      },
    ],
  ]

  for (const [act, perform, change] of ACTS) {
    it(act, async () => {
      const before = await counts()
      await perform()
      const after = await counts()
      const changed = Object.fromEntries(
        tables.flatMap(it => {
          const rows = (after.get(it) ?? 0) - (before.get(it) ?? 0)
          return rows === 0 ? [] : [[it, rows]]
        }),
      )
      assert.deepEqual(
        changed,
        Object.fromEntries(Object.entries(change).sort(([a], [b]) => tables.indexOf(a) - tables.indexOf(b))),
      )
    })
  }
})
