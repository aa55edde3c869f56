import assert from 'node:assert/strict'
import {setEmailNames} from '../../src/mini/users/users.js'
import {ApiLife} from '../support/api-life.js'
import {backend, type Backend} from './support/backend.js'
import {onMysql} from './support/in-cluster.js'
import {lifeIn} from './support/running-lab.js'
import {until} from './support/until.js'

const NODES = ['key-manager-1', 'traffic-manager-1', 'publisher-1', 'devportal-1', 'gateway-1']
const HEALING = 15_000

/** Keys that change what all nodes do, one lab each: it runs through what the product does then. */
describe('mini: a lab that is configured otherwise', function () {
  this.timeout(120_000)
  let served: Backend
  const {cluster, databases, newCluster, close} = onMysql()
  before(async () => (served = await backend()))
  after(() => served.stop())
  afterEach(close)

  const start = async (edited: (name: string, config: string) => string) => {
    await newCluster(NODES, {analytics: false, edited})
    await cluster.startAll()
  }

  it('tenant_mgt.enable_email_domain: who is called by an address signs up, logs in, subscribes and calls', async () => {
    await start((_, config) => `${config}\n[tenant_mgt]\nenable_email_domain = true\n`)
    try {
      const ask = cluster.ask.bind(cluster)
      const user = {username: 'jane@example.com', password: 'jane-1', claims: []}
      const signedUp = await ask('devportal-1', 9443, '/api/identity/user/v1.0/me', {json: {user, properties: []}})
      assert.equal(signedUp.status, 201, signedUp.text)
      const [row] = await databases.query<{name: string; tenant: number}>(
        'shareddb',
        'SELECT UM_USER_NAME AS name, UM_TENANT_ID AS tenant FROM UM_USER WHERE UM_USER_NAME LIKE ?',
        ['jane%'],
      )
      assert.deepEqual({...row}, {name: 'jane@example.com', tenant: -1234})

      const admin = await lifeIn(cluster)
      const apiId = await admin.publishedApi({name: 'Mail', context: '/mail', url: served.url})
      const jane = await new ApiLife((component, path, options) => ask(`${component}-1`, 9443, path, options)).begin(
        'jane@example.com:jane-1',
        'apim:subscribe apim:app_manage apim:sub_manage',
      )
      const application = await jane.createApplication('of Jane')
      const keys = await jane.generateKeys(application)
      await jane.subscribe(apiId, application)
      const call = async (bearer: string) => (await ask('gateway-1', 8243, '/mail/1.0.0/x', {bearer})).status
      const form = {grant_type: 'password', username: 'jane@example.com', password: 'jane-1'}
      const basic = `${keys.consumerKey}:${keys.consumerSecret}`
      const {body} = await ask('key-manager-1', 9443, '/oauth2/token', {form, basic})
      const claims = JSON.parse(Buffer.from(String(body.access_token).split('.')[1] ?? '', 'base64url').toString()) as {
        sub: string
      }
      assert.equal(claims.sub, 'jane@example.com@carbon.super')
      for (const token of [body.access_token as string, await jane.appToken(keys)]) {
        await until('a call', async () => (await call(token)) === 200, HEALING)
      }
      // With the tenant it is the same user; the last part is a tenant only where there are two.
      for (const [username, status] of [
        ['jane@example.com@carbon.super', 200],
        ['admin', 200],
        ['admin@carbon.super', 200],
        ['jane@example.com@example.com', 400],
      ] as const) {
        const password = username.startsWith('admin') ? 'admin' : 'jane-1'
        const answer = await ask('key-manager-1', 9443, '/oauth2/token', {form: {...form, username, password}, basic})
        assert.equal(answer.status, status, username)
      }
    } finally {
      setEmailNames(false)
    }
  })

  it('apim.event_hub.enable = false: the gateway hears of no key manager and refuses every token', async () => {
    await start((name, config) =>
      ['gateway-1', 'publisher-1', 'devportal-1'].includes(name)
        ? config.replace('[apim.event_hub]\nenable = true', '[apim.event_hub]\nenable = false')
        : config,
    )
    const life = await lifeIn(cluster)
    const {keys} = await life.ready({name: 'Silent', context: '/silent', url: served.url})
    const token = await life.appToken(keys)
    const call = (bearer?: string) => cluster.ask('gateway-1', 8243, '/silent/1.0.0/x', {...(bearer && {bearer})})
    // The API itself was pushed there.
    await until('the API', async () => (await call()).text.includes('900902'), HEALING)
    const {status, text} = await call(token)
    assert.deepEqual([status, text.includes('900901')], [401, true], text)
    assert.ok(
      cluster.log('gateway-1').some(it => it.startsWith('WARN') && it.includes('the event hub is switched off')),
    )
    assert.ok(cluster.log('publisher-1').some(it => it.endsWith('Wso2Event Publisher not enabled.')))
    const links = cluster
      .node('gateway-1')
      .health()
      .links.map(it => `${it.server} ${it.purpose} ${it.state}`)
    assert.deepEqual(links, [
      'key-manager token validation connected',
      'traffic-manager throttling decisions connected',
      'traffic-manager throttling events connected',
      'traffic-manager authentication of throttling events connected',
    ])
  })
})
