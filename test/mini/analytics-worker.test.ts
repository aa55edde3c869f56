import assert from 'node:assert/strict'
import {
  FAULT_STREAM,
  REQUEST_STREAM,
  THROTTLED_OUT_STREAM,
  type FaultEvent,
  type RequestEvent,
  type ThrottledOutEvent,
} from '../../src/mini/hub/events.js'
import {RANGES} from '../../src/mini/analytics/ranges.js'
import {usageOf} from '../../src/mini/components/publisher/usage.js'
import type {AskOptions} from '../support/ask.js'
import {eventSender, type EventSender} from './support/event-sender.js'
import {inCluster} from './support/in-cluster.js'
import {relayTo, type Relay} from './support/relay.js'
import {until} from './support/until.js'

const WORKER = 'analytics-worker-1'
const ADMIN = {username: 'admin', password: 'admin'}

const API = {
  apiName: 'Pizza',
  apiVersion: '1.0.0',
  apiContext: '/pizza/1.0.0',
  apiCreator: 'admin',
  apiCreatorTenantDomain: 'carbon.super',
}
const request = (more: Partial<RequestEvent> = {}): RequestEvent => ({
  ...API,
  correlationId: 'c',
  applicationConsumerKey: 'key',
  applicationName: 'shop',
  applicationId: '1',
  applicationOwner: 'admin',
  apiResourceTemplate: '/menu',
  apiMethod: 'GET',
  apiHostname: 'localhost',
  username: 'admin',
  userTenantDomain: 'carbon.super',
  userIp: '127.0.0.1',
  userAgent: 'test',
  requestTimestamp: Date.now(),
  responseTime: 20,
  backendTime: 10,
  responseCode: 200,
  responseSize: 1,
  ...more,
})
const throttled = (more: Partial<ThrottledOutEvent> = {}): ThrottledOutEvent => ({
  ...API,
  username: 'admin',
  userTenantDomain: 'carbon.super',
  applicationId: '1',
  applicationName: 'shop',
  subscriber: 'admin',
  throttledOutReason: 'SUBSCRIPTION_LIMIT_EXCEEDED',
  throttledOutTimestamp: Date.now(),
  hostname: 'localhost',
  ...more,
})
const fault = (more: Partial<FaultEvent> = {}): FaultEvent => ({
  ...API,
  apiMethod: 'GET',
  applicationName: 'shop',
  applicationId: '1',
  errorCode: '101503',
  errorMessage: 'Connection refused',
  requestTimestamp: Date.now(),
  hostname: 'localhost',
  ...more,
})

