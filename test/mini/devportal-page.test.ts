import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {createServer} from 'node:https'
import {DETAILS, type Api} from '../../src/mini/apis/api.js'
import {insertApi} from '../../src/mini/apis/api-store.js'
import {insertDocument} from '../../src/mini/apis/documents.js'
import {SUPER_TENANT} from '../../src/mini/users/users.js'
import type {AskOptions} from '../support/ask.js'
import {fakeKeyManager, type FakeKeyManager} from './support/fake-key-manager.js'
import {inCluster} from './support/in-cluster.js'
import {NODE} from './support/pki.js'
import {seedUser} from './support/seed.js'
import {until} from './support/until.js'
import {openPage, overflow, pressOn, startBrowser, visit} from '../support/browser.js'

const PORTAL = 'devportal-1'
const PIZZA: Api = {
  ...DETAILS,
  businessInformation: {...DETAILS.businessInformation, businessOwner: 'Ann', businessOwnerEmail: 'ann@example.com'},
  id: randomUUID(),
  name: 'Pizza',
  description: '<b>Round</b>',
  context: '/pizza',
  version: '1.0.0',
  provider: 'admin',
  lifeCycleStatus: 'PUBLISHED',
  isDefaultVersion: true,
  type: 'HTTP',
  transport: ['http', 'https'],
  tags: ['food'],
  policies: ['Gold', 'Bronze'],
  apiThrottlingPolicy: null,
  securityScheme: ['oauth2'],
  visibility: 'PUBLIC',
  visibleRoles: [],
  gatewayEnvironments: ['Production and Sandbox'],
  endpointConfig: null,
  scopes: [{scope: {name: 'order', description: 'Order', bindings: []}, shared: false}],
  operations: [
    {id: '1', target: '/menu', verb: 'GET', authType: 'Any', throttlingPolicy: 'Unlimited', scopes: []},
    {id: '2', target: '/order', verb: 'POST', authType: 'Any', throttlingPolicy: 'Unlimited', scopes: ['order']},
  ],
  createdTime: '1',
  lastUpdatedTime: '1',
}

