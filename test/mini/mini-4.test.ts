import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocketServer} from 'ws'
import {runSteps} from '../../src/lab/verify/run-steps.js'
import {verifySteps} from '../../src/lab/verify/steps.js'
import type {Backend} from '../../src/lab/verify/routes.js'
import type {Asked, AskOptions} from '../support/ask.js'
import {topology} from '../support/lab.js'
import {FORM_TYPE, formIn} from './support/html-form.js'
import {onMysql} from './support/in-cluster.js'
import {PUBLISHER_4, rest4In} from './support/rest-4.js'
import {routesIn, walkIn} from './support/walk-4.js'
import {sessionOf} from './support/session.js'

const labOf = (nodes: readonly string[]) =>
  topology({
    release: 'mini-4',
    components: Object.fromEntries(
      ['key-manager', 'traffic-manager'].map(name => [
        name,
        {replicas: nodes.filter(node => node.startsWith(name)).length},
      ]),
    ),
  })

/** Answers with the path that was asked for, and echoes over WebSocket. */
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({path: request.url}))
})
new WebSocketServer({server}).on('connection', socket => {
  socket.on('message', (data, binary) => socket.send(data, {binary}))
})

function backend(): Backend {
  const {port} = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    webSocketUrl: `ws://localhost:${port}`,
    isBody: (body, resource) => body === JSON.stringify({path: resource}),
  }
}

const withoutTimes = ({lastUpdatedTime: _, lastUpdatedTimestamp: __, ...rest}: Asked['body']) => rest