describe('mini: the analytics worker', function () {
  this.timeout(120_000)
  let relay: Relay
  let sender: EventSender
  const {cluster, later} = inCluster([WORKER], {
    reach: async port => {
      relay = await relayTo(port)
      later(() => relay.stop())
      return relay.port
    },
  })

  const connect = (account = ADMIN, name = 'gateway-1') =>
    eventSender(
      'analytics-events',
      {events: cluster.port(WORKER, 7612), login: cluster.port(WORKER, 7712)},
      account,
      name,
    )
  before(async () => {
    await cluster.start(WORKER)
    await cluster.ready()
    sender = connect()
    later(() => sender.close())
  })

  const send = async (stream: string, events: readonly unknown[]) => {
    for (const it of events) sender.publish(stream, it)
    await until('all events to be acknowledged', () => sender.waiting() === 0, 20_000)
  }
  const post = (json: unknown, options: AskOptions = {}) =>
    cluster.ask(WORKER, 7444, '/stores/query', {json, basic: 'admin:admin', ...options})
  const query = async (appName: string, text: string) => {
    const {status, body, text: answer} = await post({appName, query: text})
    assert.equal(status, 200, answer)
    return body.records as unknown[][]
  }
  const RANGE = `within ${Date.now() - 86_400_000}L, ${Date.now() + 86_400_000}L per`
  const total = async (name: string) => {
    const text = `from ApiUserPerAppAgg on apiName=='${name}' ${RANGE} 'minutes' select apiName, sum(totalRequestCount) as total group by apiName;`
    return (await query('APIM_ACCESS_SUMMARY', text))[0]?.[1]
  }

  it('counts calls per minute and hour', async () => {
    await send(REQUEST_STREAM, [
      ...Array.from({length: 7}, () => request()),
      request({responseCode: 404, responseTime: 80}),
      request({responseCode: 500}),
    ])
    assert.equal(await total('Pizza'), 9)
    const [hour] = await query(
      'APIM_ACCESS_SUMMARY',
      `from ApiResPathPerApp on apiName == "Pizza" and (apiMethod == 'GET' or apiMethod == 'PUT') ${RANGE} 'hours' select sum(totalRequestCount) as n, apiResourceTemplate group by apiResourceTemplate order by n desc limit 1;`,
    )
    assert.deepEqual(hour, [9, '/menu'])
    const codes = await query(
      'APIM_ERROR_SUMMARY',
      `from ApiErrorAnalysisAgg on apiName=='Pizza' ${RANGE} 'hours' select sum(_2xx) as a, sum(_4xx) as b, sum(_5xx) as c, sum(responseCount) as d, count() as rows`,
    )
    assert.deepEqual(codes, [[7, 1, 1, 9, 3]])
    const [[average]] = (await query(
      'APIM_ACCESS_SUMMARY',
      `from ApiExeTime on apiName=='Pizza' ${RANGE} 'hours' select avg(responseTime) as t`,
    )) as [[number]]
    assert.equal(Math.round(average), 27)
    assert.deepEqual(
      await query(
        'APIM_ACCESS_SUMMARY',
        `from ApiExeTime on apiName=='None' ${RANGE} 'hours' select sum(responseTime) as t`,
      ),
      [],
    )
  })

  it('counts by API, application and user what the publisher shows', async () => {
    const own = {apiName: 'Used', applicationOwner: 'sue'}
    await send(REQUEST_STREAM, [
      request({...own, username: 'ann', responseTime: 10}),
      request({...own, username: 'ann', responseTime: 50, responseCode: 503}),
      request({...own, username: 'bob', responseTime: 5, responseCode: 404}),
    ])
    await send(THROTTLED_OUT_STREAM, [throttled({apiName: 'Used', subscriber: 'sue', username: 'ann'})])
    await send(FAULT_STREAM, [fault({apiName: 'Used'})])
    const analytics = {enabled: true, query}
    for (const range of Object.values(RANGES)) {
      const found = await usageOf(analytics, 'carbon.super', range, {name: 'Used', version: '1.0.0'})
      const common = {api: {name: 'Used', version: '1.0.0'}, application: 'shop', owner: 'sue'}
      assert.deepEqual(found, [
        {...common, user: 'ann', calls: 2, errors: 1, throttled: 1, took: 60},
        {...common, user: 'bob', calls: 1, errors: 1, throttled: 0, took: 5},
      ])
      assert.deepEqual(await usageOf(analytics, 'other.com', range), [])
    }
    const [day] = Object.values(RANGES)
    assert.ok(day && (await usageOf(analytics, 'carbon.super', day)).some(it => it.api.name === 'Used'))
    assert.deepEqual(day && (await usageOf(analytics, 'carbon.super', day, {name: `'or"`, version: "'"})), [])
  })

  it('raises an alert for who hits a limit often, once', async () => {
    const alerts = (name: string) =>
      query('APIM_PERSIST_ALERTS', `from ApimTierLimitHittingAlert on apiName=='${name}' select * limit 10;`)
    const hits = (count: number, apiName: string, more: Partial<ThrottledOutEvent> = {}) =>
      send(
        THROTTLED_OUT_STREAM,
        Array.from({length: count}, () => throttled({apiName, ...more})),
      )
    await hits(10, 'Often')
    assert.deepEqual(await alerts('Often'), [])
    await hits(1, 'Often')
    await hits(30, 'Often')
    const [found, ...others] = await alerts('Often')
    assert.deepEqual(others, [])
    assert.deepEqual(found?.slice(0, 7), [
      'admin@carbon.super',
      'admin@carbon.super',
      'Often',
      '1',
      'shop',
      'carbon.super',
      'carbon.super',
    ])
    await hits(40, 'Blocked', {throttledOutReason: 'REQUEST_BLOCKED'})
    assert.deepEqual(await alerts('Blocked'), [])
    await hits(11, 'ByUser', {throttledOutReason: 'APPLICATION_LIMIT_EXCEEDED', username: 'ann'})
    assert.match(String((await alerts('ByUser'))[0]?.[7]), /ann/)
    const all = await query('APIM_PERSIST_ALERTS', 'from ApimAllAlert select type, apiName order by apiName limit 20;')
    assert.deepEqual(all, [
      ['FrequentTierLimitHitting', 'ByUser'],
      ['FrequentTierLimitHitting', 'Often'],
    ])
  })

  it('raises an alert for an API whose backend fails', async () => {
    const alerts = (name: string) =>
      query('APIM_PERSIST_ALERTS', `from ApimApiHealthMonitorAlert on apiName=='${name}' select apiName, severity;`)
    const requestTimestamp = Math.floor(Date.now() / 60_000) * 60_000
    await send(
      FAULT_STREAM,
      Array.from({length: 4}, () => fault({apiName: 'Sick', requestTimestamp})),
    )
    // A call that failed is a response too: it counts once.
    await send(
      REQUEST_STREAM,
      Array.from({length: 4}, () => request({apiName: 'Sick', responseCode: 503, requestTimestamp})),
    )
    assert.deepEqual(await alerts('Sick'), [])
    await send(
      FAULT_STREAM,
      Array.from({length: 3}, () => fault({apiName: 'Sick', requestTimestamp})),
    )
    assert.deepEqual(await alerts('Sick'), [['Sick', 2]])
  })

  it('follows the business rule that is deployed to it', async () => {
    const rules = '/business-rules/instances'
    const ask = (path: string, options: AskOptions = {}) =>
      cluster.ask(WORKER, 9444, path, {basic: 'admin:admin', ...options})
    assert.deepEqual((await ask(rules)).body, [])
    assert.equal((await ask(rules, {json: {kind: 'tier-limit-hits', threshold: 2}})).status, 201)
    assert.deepEqual((await ask(rules)).body, [{kind: 'tier-limit-hits', threshold: 2}])
    await send(
      THROTTLED_OUT_STREAM,
      Array.from({length: 3}, () => throttled({apiName: 'Strict'})),
    )
    const found = await query(
      'APIM_PERSIST_ALERTS',
      `from ApimTierLimitHittingAlert on apiName=='Strict' select apiName`,
    )
    assert.deepEqual(found, [['Strict']])
    assert.equal((await ask(`${rules}/tier-limit-hits`, {method: 'DELETE'})).status, 200)
    assert.equal((await ask(`${rules}/tier-limit-hits`, {method: 'DELETE'})).status, 404)
    for (const json of [
      {kind: 'other', threshold: 1},
      {kind: 'tier-limit-hits'},
      {kind: 'tier-limit-hits', threshold: -1},
      [],
      null,
    ]) {
      assert.equal((await ask(rules, {json})).status, 400)
    }
    assert.equal((await cluster.ask(WORKER, 9444, rules)).status, 401)
    assert.equal(
      (await ask(`${rules}/${encodeURIComponent("' OR 1=1 --薬")}`, {method: 'DELETE'})).status >= 500,
      false,
    )
  })

  it('loses no event and counts none twice when the database is cut off', async () => {
    const count = 3_000
    for (let i = 0; i < count; i++) {
      sender.publish(REQUEST_STREAM, request({apiName: 'Safe'}))
      if (i === 1_000) {
        await until('the first to be counted', () => sender.waiting() < 900, 20_000)
        relay.cut()
      }
    }
    await until('the worker to notice', () =>
      cluster
        .node(WORKER)
        .health()
        .databases.some(it => it.state === 'connecting'),
    )
    assert.equal(
      (await post({appName: 'APIM_ACCESS_SUMMARY', query: `from ApiExeTime ${RANGE} 'hours' select *`})).status,
      503,
    )
    assert(sender.waiting() > 0)
    relay.mend()
    await until('all to be acknowledged', () => sender.waiting() === 0, 30_000)
    assert.equal(await total('Safe'), count)
  })

  it('counts none twice when it is started again in the middle', async () => {
    const count = 3_000
    for (let i = 0; i < count; i++) sender.publish(REQUEST_STREAM, request({apiName: 'Again'}))
    await until('some to be counted', () => sender.waiting() < 2_900, 20_000)
    await cluster.stop(WORKER)
    await cluster.start(WORKER)
    await until('all to be acknowledged', () => sender.waiting() === 0, 30_000)
    assert.equal(await total('Again'), count)
  })

  it('takes whatever a caller may have written, and leaves out what is no event', async () => {
    const odd = {
      apiName: 'Odd',
      username: '薬局 \u{1f355} \0 \ud800',
      applicationName: 'x'.repeat(5_000),
      userAgent: "'; DROP TABLE",
    }
    const events = [
      request(odd),
      request({apiName: 'Odd', responseTime: Number.MAX_VALUE, backendTime: -5}),
      null,
      'text',
      [],
      {},
      {apiName: {}},
      request({apiName: 'Odd', requestTimestamp: -1}),
      request({apiName: 'Odd', requestTimestamp: 1e300}),
      request({apiName: 'Odd', responseCode: 'x' as unknown as number}),
    ]
    await send(REQUEST_STREAM, events)
    await send('no.such.stream:1.0.0', [request({apiName: 'Odd'})])
    await send(
      THROTTLED_OUT_STREAM,
      Array.from({length: 12}, () =>
        throttled({apiName: 'Odd', subscriber: 'y'.repeat(400), applicationName: '薬'.repeat(300)}),
      ),
    )
    assert.equal(await total('Odd'), 2)
    assert.equal(
      (await query('APIM_PERSIST_ALERTS', `from ApimTierLimitHittingAlert on apiName=='Odd' select apiName`)).length,
      1,
    )
    assert(cluster.log(WORKER).some(it => it.includes("can't be understood")))
  })

  it('lets only its users send and ask', async () => {
    const stranger = connect({username: 'admin', password: 'wrong'}, 'stranger')
    stranger.publish(REQUEST_STREAM, request({apiName: 'Stranger'}))
    await until('the refusal', () => stranger.log.some(it => it.includes('refused the login')))
    stranger.close()
    const json = {appName: 'APIM_ACCESS_SUMMARY', query: `from ApiExeTime ${RANGE} 'hours' select *`}
    for (const basic of ['admin:wrong', 'nobody:admin', 'admin']) assert.equal((await post(json, {basic})).status, 401)
    assert.equal((await cluster.ask(WORKER, 7071, '/stores/query', {json, basic: 'admin:admin'})).status, 200)
    assert.equal((await cluster.ask(WORKER, 7071, '/stores/query', {json})).status, 401)
  })

  describe('store query', () => {
    const agg = `from ApiExeTime ${RANGE} 'minutes'`
    const bad: [string, string, number][] = [
      ['', 'APIM_ACCESS_SUMMARY', 400],
      ['select *', 'APIM_ACCESS_SUMMARY', 400],
      ['from Nothing select *', 'APIM_ACCESS_SUMMARY', 400],
      ['from ApimAllAlert select *', 'APIM_ACCESS_SUMMARY', 400],
      ['from ApimAllAlert select *', 'NO_SUCH_APP', 404],
      ['from ApimAllAlert select *', '__proto__', 404],
      ['from ApimAllAlert select password', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select constructor', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select sum(message) as m', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select toString(message) as m', 'APIM_PERSIST_ALERTS', 400],
      ["from ApimAllAlert on severity == 'high' select *", 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert on message == 3 select *', 'APIM_PERSIST_ALERTS', 400],
      ["from ApimAllAlert on message == 'a' select * ; DROP TABLE ApimAllAlert", 'APIM_PERSIST_ALERTS', 400],
      ["from ApimAllAlert on message == 'a' or 1 = 1 select *", 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select * limit -1', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select * limit 1.5', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select type order by message', 'APIM_PERSIST_ALERTS', 400],
      ['from ApimAllAlert select type as `a`', 'APIM_PERSIST_ALERTS', 400],
      ["from ApimAllAlert within 1L, 2L per 'hours' select *", 'APIM_PERSIST_ALERTS', 400],
      ['from ApiExeTime select *', 'APIM_ACCESS_SUMMARY', 400],
      ["from ApiExeTime within 1L, 2L per 'seconds' select *", 'APIM_ACCESS_SUMMARY', 400],
      ["from ApiExeTime within 1L, 2L per 'constructor' select *", 'APIM_ACCESS_SUMMARY', 400],
      [`${agg} select AGG_KEY`, 'APIM_ACCESS_SUMMARY', 400],
      [
        `from ApimAllAlert on ${'('.repeat(1_000)}severity == 1${')'.repeat(1_000)} select *`,
        'APIM_PERSIST_ALERTS',
        400,
      ],
      [`from ApimAllAlert on message == '${'a'.repeat(20_000)}' select *`, 'APIM_PERSIST_ALERTS', 400],
    ]
    for (const [text, appName, status] of bad) {
      it(`${text.slice(0, 70) || 'nothing'} in ${appName} is ${status}`, async () => {
        const answer = await post({appName, query: text})
        assert.equal(answer.status, status, answer.text)
        assert.equal(answer.body.code, status)
        assert.equal(typeof answer.body.message, 'string')
      })
    }
    it('values are values, whatever they say', async () => {
      for (const value of ["' OR 1=1 --", '薬局', '\\', '%', '${x}']) {
        const quoted = value.includes("'") ? `"${value}"` : `'${value}'`
        assert.deepEqual(await query('APIM_PERSIST_ALERTS', `from ApimAllAlert on message == ${quoted} select *`), [])
      }
    })
    it('bodies that are none are refused', async () => {
      for (const json of [null, [], {}, {appName: {}, query: []}, {query: 'x'}])
        assert.equal((await post(json)).status, 400)
      const raw = {basic: 'admin:admin', headers: {'content-type': 'application/json'}}
      assert.equal((await cluster.ask(WORKER, 7444, '/stores/query', {...raw, body: '{"appName'})).status, 400)
      const body = Buffer.alloc(10 * 1024 * 1024, 0x20)
      const large = await cluster.ask(WORKER, 7444, '/stores/query', {...raw, body}).catch(() => ({status: 413}))
      assert.equal(large.status, 413)
      assert.deepEqual(
        cluster.log(WORKER).filter(it => it.startsWith('ERROR')),
        [],
      )
    })
  })
})