describe("mini: the devportal's pages", function () {
  this.timeout(120_000)
  const {databases, cluster, later} = inCluster([PORTAL, 'key-manager-1', 'traffic-manager-1', 'gateway-1'], {
    analytics: false,
  })
  let keyManager: FakeKeyManager
  let cookie = ''
  let csrf = ''
  const gateway = createServer({key: NODE.key, cert: NODE.cert}, (request, response) => {
    let text = ''
    request.on('data', part => (text += String(part)))
    request.on('end', () => {
      const {url, method, headers} = request
      response.writeHead(url?.includes('missing') ? 404 : 200, {'content-type': 'text/html', 'x-odd': '<i>'})
      response.end(
        `<script>${method} ${url} ${headers.authorization} ${text}</script>${url?.includes('long') ? 'x'.repeat(50_000) : ''}`,
      )
    })
  })

  const ask = (path: string, options: AskOptions = {}) =>
    cluster.ask(PORTAL, 9443, `/devportal${path}`, {...options, headers: {cookie, ...options.headers}})
  const send = (path: string, form: Record<string, string>) => ask(path, {form: {csrf, ...form}})
  const login = async (username: string, password: string) => {
    const answer = await ask('/login', {form: {username, password, next: ''}})
    cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? ''
    csrf = /name="csrf" value="([^"]+)"/.exec((await ask('/applications')).text)?.[1] ?? ''
    return answer
  }

  before(async () => {
    await seedUser(databases, 'admin', 'admin', ['admin'])
    await seedUser(databases, 'stranger', 'stranger')
    await insertApi(databases.pool('shareddb'), SUPER_TENANT.id, PIZZA)
    const sql = 'INSERT INTO AM_API (API_PROVIDER, API_NAME, API_VERSION, CONTEXT, API_TYPE) VALUES (?, ?, ?, ?, ?)'
    await databases.query('apimgtdb', sql, ['admin', 'Pizza', '1.0.0', '/pizza/1.0.0', 'HTTP'])
    await databases.query(
      'apimgtdb',
      "INSERT INTO AM_POLICY_APPLICATION (NAME, TENANT_ID, QUOTA_TYPE, QUOTA, UNIT_TIME, TIME_UNIT, UUID) VALUES ('Unlimited', ?, 'requestCount', 10, 1, 'min', ?)",
      [SUPER_TENANT.id, randomUUID()],
    )
    keyManager = await fakeKeyManager(cluster.port('key-manager-1', 9443))
    later(() => keyManager.stop())
    await new Promise<void>(resolve => gateway.listen(cluster.port('gateway-1', 8243), '127.0.0.1', resolve))
    await cluster.start(PORTAL)
    const up = () =>
      cluster
        .node(PORTAL)
        .health()
        .databases.every(it => it.state === 'connected')
    await until('the databases', up)
  })
  after(() => {
    gateway.closeAllConnections()
    gateway.close()
  })

  it('show APIs to everyone, and find them', async () => {
    const {status, text} = await ask('')
    assert.equal(status, 200)
    assert.match(text, /Pizza/)
    assert.match(text, /&lt;b&gt;Round/)
    assert.doesNotMatch(text, /<script/)
    assert.match((await ask('?query=nothing')).text, /No API fits this search/)
    const of = {api: PIZZA, tenantId: SUPER_TENANT.id}
    const said = {type: 'HOWTO', sourceUrl: null, fileName: null, otherTypeName: null, visibility: 'API_LEVEL'} as const
    const document = {...said, name: 'How to bake', summary: '<i>Hot', sourceType: 'INLINE'} as const
    const id = await insertDocument(databases.pool('shareddb'), of, document, 'admin')
    for (const query of ['bake', 'doc:hot', '/order', 'food']) {
      const page = (await ask(`?query=${encodeURIComponent(query)}`)).text
      assert.equal(page.includes(`/devportal/apis/${PIZZA.id}/documents/${id}`), /bake|doc/.test(query), query)
      assert.equal(page.includes('1 API</h2>'), /order|food/.test(query), query)
      assert.ok(!page.includes('<i>Hot'))
    }
    assert.equal((await ask(`/apis/${PIZZA.id}/documents/${id}`)).status, 200)
    assert.match((await ask(`?query=${encodeURIComponent('"><script>')}`)).text, /&lt;script&gt;/)
    const details = (await ask(`/apis/${PIZZA.id}`)).text
    for (const part of ['/menu', 'POST', 'order', `https://localhost:${cluster.port('gateway-1', 8243)}/pizza/1.0.0`]) {
      assert(details.includes(part), part)
    }
    assert.equal((await ask(`/apis/${randomUUID()}`)).status, 404)
    assert.equal((await ask('/applications')).status, 303)
  })

  it('fit narrow and wide windows, work without a mouse and load nothing from elsewhere', async () => {
    const browser = await startBrowser()
    try {
      for (const width of [360, 1440]) {
        const {page, strangers, complaints} = await openPage(browser, width)
        for (const path of ['', `/apis/${PIZZA.id}`, '/sign-up', '/login']) {
          await visit(page, `https://localhost:${cluster.port(PORTAL, 9443)}/devportal${path}`)
          assert((await overflow(page)) <= 0, `${path} is too wide at ${width}`)
        }
        await visit(page, `https://localhost:${cluster.port(PORTAL, 9443)}/devportal`)
        await pressOn(page, `a[href$="${PIZZA.id}"]`)
        assert(page.url().endsWith(PIZZA.id))
        assert.deepEqual([...strangers, ...complaints], [])
      }
    } finally {
      await browser.close()
    }
  })

  it('take who signs up, and let in who may use them', async () => {
    assert.equal((await ask('/sign-up')).status, 200)
    assert.equal(
      (await ask('/sign-up', {form: {username: 'newcomer', password: 'letmein'}})).headers.location,
      '/devportal/login',
    )
    assert.equal((await ask('/sign-up', {form: {username: 'newcomer', password: 'letmein'}})).status, 409)
    assert.equal((await ask('/sign-up', {form: {username: 'a b', password: 'letmein'}})).status, 400)
    assert.equal((await login('stranger', 'stranger')).status, 401)
    assert.equal((await login('newcomer', 'letmein')).status, 303)
  })

  it('lead from an application to a call through the gateway', async () => {
    await login('admin', 'admin')
    assert.equal((await send('/applications', {name: 'shop', policy: 'Unlimited', tokenType: 'JWT'})).status, 303)
    const [application] = await databases.query<{UUID: string}>(
      'apimgtdb',
      "SELECT UUID FROM AM_APPLICATION WHERE NAME = 'shop'",
    )
    const uuid = application?.UUID ?? ''
    const made = await send(`/applications/${uuid}/keys`, {keyType: 'PRODUCTION'})
    assert.match(made.text, /not shown again/)
    const [clientId, client] = [...keyManager.clients][0] ?? []
    assert(made.text.includes(client?.secret ?? '?'))
    assert(!(await ask('/applications')).text.includes(client?.secret ?? '?'))
    assert.equal((await send(`/apis/${PIZZA.id}/subscribe`, {application: uuid, policy: 'Gold'})).status, 303)
    assert.match((await ask(`/apis/${PIZZA.id}`)).text, /Subscribed: shop/)

    const call = (form: Record<string, string>) =>
      send(`/apis/${PIZZA.id}/try`, {method: 'GET', path: '/menu', ...form})
    const pasted = await call({token: 'abc.def', path: '/menu?size=1', method: 'POST', body: 'two', type: 'text/plain'})
    assert(pasted.text.includes('&lt;script&gt;POST /pizza/1.0.0/menu?size=1 Bearer abc.def two'), pasted.text)
    assert.match(pasted.text, /&lt;i&gt;/)
    const tested = await call({application: uuid})
    assert(tested.text.includes(`Bearer token-of-${clientId}`), tested.text)
    const key = new RegExp('<option value="([^"]+)"[^>]*>production</option>').exec(
      /\/token"[^]*?<\/form>/.exec((await ask('/applications')).text)?.[0] ?? '',
    )?.[1]
    const token = await send(`/applications/${uuid}/token`, {key: key ?? '', scopes: 'order', seconds: '60'})
    assert.match(token.text, new RegExp(`<code>token-of-${clientId}</code>`), token.text)
    assert.equal((await send(`/applications/${uuid}/token`, {key: key ?? '', seconds: 'soon'})).status, 400)
    assert.equal((await send(`/applications/${uuid}/token`, {key: randomUUID()})).status, 404)
    await login('admin', 'admin')
    assert((await call({application: uuid})).text.includes(`Bearer token-of-${clientId}`), 'also after another login')
    assert.match((await call({path: '/missing'})).text, />404</)
    assert.match((await call({path: '/long'})).text, /The first 10000 of/)
    const wrong: Record<string, string>[] = [
      {path: '/../../../other'},
      {path: '@elsewhere.example/'},
      {path: '/%2e%2e/%2e%2e/x'},
      {token: 'a\r\nx-injected: 1'},
      {method: 'TRACE'},
      {type: 'text/plain\r\nx: y'},
      {application: randomUUID()},
    ]
    for (const form of wrong) {
      const {status} = await call(form)
      assert([400, 404].includes(status) || form.path === '@elsewhere.example/', JSON.stringify(form))
    }
    assert((await call({path: '@elsewhere.example/'})).text.includes('/pizza/1.0.0/@elsewhere.example/'))
    assert.equal((await ask(`/apis/${PIZZA.id}/try`, {form: {method: 'GET', path: '/menu'}})).status, 403)

    gateway.closeAllConnections()
    await new Promise(resolve => gateway.close(resolve))
    assert.match((await call({})).text, /gave no answer/)

    const page = (await ask(`/apis/${PIZZA.id}`)).text
    const own = /\/apis\/[^"]+\/subscriptions\/[^"/]+/.exec(page)?.[0] ?? ''
    assert.equal((await send(`${own}/policy`, {policy: 'None'})).status, 403)
    assert.equal((await send(`${own}/policy`, {policy: 'Bronze'})).status, 303)
    assert.match((await ask(`/apis/${PIZZA.id}`)).text, /subscription of shop \(Bronze\)/)
    assert.equal((await send(`${own}/end`, {})).status, 303)
    assert.doesNotMatch((await ask(`/apis/${PIZZA.id}`)).text, /Subscribed|subscription of shop/)
    assert.equal((await send(`${own}/end`, {})).status, 404, 'it is gone')

    assert.equal((await send(`/applications/${uuid}/delete`, {})).status, 303)
    assert.equal(keyManager.clients.size, 0)
    assert.deepEqual(
      cluster.log(PORTAL).filter(it => it.startsWith('ERROR')),
      [],
    )
  })

  it('take comments and ratings, and show them to everyone as they were written', async () => {
    await login('admin', 'admin')
    const path = `/apis/${PIZZA.id}`
    assert.equal((await send(`${path}/comment`, {content: '<b>Good</b>'})).status, 303)
    assert.equal((await send(`${path}/rate`, {rating: '4'})).status, 303)
    for (const wrong of [{content: ''}, {content: 'x'.repeat(513)}]) {
      assert.equal((await send(`${path}/comment`, wrong)).status, 400)
    }
    for (const rating of ['6', 'none', '']) assert.equal((await send(`${path}/rate`, {rating})).status, 400, rating)
    assert.equal((await ask(`${path}/comment`, {form: {content: 'forged'}})).status, 403)
    cookie = ''
    const {text} = await ask(path)
    assert.match(text, /&lt;b&gt;Good&lt;\/b&gt;/)
    assert.match(text, /Rated 4\.0 of 5/)
    assert.match(text, /Ann, ann@example\.com/)
    assert.doesNotMatch(text, /forged|name="content"/)
  })
})
