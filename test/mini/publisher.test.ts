import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {Notification} from '../../src/mini/hub/events.js'
import type {AskOptions} from '../support/ask.js'
import {onMysql} from './support/in-cluster.js'
import type {Databases} from './support/mysql-server.js'
import {makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {until} from './support/until.js'

const TENANT = -1234

/** A body that the product takes. */
export const pizza = (more: Record<string, unknown> = {}) => ({
  name: 'Pizza',
  context: '/pizza',
  version: '1.0.0',
  policies: ['Gold', 'Unlimited'],
  endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'https://localhost:9443/backend/'}},
  operations: [
    {target: '/menu', verb: 'GET', authType: 'Application & Application User', throttlingPolicy: 'Unlimited'},
    {target: '/order/{id}', verb: 'PUT', throttlingPolicy: '10KPerMin', scopes: ['pizza:order']},
  ],
  scopes: [{scope: {name: 'pizza:order', displayName: 'Order', description: 'Orders', bindings: ['tester']}}],
  ...more,
})

/** An application with a subscription, written straight into apimgtdb. */
const subscribe = async (databases: Databases, apiName: string): Promise<string> => {
  const query = (sql: string, values: unknown[]) => databases.query('apimgtdb', sql, values)
  const user = `user-${randomUUID().slice(0, 8)}`
  await query('INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES (?, ?, NOW())', [user, TENANT])
  await query(
    'INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, UUID, TOKEN_TYPE) SELECT ?, SUBSCRIBER_ID, ?, ? FROM AM_SUBSCRIBER WHERE USER_ID = ?',
    ['App', randomUUID(), 'JWT', user],
  )
  const uuid = randomUUID()
  await query(
    "INSERT INTO AM_SUBSCRIPTION (TIER_ID, API_ID, APPLICATION_ID, SUB_STATUS, UUID) SELECT 'Gold', a.API_ID, p.APPLICATION_ID, 'UNBLOCKED', ? " +
      'FROM AM_API a JOIN AM_APPLICATION p JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = p.SUBSCRIBER_ID WHERE a.API_NAME = ? AND s.USER_ID = ?',
    [uuid, apiName, user],
  )
  return uuid
}

