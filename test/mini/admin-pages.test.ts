import assert from 'node:assert/strict'
import {createTenant} from '../../src/mini/users/tenants.js'
import type {KeyTemplateEvent} from '../../src/mini/hub/events.js'
import {fill, openPage, pressOn, startBrowser, tabTo, visit} from '../support/browser.js'
import {faultsOf} from '../support/page-checks.js'
import {inDatabases} from './support/in-cluster.js'
import {ADMIN, makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {seedUser} from './support/seed.js'
import {sessionOf} from './support/session.js'
import {until} from './support/until.js'

describe('mini: the page of administrators', function () {
  this.timeout(60_000)
  const {databases, later} = inDatabases()
  let lab: PublisherLab
  let cookie = ''
  let csrf = ''
  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
    await seedUser(databases, 'ada', 'right', ['admin'])
    await seedUser(databases, 'pub', 'right', ['Internal/publisher'])
  })

  const ask = (path: string, options: object = {}) =>
    lab.cluster.ask('publisher-1', 9443, `/admin${path}`, {headers: {cookie}, ...options})
  const login = (username: string) => ask('/login', {form: {username, password: 'right', next: ''}})
  const see = async (path: string) => {
    const {status, text} = await ask(path)
    assert.equal(status, 200, text)
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    return text
  }
  const send = async (path: string, form: Record<string, string> = {}) => {
    const answer = await ask(path, {form: {csrf, ...form}})
    assert.equal(answer.status, 303, answer.text)
    return String(answer.headers.location)
  }

  it('is for administrators', async () => {
    assert.match(String((await ask('')).headers.location), /^\/admin\/login/)
    assert.equal((await login('pub')).status, 401)
    const answer = await login('ada')
    assert.equal(answer.status, 303)
    cookie = sessionOf(answer)
  })

  it('makes an advanced policy with groups of conditions, and removes them', async () => {
    assert.match(await see(''), /50KPerMin/)
    const place = await send('/policies', {name: 'Paged', count: '3', unitTime: '1', timeUnit: 'min'})
    const path = place.replace('/admin', '')
    assert.match(await see(path), /It has none/)
    const group = {description: '<i>Inside</i>', from: '10.0.0.1', to: '10.0.0.9', header: 'X-A', headerValue: 'b.*'}
    await send(`${path}/groups`, {...group, notHeader: 'true', count: '1', unitTime: '2', timeUnit: 'hour'})
    const text = await see(path)
    assert.match(text, /&lt;i&gt;Inside/)
    assert.match(text, /one of 10\.0\.0\.1 to 10\.0\.0\.9 and not: the header X-A has b\.\*[^]*1 call in 2 hours/)
    const pushed = lab.trafficManager.pushed.findLast(it => it.operation === 'deploy')
    assert.ok(pushed?.operation === 'deploy')
    assert.deepEqual(
      pushed.policy.conditionGroups?.[0]?.condition.map(it => it.conditionType),
      ['IPRange', 'Header'],
    )
    const wrong = {csrf, from: 'nowhere', count: '1', unitTime: '1', timeUnit: 'min'}
    const refused = await ask(`${path}/groups`, {form: wrong})
    assert.equal(refused.status, 400)
    assert.match(refused.text, /is no IP address/)
    const [, id] = /groups\/(\d+)\/remove/.exec(await see(path)) ?? []
    await send(`${path}/groups/${id}/remove`)
    assert.match(await see(path), /It has none/)
    await send(`${path}/remove`)
    assert.ok(!(await see('')).includes('Paged'))
  })

  for (const [level, more, own] of [
    ['application', {}, {}],
    [
      'subscription',
      {burst: '3', burstUnit: 'sec', stop: 'true'},
      {rateLimitCount: 3, rateLimitTimeUnit: 'sec', stopOnQuotaReach: true},
    ],
  ] as const) {
    it(`makes and removes ${level} policies`, async () => {
      const path = `/${level}-policies`
      assert.match(await see(''), /Unlimited/)
      const filled = {name: `Paged${level}`, count: '7', unitTime: '2', timeUnit: 'hour', ...more}
      assert.equal(await send(path, filled), '/admin')
      const text = await see('')
      assert.match(text, new RegExp(`${filled.name}[^]*7 calls in 2 hours`))
      const told = await lab.cluster.ask('publisher-1', 9443, `${ADMIN}/throttling/policies/${level}`, {
        bearer: lab.token,
      })
      const policy = (told.body.list as {policyName: string; policyId: string}[]).find(
        it => it.policyName === filled.name,
      )
      assert.ok(policy)
      assert.deepEqual({...policy, ...own}, policy)
      assert.equal((await ask(path, {form: {csrf, ...filled, name: 'a/b'}})).status, 400)
      assert.equal((await ask(path, {form: {csrf, ...filled}})).status, 409)
      await send(`${path}/${policy.policyId}/remove`)
      assert.ok(!(await see('')).includes(filled.name))
    })
  }

  it('makes, changes and removes custom policies, and says what of them is done', async () => {
    const path = '/custom-policies'
    assert.ok((await see('')).includes('href="/admin/custom-policies"'))
    const empty = await see(path)
    assert.match(empty, /There are no custom policies/)
    assert.match(empty, /All else of the query is kept, but not run/)
    assert.match(empty, /<code>\$userId<\/code>[^]*<code>\$clientIp<\/code>/)
    const siddhiQuery =
      'FROM <RequestStream>#throttler:timeBatch(2 min)\r\nSELECT (count(userId) >= 10) as isThrottled;'
    const filled = {name: 'PagedCustom', description: '<i>All', keyTemplate: '$userId:<b>', siddhiQuery}
    const refused = async (to: string, form: Record<string, string>, status: number, why: RegExp) => {
      const answer = await ask(to, {form: {csrf, ...filled, ...form}})
      assert.equal(answer.status, status, answer.text)
      assert.match(/role="alert">([^<]*)</.exec(answer.text)?.[1] ?? '', why)
      return answer.text
    }
    for (const [form, status, why] of [
      [{name: 'a/b'}, 400, /policyName: has a character/],
      [{name: ' '}, 400, /policyName property value of payload cannot be blank/],
      [{siddhiQuery: ''}, 400, /siddhiQuery property value of payload cannot be blank/],
      [{keyTemplate: ''}, 400, /keyTemplate property value of payload cannot be blank/],
      [{keyTemplate: 'k'.repeat(513)}, 400, /keyTemplate: /],
      [{siddhiQuery: 'FROM <x>'}, 501, /mini takes custom policies whose query counts/],
    ] as const) {
      const text = await refused(path, form, status, why)
      assert.ok(text.includes('value="&lt;i&gt;All"'), text)
      assert.ok('siddhiQuery' in form || text.includes('FROM &lt;RequestStream&gt;#throttler'), text)
    }
    const rules = async () => {
      const url = `${ADMIN}/throttling/policies/custom`
      return (await lab.cluster.ask('publisher-1', 9443, url, {bearer: lab.token})).body.list
    }
    assert.deepEqual(await rules(), [])
    assert.equal(await send(path, filled), '/admin/custom-policies')
    const text = await see(path)
    assert.match(text, /PagedCustom[^]*<code>\$userId:&lt;b&gt;<\/code>[^]*10 calls in 2 mins/)
    const [{policyId: id, ...made}] = await rules()
    const lines = siddhiQuery.replace('\r\n', '\n')
    assert.deepEqual(made, {
      ...{policyName: 'PagedCustom', displayName: 'PagedCustom', description: '<i>All', isDeployed: true},
      ...{keyTemplate: '$userId:<b>', siddhiQuery: lines},
    })
    const pushed = lab.trafficManager.pushed.findLast(it => it.operation === 'deploy-custom')
    assert.ok(pushed?.operation === 'deploy-custom')
    assert.deepEqual(pushed.policy.quota, {type: 'requestCount', count: 10, unitTime: 2, timeUnit: 'min'})
    await refused(path, {}, 409, /Custom rule with name PagedCustom already exists/)
    const again = await refused(`${path}/${id}`, {siddhiQuery: 'FROM <y>'}, 501, /whose query counts/)
    assert.match(again, /<details open>\s*<summary>Change PagedCustom[^]*FROM &lt;y&gt;/)
    await send(`${path}/${id}`, {...filled, keyTemplate: '$apiContext'})
    assert.deepEqual(await rules(), [{policyId: id, ...made, keyTemplate: '$apiContext'}])
    await send(`${path}/${id}/remove`)
    assert.deepEqual(await rules(), [])
    assert.match(await see(path), /There are no custom policies/)
    const templates = () =>
      (lab.trafficManager.on('throttleData') as KeyTemplateEvent[]).map(
        it => `${it.keyTemplateState} ${it.keyTemplateValue}`,
      )
    const wanted = ['add $userId:<b>', 'remove $userId:<b>', 'add $apiContext', 'remove $apiContext']
    await until('gateways to be told', () => templates().join() === wanted.join())
    for (const gone of [`${path}/${id}`, `${path}/${id}/remove`]) {
      assert.equal((await ask(gone, {form: {csrf, ...filled}})).status, 404, gone)
    }
  })

  it('makes a custom policy without a mouse, on a page that fits narrow and wide windows', async () => {
    const browser = await startBrowser()
    try {
      for (const width of [360, 1440]) {
        const {page, strangers, complaints} = await openPage(browser, width)
        await visit(page, `https://localhost:${lab.cluster.port('publisher-1', 9443)}/admin/login`)
        await fill(page, {'input[name=username]': 'ada', 'input[name=password]': 'right'})
        await pressOn(page, 'main button')
        await pressOn(page, 'a[href$="/custom-policies"]')
        const query =
          'FROM AVeryLongNameOfAStreamThatHasNoSpaces#throttler:timeBatch(1 min) SELECT (count(userId) >= 10)'
        const form = 'form[action$="/custom-policies"]'
        const fields = {name: `Typed${width}`, keyTemplate: '$resourceKey:$userId:$apiContext:$apiVersion'}
        for (const [name, text] of Object.entries(fields)) await fill(page, {[`${form} input[name=${name}]`]: text})
        await fill(page, {[`${form} textarea`]: query})
        await pressOn(page, `${form} button`)
        assert.deepEqual(await faultsOf(page), [], `at ${width}`)
        await tabTo(page, 'summary')
        await page.keyboard.press('Enter')
        assert.deepEqual(await faultsOf(page), [], `open, at ${width}`)
        assert.ok((await see('/custom-policies')).includes(`Typed${width}`))
        assert.deepEqual([...strangers, ...complaints], [])
      }
    } finally {
      await browser.close()
    }
  })

  it("shows custom policies to the super tenant's administrators only", async () => {
    const boss = {admin: 'boss', password: 'right', email: 'boss@c.example', firstName: 'B', lastName: 'O'}
    await createTenant(databases.pool('shareddb'), {domain: 'c.example', active: true, ...boss})
    const own = cookie
    const answer = await login('boss@c.example')
    assert.equal(answer.status, 303)
    cookie = sessionOf(answer)
    assert.ok(!(await see('')).includes('custom-policies'))
    const filled = {name: 'Crossed', keyTemplate: '$userId', siddhiQuery: 'timeBatch(1 min) count(x) >= 3'}
    for (const form of [undefined, {csrf, ...filled}]) {
      const {status, text} = await ask('/custom-policies', form && {form})
      assert.equal(status, 403)
      assert.match(text, /You are not allowed to access this resource/)
    }
    cookie = own
    assert.ok(!(await see('/custom-policies')).includes('Crossed'))
  })

  it('makes a deny rule, switches it off and on, and removes it', async () => {
    assert.match(await see('/deny'), /Nobody is denied/)
    await send('/deny', {type: 'IP', value: '10.9.9.9', to: ''})
    const told = () => lab.trafficManager.on('throttleData').map(it => (it as {state?: string}).state)
    const states = () => told().filter(it => it !== undefined)
    const text = await see('/deny')
    assert.match(text, /10\.9\.9\.9[^]*in force/)
    const [, id] = /deny\/([\w-]+)\/off/.exec(text) ?? []
    await send(`/deny/${id}/off`)
    assert.match(await see('/deny'), /Switch on/)
    await send(`/deny/${id}/on`)
    await send(`/deny/${id}/remove`)
    assert.match(await see('/deny'), /Nobody is denied/)
    await until('all to be told', () => states().join() === 'true,false,true,false')
  })

  for (const [path, filled, shown] of [
    ['/categories', {name: 'food', description: '<b>All'}, '&lt;b&gt;All'],
    ['/labels', {name: 'micro', description: '', urls: 'https://a.example/\nhttps://b.example/'}, 'https://b.example/'],
  ] as const) {
    it(`makes, changes and removes ${path.slice(1)}`, async () => {
      assert.match(await see(path), /There are no/)
      assert.equal(await send(path, filled), `/admin${path}`)
      const text = await see(path)
      assert.ok(text.includes(shown) && !text.includes('<b>All'), text)
      const [, id] = new RegExp(`${path}/([\\w-]+)/remove`).exec(text) ?? []
      await send(`${path}/${id}`, {...filled, description: 'Other'})
      assert.match(await see(path), /Other/)
      const refused = await ask(path, {form: {csrf, name: 'a b'}})
      assert.equal(refused.status, 400)
      assert.match(refused.text, /has characters that no name may have/)
      assert.match(refused.text, /name="name"[^>]*value="a b"/)
      await send(`${path}/${id}/remove`)
      assert.match(await see(path), /There are no/)
    })
  }

  it('keeps a category that APIs name', async () => {
    await send('/categories', {name: 'used', description: ''})
    const json = {name: 'Named', context: '/named', version: '1', categories: ['used']}
    const made = await lab.cluster.ask('publisher-1', 9443, `${PUBLISHER}/apis`, {bearer: lab.token, json})
    assert.equal(made.status, 201, made.text)
    const [, id] = /categories\/([\w-]+)\/remove/.exec(await see('/categories')) ?? []
    const refused = await ask(`/categories/${id}/remove`, {form: {csrf}})
    assert.equal(refused.status, 409)
    assert.match(refused.text, /attached to API/)
  })

  it('gives an application to another user, and removes it', async () => {
    assert.match(await see('/applications'), /There are no applications/)
    const query = (sql: string) => databases.query('apimgtdb', sql)
    await query("INSERT INTO AM_SUBSCRIBER (USER_ID, TENANT_ID, DATE_SUBSCRIBED) VALUES ('ada', -1234, NOW())")
    await query(
      "INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, UUID, APPLICATION_STATUS) SELECT 'Shop', SUBSCRIBER_ID, 'app-1', 'APPROVED' FROM AM_SUBSCRIBER",
    )
    assert.match(await see('/applications'), /Shop[^]*ada[^]*APPROVED/)
    assert.equal((await ask('/applications/app-1/owner', {form: {csrf, owner: 'nobody'}})).status, 404)
    await send('/applications/app-1/owner', {owner: 'pub'})
    assert.match(await see('/applications'), /Shop<\/div>[^]*pub<\/div>/)
    await send('/applications/app-1/remove')
    assert.doesNotMatch(await see('/applications'), /Shop/)
    const told = lab.trafficManager.on('notification').map(it => (it as {eventType?: string}).eventType)
    assert.ok(told.includes('APPLICATION_UPDATE') && told.includes('APPLICATION_DELETE'), told.join())
  })

  it('shows what is set, and who may do what', async () => {
    const text = (await see('/settings')).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
    assert.match(text, /Tenant carbon\.super .*Analytics off .*Key managers /)
    assert.match(text, /apim:api_create admin, Internal\/creator/)
  })

  it('takes no form from elsewhere', async () => {
    const answer = await ask('/deny', {form: {type: 'IP', value: '10.9.9.9', to: ''}})
    assert.ok([400, 403].includes(answer.status), String(answer.status))
  })
})
