import assert from 'node:assert/strict'
import type {AskOptions} from '../support/ask.js'
import {eventSender} from './support/event-sender.js'
import {fakePortal, type FakePortal} from './support/fake-portals.js'
import {inCluster} from './support/in-cluster.js'
import {until} from './support/until.js'
import {REQUEST_STREAM, THROTTLED_OUT_STREAM} from '../../src/mini/hub/events.js'

const DASHBOARD = 'analytics-dashboard-1'
const WORKER = 'analytics-worker-1'
const PAGE = '/analytics-dashboard'

describe('mini: the analytics dashboard', function () {
  this.timeout(120_000)
  const {cluster, later} = inCluster([WORKER, DASHBOARD, 'publisher-1', 'devportal-1'])
  let publisher: FakePortal
  let devportal: FakePortal
  let cookie: string

  before(async () => {
    publisher = await fakePortal(cluster.port('publisher-1', 9443))
    later(() => publisher.stop())
    devportal = await fakePortal(cluster.port('devportal-1', 9443))
    later(() => devportal.stop())
    await cluster.start(WORKER)
    await cluster.start(DASHBOARD)
    await cluster.ready()
    cookie = String((await login()).headers['set-cookie']).split(';')[0] ?? ''
  })

  const ask = (path: string, options: AskOptions = {}) => cluster.ask(DASHBOARD, 9643, path, options)
  const login = (username = 'admin', password = 'admin') => ask(`${PAGE}/login`, {form: {username, password, next: ''}})
  const open = (path = PAGE) => ask(path, {headers: {cookie}})
  const save = async (threshold: string) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await open()).text)?.[1] ?? ''
    return ask(`${PAGE}/rule`, {form: {csrf, threshold}, headers: {cookie}})
  }
  const linksUp = () =>
    cluster
      .node(DASHBOARD)
      .health()
      .links.every(it => it.state === 'connected')

  it('lets in who has the role', async () => {
    assert.equal((await ask(PAGE)).status, 303)
    assert.equal((await ask(`${PAGE}/`)).headers.location, PAGE)
    for (const [name, password] of [
      ['admin', 'wrong'],
      ['nobody', 'x'],
      ['ann', 'annann'],
      ["' OR 1=1 --", '薬\0'],
    ] as const) {
      assert.equal((await login(name, password)).status, 401)
    }
    assert.equal((await login()).status, 303)
  })

  it('says that there is nothing yet', async () => {
    await until('the links', linksUp)
    const {status, text} = await open()
    assert.equal(status, 200)
    assert.match(text, /No calls in this time/)
    assert.match(text, /No alerts/)
    assert.match(text, /Never called/)
    assert.doesNotMatch(text, /does not answer/)
    assert.doesNotMatch(text, /<script|https?:\/\//)
  })

  it('shows what the worker has counted, as plots and as tables', async () => {
    const sender = eventSender(
      'analytics-events',
      {events: cluster.port(WORKER, 7612), login: cluster.port(WORKER, 7712)},
      {username: 'admin', password: 'admin'},
    )
    const common = {
      apiName: '<Pizza>',
      apiVersion: '1.0.0',
      apiContext: '/pizza',
      apiCreator: 'admin',
      apiCreatorTenantDomain: 'carbon.super',
      applicationId: '1',
      applicationName: 'shop',
    }
    for (const responseCode of [200, 200, 200, 404, 503]) {
      sender.publish(REQUEST_STREAM, {...common, requestTimestamp: Date.now(), responseTime: 40, responseCode})
    }
    for (let i = 0; i < 12; i++) {
      const reason = {
        throttledOutReason: 'SUBSCRIPTION_LIMIT_EXCEEDED',
        userTenantDomain: 'carbon.super',
        subscriber: 'admin',
      }
      sender.publish(THROTTLED_OUT_STREAM, {...common, ...reason, throttledOutTimestamp: Date.now()})
    }
    await until('the events to be counted', () => sender.waiting() === 0, 20_000)
    sender.close()
    for (const range of ['1h', '6h', '1d', '7d']) {
      const {text} = await open(`${PAGE}?range=${range}`)
      assert.match(text, /Calls: 5 calls in all/)
      assert.match(text, /Errors: 2 errors in all/)
      assert.match(text, /Throttled calls: 12 calls in all/)
      assert.match(text, /Latency: at most 40 ms/)
      assert.match(text, /FrequentTierLimitHitting/)
      assert.match(text, /Calls as a table/)
      assert(!text.includes('<Pizza>'))
    }
    const {text} = await open(`${PAGE}?api=Other&range=1h`)
    assert.match(text, /No calls in this time/)
  })

  it('takes no odd question for a range or an API', async () => {
    for (const range of ['1y', '__proto__', "' OR 1=1"]) {
      assert.equal((await open(`${PAGE}?range=${encodeURIComponent(range)}`)).status, 400)
    }
    for (const api of ["' OR 1=1 --", '薬局', '<script>alert(1)</script>', '\0']) {
      const {status, text} = await open(`${PAGE}?api=${encodeURIComponent(api)}`)
      assert.equal(status, 200)
      assert.doesNotMatch(text, /<script/)
    }
  })

  it('stores the business rule and deploys it, later if the worker is away', async () => {
    const deployed = async () =>
      (await cluster.ask(WORKER, 9444, '/business-rules/instances', {basic: 'admin:admin'})).body
    assert.equal((await save('25')).headers.location, `${PAGE}#rule`)
    assert.deepEqual(await deployed(), [{kind: 'tier-limit-hits', threshold: 25}])
    assert.match((await open()).text, /The worker has this rule/)

    for (const threshold of ['', '-1', '1.5', 'many', '1000001', '9'.repeat(400)])
      assert.equal((await save(threshold)).status, 400)
    assert.equal((await ask(`${PAGE}/rule`, {form: {threshold: '1'}, headers: {cookie}})).status, 403)

    await cluster.stop(WORKER)
    await save('30')
    await until('the loss to be noticed', () => !linksUp())
    const {status, text} = await open()
    assert.equal(status, 200)
    assert.match(text, /analytics-worker does not answer/)
    assert.match(text, /does not have it yet/)
    await cluster.start(WORKER)
    await until('the rule to be deployed', async () => /The worker has this rule/.test((await open()).text), 20_000)
    assert.deepEqual(await deployed(), [{kind: 'tier-limit-hits', threshold: 30}])
  })

  it('says which portal is away', async () => {
    await publisher.stop()
    await devportal.stop()
    await until('the loss to be noticed', () => !linksUp())
    const refused = await login()
    assert.equal(refused.status, 503)
    assert.match(refused.text, /The publisher at .* does not answer/)
    // The two links are lost one after the other.
    await until('the page to name the devportal', async () => {
      const {status, text} = await open()
      assert.equal(status, 200)
      return /devportal does not answer/.test(text)
    })
    publisher = await fakePortal(cluster.port('publisher-1', 9443))
    devportal = await fakePortal(cluster.port('devportal-1', 9443))
    assert.equal((await login()).status, 303)
  })

  it('has logged no error of its own, and no secret', () => {
    const lines = cluster.log(DASHBOARD)
    assert.deepEqual(
      lines.filter(it => it.startsWith('ERROR')),
      [],
    )
    assert(!lines.some(it => /dashboard-secret|token-of|annann/.test(it)))
  })
})