describe('mini: the publisher', function () {
  this.timeout(120_000)
  const {databases, newDatabases, later, close} = onMysql()
  let lab: PublisherLab
  const call = (path: string, options: AskOptions = {}, node = 'publisher-1') =>
    lab.cluster.ask(node, 9443, `${PUBLISHER}${path}`, {bearer: lab.token, ...options})
  const create = async (more: Record<string, unknown> = {}, node = 'publisher-1') => {
    const made = await call('/apis', {json: pizza(more)}, node)
    assert.equal(made.status, 201, made.text)
    return made.body.id as string
  }
  const move = (id: string, action: string, node = 'publisher-1') =>
    call(`/apis/change-lifecycle?apiId=${id}&action=${encodeURIComponent(action)}`, {method: 'POST'}, node)
  const notifications = () => lab.trafficManager.on('notification') as Notification[]

  for (const schema of ['mini', 'product'] as const) {
    describe(`an API's life on the schema of ${schema}`, () => {
      before(async () => {
        await newDatabases(schema)
        lab = await makePublisherLab(databases)
        later(() => lab.close())
      })
      after(close)
      let id = ''

      it('is created with what the product says of it', async () => {
        const made = await call('/apis', {json: pizza()})
        assert.equal(made.status, 201, made.text)
        id = made.body.id
        assert.equal(made.headers.location, `${PUBLISHER}/apis/${id}`)
        assert.equal(made.body.lifeCycleStatus, 'CREATED')
        assert.equal(made.body.provider, 'admin')
        assert.deepEqual(made.body.gatewayEnvironments, ['Production and Sandbox', 'gateway-2'])
        assert.deepEqual(lab.keyManager.scopes.get('pizza:order'), {
          name: 'pizza:order',
          displayName: 'Order',
          description: 'Orders',
          bindings: ['tester'],
        })
        const got = await call(`/apis/${id}`)
        assert.deepEqual(got.body, made.body)
        const rows = await databases.query('apimgtdb', 'SELECT CONTEXT, CONTEXT_TEMPLATE, API_TYPE FROM AM_API')
        assert.deepEqual(
          rows.map(it => ({...it})),
          [{CONTEXT: '/pizza/1.0.0', CONTEXT_TEMPLATE: '/pizza/{version}', API_TYPE: 'HTTP'}],
        )
        assert.equal(lab.gateways[0]?.apis.size, 0)
        await until('API_CREATE', () => notifications().find(it => it.eventType === 'API_CREATE'))
      })

      it('is found in the list, page by page and by query', async () => {
        const other = await create({name: 'Pasta', context: 'pasta', version: '2', scopes: [], operations: []})
        const names = async (query: string) =>
          (await call(`/apis?${query}`)).body.list.map((it: {name: string}) => it.name)
        assert.deepEqual(await names(''), ['Pasta', 'Pizza'])
        assert.deepEqual(await names('limit=1&offset=1'), ['Pizza'])
        assert.deepEqual(await names('query=piz'), ['Pizza'])
        const [whole] = (await call('/apis?query=piz&expand=true')).body.list
        assert.deepEqual(whole, (await call(`/apis/${id}`)).body)
        assert.deepEqual(await names('query=name:pa%20version:2'), ['Pasta'])
        assert.deepEqual(await names('query=context:/pizza'), ['Pizza'])
        assert.deepEqual(await names('query=name:%22piz%22'), [])
        assert.equal((await call('/apis/validate?query=name:pizza', {method: 'POST'})).status, 200)
        assert.equal((await call('/apis/validate?query=context:/nothing', {method: 'POST'})).status, 404)
        assert.equal((await call(`/apis/${other}`, {method: 'DELETE'})).status, 200)
        assert.equal((await call(`/apis/${other}`)).status, 404)
      })

      it('is published, and every gateway has it when the answer is there', async () => {
        const moved = await call(`/apis/change-lifecycle?apiId=${id}&action=Publish`, {
          method: 'POST',
          headers: {activityid: 'walk-1'},
        })
        assert.equal(moved.status, 200, moved.text)
        assert.equal(moved.body.workflowStatus, 'APPROVED')
        assert.equal(moved.body.lifecycleState.state, 'Published')
        for (const gateway of lab.gateways) {
          const api = gateway.apis.get(id)
          assert.equal(api?.context, '/pizza/1.0.0')
          assert.equal(api.status, 'PUBLISHED')
          assert.deepEqual(api.endpoints, {production: 'https://localhost:9443/backend/'})
          assert.deepEqual(
            api.urlMappings.map(it => [it.httpMethod, it.urlPattern, it.throttlingPolicy, it.scopes]),
            [
              ['GET', '/menu', 'Unlimited', []],
              ['PUT', '/order/{id}', '10KPerMin', ['pizza:order']],
            ],
          )
          assert.ok(gateway.correlationIds.includes('walk-1'))
        }
        const wrong = await move(id, 'Retire')
        assert.equal(wrong.status, 400)
        assert.match(wrong.body.description, /Action 'Retire' is not allowed. Allowed actions are \[Block, /)
        const history = await call(`/apis/${id}/lifecycle-history`)
        assert.deepEqual(
          history.body.list.map((it: Record<string, string>) => [it.previousState, it.postState, it.user]),
          [
            [null, 'CREATED', 'admin'],
            ['CREATED', 'PUBLISHED', 'admin'],
          ],
        )
      })

      it('is changed; name, context and version stay', async () => {
        const changed = await call(`/apis/${id}`, {
          method: 'PUT',
          json: pizza({name: 'Other', context: '/other', apiThrottlingPolicy: '10KPerMin', description: 'Hot'}),
        })
        assert.equal(changed.status, 200, changed.text)
        assert.deepEqual(
          [changed.body.name, changed.body.context, changed.body.description, changed.body.lifeCycleStatus],
          ['Pizza', '/pizza', 'Hot', 'PUBLISHED'],
        )
        assert.equal(lab.gateways[1]?.apis.get(id)?.policy, '10KPerMin')
        await until('API_UPDATE', () => notifications().find(it => it.eventType === 'API_UPDATE'))
      })

      it('has an OpenAPI document that can be written back', async () => {
        const got = await call(`/apis/${id}/swagger`)
        assert.equal(got.status, 200)
        const document = got.body
        assert.deepEqual(Object.keys(document.paths), ['/menu', '/order/{id}'])
        document.paths['/dessert'] = {post: {'x-auth-type': 'None', 'x-throttling-tier': '20KPerMin', responses: {}}}
        const put = await call(`/apis/${id}/swagger`, {method: 'PUT', form: {apiDefinition: JSON.stringify(document)}})
        assert.equal(put.status, 200, put.text)
        const mapping = lab.gateways[0]?.apis.get(id)?.urlMappings.find(it => it.urlPattern === '/dessert')
        assert.deepEqual(mapping, {
          httpMethod: 'POST',
          urlPattern: '/dessert',
          authScheme: 'None',
          throttlingPolicy: '20KPerMin',
          scopes: [],
        })
        assert.deepEqual(lab.keyManager.scopes.get('pizza:order')?.bindings, ['tester'])
        const boundary = 'x-boundary'
        const multipart = `--${boundary}\r\ncontent-disposition: form-data; name="apiDefinition"\r\n\r\n${JSON.stringify(document)}\r\n--${boundary}--\r\n`
        const again = await call(`/apis/${id}/swagger`, {
          method: 'PUT',
          body: multipart,
          headers: {'content-type': `multipart/form-data; boundary=${boundary}`},
        })
        assert.equal(again.status, 200, again.text)
      })

      it('shows and blocks its subscriptions, and can not be removed while it has some', async () => {
        const subscription = await subscribe(databases, 'Pizza')
        const list = await call(`/subscriptions?apiId=${id}`)
        assert.equal(list.body.count, 1, list.text)
        assert.equal(list.body.list[0].subscriptionId, subscription)
        assert.equal(list.body.list[0].applicationInfo.name, 'App')
        const blocked = await call(
          `/subscriptions/block-subscription?subscriptionId=${subscription}&blockState=PROD_ONLY_BLOCKED`,
          {method: 'POST'},
        )
        assert.equal(blocked.status, 200, blocked.text)
        assert.equal(blocked.body.subscriptionStatus, 'PROD_ONLY_BLOCKED')
        const event = await until('SUBSCRIPTIONS_UPDATE', () =>
          notifications().find(it => it.eventType === 'SUBSCRIPTIONS_UPDATE'),
        )
        assert.equal(event.event.state, 'PROD_ONLY_BLOCKED')
        const path = `/subscriptions/unblock-subscription?subscriptionId=${subscription}`
        assert.equal((await call(path, {method: 'POST'})).body.subscriptionStatus, 'UNBLOCKED')
        const refused = await call(`/apis/${id}`, {method: 'DELETE'})
        assert.equal(refused.status, 409)
        assert.match(refused.body.description, /as active subscriptions exist/)
      })

      it('is blocked, published again, deprecated, retired and removed', async () => {
        for (const [action, state] of [
          ['Block', 'BLOCKED'],
          ['Re-Publish', 'PUBLISHED'],
          ['Deprecate', 'DEPRECATED'],
        ] as const) {
          assert.equal((await move(id, action)).status, 200)
          assert.equal(lab.gateways[0]?.apis.get(id)?.status, state)
        }
        assert.equal((await move(id, 'Retire')).status, 200)
        assert.equal(lab.gateways[0]?.apis.size, 0)
        assert.equal((await call(`/subscriptions?apiId=${id}`)).body.count, 0)
        assert.equal((await call(`/apis/${id}`, {method: 'DELETE'})).status, 200)
        assert.equal((await call(`/apis/${id}`)).status, 404)
        assert.equal(lab.keyManager.scopes.size, 0)
        assert.deepEqual(await databases.query('apimgtdb', 'SELECT * FROM AM_API_URL_MAPPING'), [])
        await until('API_DELETE', () =>
          notifications().find(it => it.eventType === 'API_DELETE' && it.event.uuid === id),
        )
      })

      it('a WebSocket API has ws endpoints and reaches the gateways', async () => {
        const ws = {type: 'WS', name: 'Chat', context: '/chat', scopes: [], operations: undefined}
        const refused = await call('/apis', {json: pizza(ws)})
        assert.equal(refused.status, 400)
        assert.match(refused.body.description, /valid web socket URLs/)
        const chat = await create({
          ...ws,
          endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'ws://localhost:9000/echo'}},
        })
        assert.equal((await move(chat, 'Publish')).status, 200)
        assert.equal(lab.gateways[0]?.apis.get(chat)?.apiType, 'WS')
        assert.equal((await call(`/apis/${chat}`, {method: 'DELETE'})).status, 200)
        assert.equal(lab.gateways[0]?.apis.size, 0)
      })

      it('shared scopes are made, used by APIs, and kept while they are used', async () => {
        const scope = {name: 'shared:read', displayName: 'Read', description: 'All', bindings: ['tester']}
        const made = await call('/scopes', {json: scope})
        assert.equal(made.status, 201, made.text)
        const scopeId = made.body.id as string
        assert.equal((await call('/scopes', {json: scope})).status, 409)
        const name = Buffer.from('shared:read').toString('base64')
        assert.equal((await call(`/scopes/${name}`, {method: 'HEAD'})).status, 200)
        assert.deepEqual((await call('/scopes')).body.list, [{id: scopeId, ...scope, usageCount: 0}])
        const changed = await call(`/scopes/${scopeId}`, {method: 'PUT', json: {displayName: 'Reading'}})
        assert.equal(changed.body.displayName, 'Reading')
        const api = await create({
          operations: [{target: '/menu', verb: 'get', scopes: ['shared:read']}],
          scopes: [{scope: {name: 'shared:read'}, shared: true}],
        })
        assert.equal((await call('/scopes')).body.list[0].usageCount, 1)
        assert.equal((await call(`/scopes/${scopeId}/usage`)).body.usedApiList[0].name, 'Pizza')
        assert.equal((await call(`/scopes/${scopeId}`, {method: 'DELETE'})).status, 409)
        assert.equal((await call(`/apis/${api}`, {method: 'DELETE'})).status, 200)
        assert.ok(lab.keyManager.scopes.has('shared:read'), 'a shared scope outlives its APIs')
        assert.equal((await call(`/scopes/${scopeId}`, {method: 'DELETE'})).status, 200)
        assert.ok(!lab.keyManager.scopes.has('shared:read'))
      })

      it('tells policies and settings', async () => {
        const names = async (level: string) =>
          (await call(`/throttling-policies/${level}`)).body.list.map((it: {name: string}) => it.name)
        assert.ok((await names('subscription')).includes('Gold'))
        assert.ok((await names('api')).includes('10KPerMin'))
        const gold = await call('/throttling-policies/subscription/Gold')
        assert.deepEqual([gold.body.requestCount, gold.body.unitTime, gold.body.timeUnit], [5000, 60_000, 'min'])
        assert.equal((await call('/throttling-policies/none')).status, 400)
        assert.equal((await call('/throttling-policies/api/none')).status, 404)
        assert.equal((await call('/settings')).body.environment[0].name, 'Production and Sandbox')
        assert.equal((await call('/apis/x/mediation-policies')).status, 501)
      })
    })
  }
})
