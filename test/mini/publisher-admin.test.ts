import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {BlockEvent, KeyTemplateEvent, Notification} from '../../src/mini/hub/events.js'
import type {AskOptions} from '../support/ask.js'
import {inDatabases} from './support/in-cluster.js'
import {ADMIN, makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {until} from './support/until.js'

const limit = (requestCount: number) => ({
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {requestCount, timeUnit: 'min', unitTime: 1},
})
const QUERY =
  "FROM RequestStream SELECT userId, ( userId == 'admin@carbon.super' ) AS isEligible, str:concat('admin@carbon.super','') as throttleKey " +
  'INSERT INTO EligibilityStream; FROM EligibilityStream[isEligible==true]#throttler:timeBatch(1 min) ' +
  'SELECT throttleKey, (count(userId) >= 10) as isThrottled, expiryTimeStamp group by throttleKey INSERT ALL EVENTS into ResultStream;'

const NONE = {headerCondition: null, ipCondition: null, jwtClaimsCondition: null, queryParameterCondition: null}
const ip = (of: object) => ({type: 'IPCONDITION', invertCondition: false, ...NONE, ipCondition: of})
const RANGE = {ipConditionType: 'IPRANGE', specificIP: '', startingIP: '10.0.0.1', endingIP: '10.0.0.9'}
const GROUPS = [
  {
    description: 'From inside',
    conditions: [
      ip(RANGE),
      {
        type: 'HEADERCONDITION',
        invertCondition: true,
        ...NONE,
        headerCondition: {headerName: 'User-Agent', headerValue: 'curl.*'},
      },
    ],
    limit: limit(1),
  },
  {
    description: 'Who asks for it',
    conditions: [
      ip({ipConditionType: 'IPSPECIFIC', specificIP: '10.0.0.1', startingIP: null, endingIP: null}),
      {
        type: 'QUERYPARAMETERCONDITION',
        invertCondition: false,
        ...NONE,
        queryParameterCondition: {parameterName: 'q', parameterValue: 'a|b'},
      },
      {
        type: 'JWTCLAIMSCONDITION',
        invertCondition: false,
        ...NONE,
        jwtClaimsCondition: {claimUrl: 'http://wso2.org/claims/subscriber', attribute: 'admin'},
      },
    ],
    limit: limit(2),
  },
]

describe("mini: the publisher's admin REST API", function () {
  this.timeout(120_000)
  const {databases, later} = inDatabases('product')
  let lab: PublisherLab
  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
  })
  const call = (path: string, options: AskOptions = {}) =>
    lab.cluster.ask('publisher-1', 9443, `${ADMIN}${path}`, {bearer: lab.token, ...options})
  const notifications = () => lab.trafficManager.on('notification') as Notification[]
  const throttleData = () => lab.trafficManager.on('throttleData')

  for (const [level, defaults, own] of [
    ['advanced', ['10KPerMin', '20KPerMin', '50KPerMin', 'Unlimited'], {conditionalGroups: []}],
    ['application', ['10PerMin', '20PerMin', '50PerMin', 'Unlimited'], {}],
    [
      'subscription',
      ['Bronze', 'Gold', 'Silver', 'Unauthenticated', 'Unlimited'],
      {rateLimitCount: 5, rateLimitTimeUnit: 'sec', stopOnQuotaReach: true, billingPlan: 'FREE'},
    ],
  ] as const) {
    it(`${level} policies: list, make, read, change, remove`, async () => {
      const base = `/throttling/policies/${level}`
      const names = async () => (await call(base)).body.list.map((it: {policyName: string}) => it.policyName).sort()
      assert.deepEqual(await names(), defaults)
      const made = await call(base, {
        json: {policyName: 'Lab3', displayName: 'Lab 3', description: 'Three', defaultLimit: limit(3), ...own},
      })
      assert.equal(made.status, 201, made.text)
      const {policyId} = made.body
      assert.equal(made.headers.location, `${ADMIN}${base}/${policyId}`)
      assert.equal(made.body.isDeployed, true)
      for (const [key, value] of Object.entries(own)) assert.deepEqual(made.body[key], value, key)
      assert.equal((await call(base, {json: {policyName: 'Lab3', defaultLimit: limit(3)}})).status, 409)
      const bandwidth = {
        type: 'BANDWIDTHLIMIT',
        bandwidth: {dataAmount: 2, dataUnit: 'KB', timeUnit: 'hour', unitTime: 3},
      }
      const changed = await call(`${base}/${policyId}`, {
        method: 'PUT',
        json: {policyName: 'Other', defaultLimit: bandwidth},
      })
      assert.equal(changed.status, 200, changed.text)
      assert.equal(changed.body.policyName, 'Lab3')
      const got = await call(`${base}/${policyId}`)
      assert.deepEqual(got.body.defaultLimit, {...bandwidth, requestCount: null})
      assert.equal((await call(`${base}/${policyId}`, {method: 'DELETE'})).status, 200)
      assert.equal((await call(`${base}/${policyId}`)).status, 404)
      const kind = {advanced: 'API', application: 'APPLICATION', subscription: 'SUBSCRIPTION'}[level]
      const pushed = lab.trafficManager.pushed.filter(
        it =>
          (it.operation === 'deploy' && it.policy.kind === kind) || (it.operation === 'undeploy' && it.kind === kind),
      )
      assert.deepEqual(
        pushed.map(it => it.operation),
        ['deploy', 'deploy', 'undeploy'],
      )
      await until('notifications', () => {
        const told = notifications()
          .filter(it => it.event.policyType === kind && it.event.policyName === 'Lab3')
          .map(it => it.eventType)
        return told.join() === 'POLICY_CREATE,POLICY_UPDATE,POLICY_DELETE'
      })
    })
  }

  it('a policy that an API has chosen can not be removed', async () => {
    const made = await call('/throttling/policies/advanced', {json: {policyName: 'Used', defaultLimit: limit(3)}})
    const api = await lab.cluster.ask('publisher-1', 9443, `${PUBLISHER}/apis`, {
      bearer: lab.token,
      json: {name: 'User', context: '/user', version: '1', apiThrottlingPolicy: 'Used'},
    })
    assert.equal(api.status, 201, api.text)
    const refused = await call(`/throttling/policies/advanced/${made.body.policyId}`, {method: 'DELETE'})
    assert.equal(refused.status, 409)
    assert.match(refused.body.description, /already attached to API\/Resource/)
  })

  it('custom policies: their limit and key template are told', async () => {
    const base = '/throttling/policies/custom'
    const made = await call(base, {json: {policyName: 'ByUser', keyTemplate: '$userId', siddhiQuery: QUERY}})
    assert.equal(made.status, 201, made.text)
    assert.equal(made.body.isDeployed, true)
    const deployed = lab.trafficManager.pushed.find(it => it.operation === 'deploy-custom')
    assert.deepEqual(deployed?.operation === 'deploy-custom' && deployed.policy.quota, {
      type: 'requestCount',
      count: 10,
      unitTime: 1,
      timeUnit: 'min',
    })
    assert.equal((await call(base)).body.count, 1)
    const path = `${base}/${made.body.policyId}`
    const changed = await call(path, {method: 'PUT', json: {keyTemplate: '$apiContext', siddhiQuery: QUERY}})
    assert.equal(changed.status, 200, changed.text)
    assert.equal((await call(path, {method: 'DELETE'})).status, 200)
    assert.equal((await call(path)).status, 404)
    await until('templates', () => {
      const told = throttleData() as KeyTemplateEvent[]
      const texts = told.filter(it => it.keyTemplateValue).map(it => `${it.keyTemplateState} ${it.keyTemplateValue}`)
      return texts.join() === 'add $userId,remove $userId,add $apiContext,remove $apiContext'
    })
  })

  it('deny policies of each type are checked, told, switched off and removed', async () => {
    const user = `u${randomUUID().slice(0, 6)}`
    await databases.query(
      'apimgtdb',
      'INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES (?, -1234, NOW())',
      [user],
    )
    await databases.query(
      'apimgtdb',
      "INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, UUID) SELECT 'My App', SUBSCRIBER_ID, 'x' FROM AM_SUBSCRIBER WHERE USER_ID = ?",
      [user],
    )
    const base = '/throttling/blacklist'
    for (const [conditionType, conditionValue, stored] of [
      ['API', '/user/1', '/user/1'],
      ['APPLICATION', `${user}:My App`, `${user}:My App`],
      ['USER', 'bob', 'bob@carbon.super'],
      ['IP', {fixedIp: '10.0.0.1', invert: false}, '{"fixedIp":"10.0.0.1","invert":false}'],
      [
        'IPRANGE',
        {startingIp: '::1', endingIp: '::9', invert: true},
        '{"startingIp":"::1","endingIp":"::9","invert":true}',
      ],
    ] as const) {
      const made = await call(base, {json: {conditionType, conditionValue, conditionStatus: true}})
      assert.equal(made.status, 201, made.text)
      const {conditionId} = made.body
      assert.equal((await call(base, {json: {conditionType, conditionValue}})).status, 409)
      const got = await call(`${base}/${conditionId}`)
      assert.deepEqual(got.body.conditionValue, conditionType === 'USER' ? stored : conditionValue)
      const off = await call(`${base}/${conditionId}`, {method: 'PATCH', json: {conditionStatus: false}})
      assert.equal(off.body.conditionStatus, false)
      assert.equal((await call(`${base}/${conditionId}`, {method: 'DELETE'})).status, 200)
      assert.equal((await call(`${base}/${conditionId}`)).status, 404)
      const states = await until(`events of ${conditionType}`, () => {
        const told = (throttleData() as BlockEvent[]).filter(it => it.blockingCondition === conditionType)
        return told.length === 3 && told
      })
      assert.deepEqual(
        states.map(it => it.state),
        ['true', 'false', 'false'],
      )
      assert.deepEqual([...new Set(states.map(it => it.conditionValue))], [stored])
    }
    assert.equal((await call(base)).body.count, 0)
  })

  it('tells the analytics dashboard of users and tenants', async () => {
    const wanted = {username: 'admin', tenantDomain: 'carbon.super', tenantId: -1234}
    assert.deepEqual((await call(`/tenant-info/${Buffer.from('admin').toString('base64')}`)).body, wanted)
    assert.deepEqual((await call('/tenant-info/admin')).body, wanted)
    assert.equal((await call('/tenant-info/nobody')).status, 400)
    const urls = await call('/custom-urls/carbon.super')
    assert.deepEqual(urls.body, {
      tenantDomain: 'carbon.super',
      tenantAdminUsername: 'admin',
      enabled: false,
      devPortal: null,
    })
    assert.equal((await call('/custom-urls/nowhere.example')).status, 404)
  })

  it('advanced policies have groups of conditions, in the rows of the product, and tell the traffic manager of them', async () => {
    const base = '/throttling/policies/advanced'
    const json = {policyName: 'Grouped', defaultLimit: limit(3), conditionalGroups: GROUPS}
    const made = await call(base, {json})
    assert.equal(made.status, 201, made.text)
    const {policyId} = made.body
    const withBandwidth = GROUPS.map(it => ({...it, limit: {...it.limit, bandwidth: null}}))
    assert.deepEqual((await call(`${base}/${policyId}`)).body.conditionalGroups, withBandwidth)
    const pushed = lab.trafficManager.pushed.findLast(it => it.operation === 'deploy')
    assert.ok(pushed?.operation === 'deploy')
    const [first, second] = pushed.policy.conditionGroups ?? []
    assert.deepEqual(first?.condition, [
      {conditionType: 'IPRange', name: '10.0.0.1', value: '10.0.0.9', isInverted: false},
      {conditionType: 'Header', name: 'User-Agent', value: 'curl.*', isInverted: true},
    ])
    assert.deepEqual([first.quota.count, second?.quota.count], [1, 2])
    const changed = await call(`${base}/${policyId}`, {
      method: 'PUT',
      json: {...made.body, conditionalGroups: withBandwidth.slice(1)},
    })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(changed.body.conditionalGroups, withBandwidth.slice(1))
    const counts = async () => {
      const tables = ['CONDITION_GROUP', 'IP_CONDITION', 'HEADER_FIELD_CONDITION', 'JWT_CLAIM_CONDITION']
      const all = await Promise.all(
        tables.map(it => databases.query('apimgtdb', `SELECT COUNT(*) AS count FROM AM_${it}`)),
      )
      return all.map(([found]) => Number(found?.count))
    }
    assert.deepEqual(await counts(), [1, 1, 0, 1])
    assert.equal((await call(`${base}/${policyId}`, {method: 'DELETE'})).status, 200)
    assert.deepEqual(await counts(), [0, 0, 0, 0])
  })

  for (const [what, condition, where] of [
    ['an address that is none', ip({ipConditionType: 'IPSPECIFIC', specificIP: '10.0.0'}), 'ipCondition.specificIP'],
    ['a range of two families', ip({...RANGE, endingIP: '::1'}), 'ipCondition'],
    ['a type without its object', {type: 'HEADERCONDITION'}, 'headerCondition'],
    [
      'a pattern that is none',
      {type: 'QUERYPARAMETERCONDITION', queryParameterCondition: {parameterName: 'q', parameterValue: '('}},
      'queryParameterCondition.parameterValue',
    ],
  ] as const) {
    it(`conditions: ${what} is 400, and says where`, async () => {
      const conditionalGroups = [{description: '', limit: limit(1), conditions: [condition]}]
      const json = {policyName: 'Bad', defaultLimit: limit(3), conditionalGroups}
      const {status, body} = await call('/throttling/policies/advanced', {json})
      assert.equal(status, 400)
      assert.match(String(body.description), new RegExp(`conditionalGroups\\[0\\].conditions\\[0\\].${where}:`))
    })
  }
})
