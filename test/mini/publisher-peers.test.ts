import assert from 'node:assert/strict'
import type {BlockEvent, Notification} from '../../src/mini/hub/events.js'
import type {AskOptions} from '../support/ask.js'
import {onMysql} from './support/in-cluster.js'
import {ADMIN, makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {until} from './support/until.js'

const api = (n: number, more: Record<string, unknown> = {}) => ({
  name: `Api${n}`,
  context: `/api${n}`,
  version: '1.0.0',
  policies: ['Unlimited'],
  endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'https://localhost:9443/'}},
  ...more,
})
const limit = (requestCount: number) => ({
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {requestCount, timeUnit: 'min', unitTime: 1},
})

describe('mini: two publishers and peers that come and go', function () {
  this.timeout(120_000)
  const {databases, newDatabases, later, close} = onMysql()
  let lab: PublisherLab
  beforeEach(async () => {
    await newDatabases()
    lab = await makePublisherLab(databases, ['publisher-1', 'publisher-2'])
    later(() => lab.close())
  })
  afterEach(close)
  const call = (node: number, path: string, options: AskOptions = {}) =>
    lab.cluster.ask(`publisher-${node}`, 9443, path, {bearer: lab.token, ...options})
  const publish = (node: number, id: string) =>
    call(node, `${PUBLISHER}/apis/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})
  const create = async (node: number, n: number, more = {}) => {
    const made = await call(node, `${PUBLISHER}/apis`, {json: api(n, more)})
    assert.equal(made.status, 201, made.text)
    return String(made.body.id)
  }
  const at = (gateway: number) => lab.gateways[gateway - 1]?.apis ?? new Map()

  it('of many that make the same API at once, one does', async () => {
    const answers = await Promise.all(
      Array.from({length: 8}, (_, i) => call(1 + (i % 2), `${PUBLISHER}/apis`, {json: api(1)})),
    )
    const statuses = answers.map(it => it.status).sort()
    assert.deepEqual(statuses, [201, 409, 409, 409, 409, 409, 409, 409])
    const [{count}] = (await databases.query<{count: number}>('apimgtdb', 'SELECT COUNT(*) AS count FROM AM_API')) as [
      {count: number},
    ]
    assert.equal(count, 1)
    assert.equal((await call(2, `${PUBLISHER}/apis`)).body.count, 1)
  })

  it('a gateway that is away while APIs are published, changed and removed gets it all when it is back', async () => {
    const [gone, kept] = [await create(1, 1), await create(1, 2)]
    await publish(1, gone)
    await lab.gateways[1]?.stop()
    await until('the loss of gateway-2', () =>
      lab.cluster.log('publisher-1').some(it => it.includes('lost gateway') || it.includes('lacks APIs')),
    )
    assert.equal((await publish(2, kept)).status, 200)
    assert.equal((await call(1, `${PUBLISHER}/apis/${gone}`, {method: 'DELETE'})).status, 200)
    assert.deepEqual([...at(1).keys()], [kept])
    assert.deepEqual([...at(2).keys()], [gone])
    await lab.gateways[1]?.start()
    await until('gateway-2 to have what it should', () => at(2).has(kept) && !at(2).has(gone), 10_000)
  })

  it('a gateway that was made anew gets every API', async () => {
    const id = await create(1, 1)
    await publish(1, id)
    await lab.gateways[0]?.stop()
    at(1).clear()
    await lab.gateways[0]?.start()
    await until('gateway-1 to have the API again', () => at(1).has(id), 15_000)
  })

  it('two publishers that change one API at once leave gateways with what the database says', async () => {
    const id = await create(1, 1)
    await publish(1, id)
    const answers = await Promise.all(
      Array.from({length: 10}, (_, i) =>
        call(1 + (i % 2), `${PUBLISHER}/apis/${id}`, {
          method: 'PUT',
          json: api(1, {description: `d${i}`, apiThrottlingPolicy: i % 3 ? '10KPerMin' : '20KPerMin'}),
        }),
      ),
    )
    assert.deepEqual([...new Set(answers.map(it => it.status))], [200])
    const {apiThrottlingPolicy} = (await call(1, `${PUBLISHER}/apis/${id}`)).body as {apiThrottlingPolicy: string}
    await until(
      'both gateways to agree',
      () => at(1).get(id)?.policy === apiThrottlingPolicy && at(2).get(id)?.policy === apiThrottlingPolicy,
    )
    const rows = await databases.query<{tier: string}>('apimgtdb', 'SELECT API_TIER AS tier FROM AM_API')
    assert.equal(rows[0]?.tier, apiThrottlingPolicy)
  })

  it('a default version is one of a name', async () => {
    const first = await create(1, 1, {isDefaultVersion: true})
    const second = await create(2, 1, {version: '2.0.0', isDefaultVersion: true})
    const flag = async (id: string) => (await call(1, `${PUBLISHER}/apis/${id}`)).body.isDefaultVersion as boolean
    assert.deepEqual([await flag(first), await flag(second)], [false, true])
    const rows = await databases.query('apimgtdb', 'SELECT DEFAULT_API_VERSION AS version FROM AM_API_DEFAULT_VERSION')
    assert.deepEqual(
      rows.map(it => ({...it})),
      [{version: '2.0.0'}],
    )
  })

  it('what a publisher that died has left half changed is mended by the next start', async () => {
    const [whole, orphan] = [await create(1, 1), await create(1, 2)]
    await databases.query(
      'apimgtdb',
      "DELETE FROM AM_API_LC_EVENT WHERE API_ID = (SELECT API_ID FROM AM_API WHERE API_NAME = 'Api1')",
    )
    await databases.query('apimgtdb', "DELETE FROM AM_API WHERE API_NAME = 'Api1'")
    await databases.query('shareddb', 'DELETE FROM REG_RESOURCE WHERE REG_UUID = ?', [orphan])
    await lab.cluster.stop('publisher-2')
    await lab.cluster.start('publisher-2')
    await lab.cluster.ready()
    const rows = await databases.query<{name: string}>('apimgtdb', 'SELECT API_NAME AS name FROM AM_API')
    assert.deepEqual(
      rows.map(it => it.name),
      ['Api1'],
    )
    assert.equal((await publish(2, whole)).status, 200)
    assert.ok(at(1).has(whole))
    await create(1, 2)
  })

  it('without its key manager an API with scopes is refused and nothing of it stays', async () => {
    await lab.keyManager.stop()
    const refused = await call(1, `${PUBLISHER}/apis`, {
      json: api(1, {scopes: [{scope: {name: 'a:b', bindings: []}}]}),
    })
    assert.equal(refused.status, 503, refused.text)
    assert.equal((await call(1, `${PUBLISHER}/apis`)).body.count, 0)
    await lab.keyManager.start()
    await create(1, 1, {scopes: [{scope: {name: 'a:b', bindings: []}}]})
  })

  it('policies and deny rules reach a traffic manager that was away when they were made', async () => {
    await lab.trafficManager.stop()
    const made = await call(1, `${ADMIN}/throttling/policies/advanced`, {
      json: {policyName: 'ThreePerMin', defaultLimit: limit(3)},
    })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.body.isDeployed, false)
    const deny = {conditionType: 'IP', conditionValue: {fixedIp: '10.1.2.3', invert: false}, conditionStatus: true}
    assert.equal((await call(1, `${ADMIN}/throttling/blacklist`, {json: deny})).status, 201)
    await lab.trafficManager.startManagement()
    await until('the policy at the traffic manager', () => lab.trafficManager.pushed.length > 0, 10_000)
    // Both publishers try until it is there: they may come at the same moment, with the same.
    const {id} = (lab.trafficManager.pushed[0] as {policy: {id: number}}).policy
    for (const pushed of lab.trafficManager.pushed)
      assert.deepEqual(pushed, {
        operation: 'deploy',
        policy: {
          id,
          name: 'ThreePerMin',
          tenantDomain: 'carbon.super',
          kind: 'API',
          quota: {type: 'requestCount', count: 3, unitTime: 1, timeUnit: 'min'},
          applicableLevel: 'apiLevel',
        },
      })
    await until('the policy to be called deployed', async () => {
      const got = await call(2, `${ADMIN}/throttling/policies/advanced/${made.body.policyId}`)
      return got.body.isDeployed === true
    })
    await lab.trafficManager.startHub()
    const block = (await until('the deny rule', () => lab.trafficManager.on('throttleData')[0], 10_000)) as BlockEvent
    assert.deepEqual([block.blockingCondition, block.state], ['IP', 'true'])
    const told = lab.trafficManager.on('notification') as Notification[]
    assert.ok(told.some(it => it.eventType === 'POLICY_CREATE' && it.event.policyName === 'ThreePerMin'))
  })
})
