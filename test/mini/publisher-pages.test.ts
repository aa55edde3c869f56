import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Pool} from 'mysql2/promise'
import type {Analytics} from '../../src/mini/components/publisher/analytics.js'
import {pageRoutes} from '../../src/mini/components/publisher/page/site.js'
import {insertApi} from '../../src/mini/apis/api-store.js'
import {insertApiRows} from '../../src/mini/apis/api-rows.js'
import {DETAILS, type Api} from '../../src/mini/apis/api.js'
import {Fault} from '../../src/mini/http/fault.js'
import {router} from '../../src/mini/http/router.js'
import type {Publishing} from '../../src/mini/components/publisher/publishing.js'
import {askPort} from './support/cluster.js'
import {inDatabases} from './support/in-cluster.js'
import {seedUser} from './support/seed.js'
import {sessionOf} from './support/session.js'

const api = (id: string, name: string): Api => ({
  ...DETAILS,
  id,
  name,
  context: '/pizza',
  version: '1.0.0',
  provider: 'admin',
  lifeCycleStatus: 'PUBLISHED',
  isDefaultVersion: false,
  type: 'HTTP',
  transport: ['https'],
  tags: [],
  policies: ['Gold'],
  apiThrottlingPolicy: null,
  securityScheme: ['oauth2'],
  visibility: 'PUBLIC',
  visibleRoles: [],
  gatewayEnvironments: ['gateway-1'],
  endpointConfig: null,
  scopes: [],
  operations: [{id: '1', target: '/menu', verb: 'GET', authType: 'None', throttlingPolicy: 'Unlimited', scopes: []}],
  createdTime: '0',
  lastUpdatedTime: '0',
})