describe('mini with the face of 4.x', function () {
  this.timeout(120_000)
  const {cluster, newCluster, close} = onMysql()
  before(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  afterEach(close)

  it('refuses no login of its own at its first start', async () => {
    await newCluster(['control-plane-1', 'traffic-manager-1', 'gateway-1'], {face: '4'})
    await cluster.startAll()
    for (const name of ['control-plane-1', 'traffic-manager-1', 'gateway-1'])
      assert.deepEqual(
        cluster.log(name).filter(line => line.includes('refused')),
        [],
        name,
      )
  })

  const SETS: Readonly<Record<string, readonly string[]>> = {
    'control plane, traffic manager and two gateways': [
      'control-plane-1',
      'traffic-manager-1',
      'gateway-1',
      'gateway-2',
    ],
    'a key manager of its own and no traffic manager': ['control-plane-1', 'key-manager-1', 'gateway-1'],
  }
  for (const [what, nodes] of Object.entries(SETS))
    it(`goes the way of verify: ${what}`, async () => {
      await newCluster(nodes, {face: '4'})
      await cluster.startAll()
      const gateways = nodes.filter(name => name.startsWith('gateway'))
      const lab = labOf(nodes)
      const strange: string[] = []
      const routes = routesIn(cluster, lab, gateways, what => strange.push(what))
      const walk = walkIn(lab, routes, backend())
      // A minute for the end of a window is left to labs.
      const steps = verifySteps(false, lab.release.walk!).filter(({name}) => name !== 'limit-over')
      const results = await runSteps(steps, walk, {keep: false, onBegin: () => undefined, onEnd: () => undefined})
      assert.deepEqual(
        results.filter(({ok, skipped}) => !ok || skipped).map(({name, detail}) => `${name}: ${detail}`),
        [],
      )
      assert.deepEqual(strange, [])
    })

  it("changes resources and endpoints on the publisher's page, and nothing else", async () => {
    await newCluster(['control-plane-1', 'traffic-manager-1', 'gateway-1'], {face: '4'})
    await cluster.startAll()
    const rest = await rest4In(cluster)
    const json = {
      ...{name: 'Pizza', context: '/pizza', version: '1'},
      operations: [{verb: 'GET', target: '/menu'}],
      additionalProperties: [{name: 'team', value: 'red', display: true}],
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1'}},
    }
    const {id} = await rest.want(201, `${PUBLISHER_4}/apis`, {json})
    const read = async () => withoutTimes(await rest.want(200, `${PUBLISHER_4}/apis/${id}`))
    const page = (path: string, options: AskOptions) =>
      cluster.ask('control-plane-1', 9443, `/publisher${path}`, options)
    const login = await page('/login', {form: {username: 'admin', password: 'admin', next: ''}})
    const cookie = sessionOf(login)
    const path = `/apis/${id}/edit`
    const before = await read()
    const form = formIn((await page(path, {headers: {cookie}})).text, `/publisher${path}`)
      .set('authType', 'None')
      .set('throttlingPolicy', '10KPerMin')
      .set('endpointType', 'failover')
      .set('production', 'http://localhost:1\r\nhttp://localhost:2')
    const headers = {cookie, 'content-type': FORM_TYPE}
    const saved = await page(path, {method: 'POST', headers, body: form.body})
    assert.equal(saved.status, 303, saved.text)
    assert.deepEqual(await read(), {
      ...before,
      operations: [{...before.operations[0], authType: 'None', throttlingPolicy: '10KPerMin'}],
      endpointConfig: {
        endpoint_type: 'failover',
        production_endpoints: {url: 'http://localhost:1'},
        production_failovers: [{url: 'http://localhost:2'}],
      },
    })
  })

  it('finds throttling policies of all types, as apictl lists them', async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    const rest = await rest4In(cluster, 'apim:admin apim:tier_view apim:tier_manage')
    const search = '/api/am/admin/v4/throttling/policies/search'
    const found = async (query: string) =>
      ((await rest.want(200, `${search}${query}`)).list as {type: string; policyName: string}[]).map(
        it => `${it.type} ${it.policyName}`,
      )
    const siddhiQuery =
      'FROM RequestStream SELECT userId, throttler:timeBatch(1 min) as t, count(userId) >= 10 as isThrottled insert into R;'
    const custom = {policyName: 'mine', siddhiQuery, keyTemplate: '$userId'}
    const made = await rest.ask('/api/am/admin/v4/throttling/policies/custom', {json: custom})
    assert.equal(made.status, 201, made.text)
    const all = await found('')
    for (const it of ['sub Gold', 'app 10PerMin', 'api 10KPerMin', 'global mine']) assert.ok(all.includes(it), it)
    assert.deepEqual(await found('?query=name:Gold%20type:sub'), ['sub Gold'])
    assert.deepEqual(await found('?query=type:global'), ['global mine'])
    for (const query of ['name:Gold', 'type:none', 'type:sub:x', 'a'])
      assert.equal((await rest.ask(`${search}?query=${query}`)).status, 400, query)
  })
  it('has pages that change applications, keys and custom policies, as its REST APIs tell', async () => {
    await newCluster(['control-plane-1'], {face: '4'})
    await cluster.startAll()
    const rest = await rest4In(cluster, 'apim:admin apim:subscribe apim:app_manage apim:tier_view')
    const site = async (base: string, first: string) => {
      const page = (path: string, cookie: string, form?: Record<string, string>) =>
        cluster.ask('control-plane-1', 9443, `${base}${path}`, {headers: {cookie}, ...(form && {form})})
      const login = await page('/login', '', {username: 'admin', password: 'admin', next: ''})
      const cookie = sessionOf(login)
      const csrf = /name="csrf" value="([^"]+)"/.exec((await page(first, cookie)).text)?.[1] ?? ''
      return (path: string, form: Record<string, string>) => page(path, cookie, {csrf, ...form})
    }
    const applications = '/api/am/devportal/v3/applications'
    const json = {name: 'four', throttlingPolicy: 'Unlimited', description: 'kept', attributes: {own: 'kept'}}
    const {applicationId: id} = await rest.want(201, applications, {json})
    const keys = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials'], callbackUrl: 'https://a'}
    const made = await rest.want(200, `${applications}/${id}/generate-keys`, {json: keys})
    const portal = await site('/devportal', '/applications')
    const {status, text} = await portal(`/applications/${id}/edit`, {name: 'fourth', policy: '10PerMin'})
    assert.equal(status, 303, text)
    const now = await rest.want(200, `${applications}/${id}`)
    assert.deepEqual(
      [now.name, now.throttlingPolicy, now.description, now.attributes],
      ['fourth', '10PerMin', 'kept', {own: 'kept'}],
    )
    const key = `/applications/${id}/keys/${made.keyMappingId}`
    assert.equal((await portal(key, {grantType: 'password'})).status, 303)
    const renewed = await portal(`${key}/secret`, {})
    const told = await rest.want(200, `${applications}/${id}/oauth-keys/${made.keyMappingId}`)
    assert.deepEqual([told.supportedGrantTypes, told.callbackUrl], [['password'], 'https://a'])
    assert.notEqual(told.consumerSecret, made.consumerSecret)
    assert.ok(renewed.text.includes(`<code>${told.consumerSecret}</code>`), renewed.text)

    const admin = await site('/admin', '')
    const custom = {name: 'paged', keyTemplate: '$userId', siddhiQuery: 'timeBatch(1 min) count(x) >= 3'}
    assert.equal((await admin('/custom-policies', custom)).status, 303)
    const {list} = await rest.want(200, '/api/am/admin/v4/throttling/policies/custom')
    assert.deepEqual([list[0].policyName, list[0].siddhiQuery], ['paged', custom.siddhiQuery])
    assert.equal((await admin(`/custom-policies/${list[0].policyId}/remove`, {})).status, 303)
    assert.equal((await rest.want(200, '/api/am/admin/v4/throttling/policies/custom')).count, 0)
  })
})