describe("mini: the publisher's page", function () {
  this.timeout(120_000)
  const {databases} = inDatabases()
  const off: Analytics = {enabled: false, query: () => Promise.resolve([])}
  const answering = (records: Awaited<ReturnType<Analytics['query']>>): Analytics => ({
    enabled: true,
    query: () => Promise.resolve(records),
  })
  const failing = (error: Error): Analytics => ({enabled: true, query: () => Promise.reject(error)})
  let analytics = off
  let port: number
  let http: ReturnType<typeof createServer>

  before(async () => {
    await seedUser(databases, 'admin', 'right', ['admin'])
    await seedUser(databases, 'nobody', 'right', [])
    const [apim, shared]: [Pool, Pool] = [databases.pool('apimgtdb'), databases.pool('shareddb')]
    for (const [id, name] of [
      ['1', 'Pizza'],
      ['2', '<script>alert(1)</script>'],
    ] as const) {
      await insertApi(shared, -1234, api(id, name))
      await insertApiRows(apim, -1234, api(id, name), 'admin')
    }
    const query = (sql: string) => databases.query('apimgtdb', sql)
    await query("INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES ('alice', -1234, NOW())")
    await query(
      "INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, UUID) SELECT 'Shop', SUBSCRIBER_ID, 'a' FROM AM_SUBSCRIBER",
    )
    await query(
      "INSERT INTO AM_SUBSCRIPTION (TIER_ID, API_ID, APPLICATION_ID, SUB_STATUS, UUID) SELECT 'Gold', API_ID, (SELECT APPLICATION_ID FROM AM_APPLICATION), 'UNBLOCKED', 's' FROM AM_API WHERE API_NAME = 'Pizza'",
    )
    const routes = pageRoutes({apim, shared, environments: []} as unknown as Publishing, {
      get enabled() {
        return analytics.enabled
      },
      query: (...it) => analytics.query(...it),
    })
    http = createServer(router(routes, [], () => undefined))
    await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
    port = (http.address() as AddressInfo).port
  })
  after(() => http.close())
  const login = async (username: string) => {
    const answer = await askPort(port, false, '/publisher/login', {form: {username, password: 'right', next: ''}})
    return {answer, cookie: sessionOf(answer)}
  }
  const see = async (path: string) => {
    const {cookie} = await login('admin')
    return askPort(port, false, `/publisher${path}`, {headers: {cookie}})
  }

  it('is for those who log in and have a role for it', async () => {
    const {status, headers} = await askPort(port, false, '/publisher')
    assert.equal(status, 303)
    assert.match(String(headers.location), /^\/publisher\/login/)
    assert.equal((await login('nobody')).answer.status, 401)
    assert.equal((await login('admin')).answer.status, 303)
  })

  it('shows APIs with state and subscribers, escaped, with nothing from elsewhere', async () => {
    const {status, text} = await see('')
    assert.equal(status, 200)
    assert.match(text, /<a href="\/publisher\/apis\/1">Pizza<\/a>/)
    assert.match(text, /Published/)
    assert.ok(!text.includes('<script'), 'names are text')
    assert.ok(!/(src|href)="(https?:)?\/\//.test(text), 'nothing from elsewhere')
    const one = await see('/apis/1')
    assert.match(one.text, /alice[^]*Shop[^]*Gold[^]*UNBLOCKED/)
    assert.match(one.text, /\/menu/)
    assert.equal((await see('/apis/none')).status, 404)
  })

  it('shows the latest alerts, and says why there are none', async () => {
    analytics = off
    assert.match((await see('/alerts')).text, /switched off/)
    analytics = answering([])
    assert.match((await see('/alerts')).text, /There are no alerts/)
    analytics = answering([['FrequentTierLimitHitting', '<b>', 2, 0, 'Pizza']])
    assert.match((await see('/alerts')).text, /1970-01-01 00:00:00[^]*FrequentTierLimitHitting[^]*&lt;b&gt;/)
    analytics = failing(new Fault(503, 'The analytics worker answered 500'))
    const away = await see('/alerts')
    assert.equal(away.status, 503)
    assert.match(away.text, /The analytics worker answered 500/)
  })

  it('shows what was counted of an API, and of all that the user sees', async () => {
    analytics = answering([
      ['Pizza', '1.0.0', 'Shop', 'alice', 'bob', 6, 1, 2, 240],
      ['Pizza', '1.0.0', 'Shop', 'alice', '<i>', 4, 1, 0, 60],
      ['Hidden', '1.0.0', 'Other', 'eve', 'eve', 99, 0, 0, 99],
    ])
    const all = await see('/usage')
    assert.equal(all.status, 200)
    const shown = all.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
    assert.match(shown, /10 calls, 2 errors, 2 calls throttled, 30 ms on average/)
    assert.match(
      shown,
      /By API .* Pizza 1\.0\.0 10 2 2 30 By application .* Shop alice 10 2 2 30 By user .* bob 6 1 2 40 /,
    )
    assert.match(all.text, /href="\/publisher\/apis\/1"/)
    assert.match(all.text, /&lt;i&gt;/)
    assert.ok(!all.text.includes('Hidden') && !all.text.includes('eve'), 'an API that is not there')
    const one = await see('/apis/1?range=7d')
    assert.match(one.text, /<option value="7d" selected[^]*10 calls, 2 errors/)
    analytics = answering([])
    assert.match((await see('/usage')).text, /No calls in this time/)
    assert.equal((await see('/usage?range=1y')).status, 400)
  })

  it('says that analytics is off or the worker away, and shows the rest of an API', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'})
    for (const [now, said] of [
      [off, /Analytics is switched off/],
      [failing(away), /The analytics worker does not answer/],
      [failing(new Fault(503, 'The analytics worker answered 500')), /The analytics worker answered 500/],
    ] as const) {
      analytics = now
      for (const path of ['/usage', '/apis/1']) {
        const {status, text} = await see(path)
        assert.equal(status, 200)
        assert.match(text, said)
      }
      assert.match((await see('/apis/1')).text, /\/menu/)
    }
  })
})
