import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {AskOptions, Asked} from '../support/ask.js'
import {strange} from './facts/facts.js'
import {httpServed, type Served} from './support/gateway-lab.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken, seedUser} from './support/seed.js'
import {until} from './support/until.js'

const BASES = {publisher: '/api/am/publisher/v1', store: '/api/am/store/v1', admin: '/api/am/admin/v1'} as const
const SCOPES = [
  ...['api_view', 'api_create', 'api_publish', 'api_delete', 'subscription_view', 'publisher_settings', 'admin'],
  ...['subscribe', 'app_manage', 'sub_manage', 'api_key', 'label_manage', 'label_read'],
].map(it => `apim:${it}`)

describe('mini: what public clients ask of the REST APIs', function () {
  this.timeout(120_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
  const {cluster, databases, later} = inCluster(nodes, {analytics: false})
  let backend: Served
  let token = ''
  let other = ''
  const seen: {url: string; apikey: unknown}[] = []
  const ask = (api: keyof typeof BASES, path: string, options: AskOptions = {}) =>
    cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, `${BASES[api]}${path}`, {
      bearer: token,
      ...options,
    })
  const fits = (answer: Asked, status: number, api: keyof typeof BASES, type: string) => {
    assert.equal(answer.status, status, answer.text)
    assert.deepEqual(strange(api, type, answer.body), [])
  }
  const create = async (more: object = {}) => {
    const json = {
      name: `Api${randomUUID().slice(0, 8)}`,
      context: `/api-${randomUUID().slice(0, 8)}`,
      version: '1.0.0',
      policies: ['Unlimited', 'Gold'],
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: `http://localhost:${backend.port}/`}},
      operations: [{target: '/*', verb: 'GET', authType: 'Application & Application User'}],
      ...more,
    }
    const made = await ask('publisher', '/apis', {json})
    assert.equal(made.status, 201, made.text)
    return made.body as {id: string; name: string; context: string; version: string}
  }
  const publish = async ({id}: {id: string}) => {
    const path = `/apis/change-lifecycle?action=Publish&apiId=${id}`
    assert.equal((await ask('publisher', path, {method: 'POST'})).status, 200)
  }
  const application = async () => {
    const name = `app ${randomUUID().slice(0, 8)}`
    const made = await ask('store', '/applications', {json: {name, throttlingPolicy: 'Unlimited'}})
    assert.equal(made.status, 201, made.text)
    return made.body.applicationId as string
  }
  const subscribe = (applicationId: string, apiId: string) =>
    ask('store', '/subscriptions', {json: {applicationId, apiId, throttlingPolicy: 'Unlimited'}})

  before(async () => {
    backend = await httpServed((request, response) => {
      seen.push({url: request.url ?? '', apikey: request.headers.apikey})
      response.end('served')
    })
    later(() => backend.stop())
    await cluster.startAll()
    token = await seedToken(databases, 'admin', SCOPES)
    await seedUser(databases, 'other', 'other')
    other = await seedToken(databases, 'other', SCOPES)
  })

  it('finds an API by its name, as apictl does before it deletes one or gets its keys', async () => {
    const api = await create({description: 'Found'})
    await publish(api)
    for (const [of, context] of [
      ['publisher', api.context],
      ['store', api.context],
    ] as const) {
      const found = await ask(of, `/search?query=name:%22${api.name}%22%20version:%221.0.0%22`)
      fits(found, 200, of, 'SearchResultList')
      assert.equal(found.body.count, 1, of)
      const [one] = found.body.list
      assert.deepEqual(
        [one.id, one.type, one.transportType, one.status, one.context, one.description],
        [api.id, 'API', 'HTTP', 'PUBLISHED', context, 'Found'],
      )
    }
    assert.equal((await ask('publisher', '/search?query=name:nothing')).body.count, 0)
  })

  it('makes a new version with all that the one before says, and one of the two is the default', async () => {
    const scopes = [{scope: {name: `s${randomUUID().slice(0, 8)}`, bindings: ['admin']}}]
    const operations = [{target: '/a', verb: 'GET', scopes: [scopes[0]?.scope.name], throttlingPolicy: '10KPerMin'}]
    const security = {type: 'BASIC', username: 'joe', password: 'pass'}
    const first = await create({isDefaultVersion: true, scopes, operations, tags: ['a'], endpointSecurity: security})
    await publish(first)
    const path = `/apis/copy-api?newVersion=2.0.0&apiId=${first.id}`
    const made = await ask('publisher', `${path}&defaultVersion=true`, {method: 'POST'})
    fits(made, 201, 'publisher', 'API')
    assert.equal(made.headers.location, `${BASES.publisher}/apis/${made.body.id}`)
    const {body} = await ask('publisher', `/apis/${first.id}`)
    const differing = Object.keys(body).filter(it => JSON.stringify(body[it]) !== JSON.stringify(made.body[it]))
    const expected = ['id', 'version', 'lifeCycleStatus', 'isDefaultVersion', 'createdTime', 'lastUpdatedTime']
    assert.deepEqual(differing.filter(it => it !== 'operations').toSorted(), expected.toSorted())
    assert.deepEqual([body.isDefaultVersion, made.body.isDefaultVersion], [false, true])
    assert.equal((await ask('publisher', path, {method: 'POST'})).status, 409)
    const strangers = path.replace(first.id, randomUUID())
    assert.equal((await ask('publisher', strangers, {method: 'POST'})).status, 404)
    assert.equal((await ask('publisher', path.replace('2.0.0', '3/0'), {method: 'POST'})).status, 400)
  })

  describe('a new version that is published', () => {
    const ITEMS = [
      'Deprecate old versions after publishing the API',
      'Requires re-subscription when publishing the API',
    ]
    const copy = async ({id}: {id: string}, version: string) =>
      (await ask('publisher', `/apis/copy-api?newVersion=${version}&apiId=${id}`, {method: 'POST'})).body
    const publishWith = async ({id}: {id: string}, checked: readonly boolean[]) => {
      const list = ITEMS.map((item, i) => `${item}:${checked[i]}`).join(',')
      const path = `/apis/change-lifecycle?action=Publish&apiId=${id}&lifecycleChecklist=${encodeURIComponent(list)}`
      const moved = await ask('publisher', path, {method: 'POST'})
      fits(moved, 200, 'publisher', 'WorkflowResponse')
    }
    const subscriptions = async ({id}: {id: string}) =>
      (await ask('publisher', `/subscriptions?apiId=${id}`)).body.list as Record<string, unknown>[]
    const stateOf = async ({id}: {id: string}) => (await ask('publisher', `/apis/${id}`)).body.lifeCycleStatus as string

    it('has the subscriptions of the ones before, with their policy and state, and gateways know', async () => {
      const first = await create({securityScheme: ['api_key', 'oauth_basic_auth_api_key_mandatory']})
      await publish(first)
      const [mine, blocked] = [await application(), await application()]
      for (const it of [mine, blocked]) assert.equal((await subscribe(it, first.id)).status, 201)
      const one = (await subscriptions(first)).find(
        it => (it.applicationInfo as {applicationId: string}).applicationId === blocked,
      )
      const block = `/subscriptions/block-subscription?blockState=BLOCKED&subscriptionId=${String(one?.subscriptionId)}`
      const blocker = await seedToken(databases, 'admin', ['apim:subscription_block'])
      assert.equal((await ask('publisher', block, {method: 'POST', bearer: blocker})).status, 200)
      const second = await copy(first, '1.0.10')
      const state = await ask('publisher', `/apis/${second.id}/lifecycle-state`)
      assert.deepEqual(
        state.body.checkItems.map((it: {name: string; value: boolean}) => [it.name, it.value]),
        ITEMS.map(it => [it, false]),
      )
      await publish(second)
      const what = (list: Record<string, unknown>[]) =>
        list.map(it => [it.applicationInfo, it.throttlingPolicy, it.subscriptionStatus])
      assert.deepEqual(what(await subscriptions(second)), what(await subscriptions(first)))
      assert.equal((await subscribe(mine, second.id)).status, 409, 'it is subscribed')
      const key = (await ask('store', `/applications/${mine}/api-keys/PRODUCTION/generate`, {json: {}})).body.apikey
      const answer = () => cluster.ask('gateway-1', 8243, `${first.context}/1.0.10/x`, {headers: {apikey: key}})
      await until('the call passes', async () => (await answer()).text === 'served')
      // 1.0.2 is older than 1.0.10, and gets nothing of it.
      const between = await copy(first, '1.0.2')
      await ask('store', `/subscriptions/${String((await subscriptions(first))[0]?.subscriptionId)}`, {
        method: 'DELETE',
      })
      await publish(between)
      assert.equal((await subscriptions(between)).length, 1)
    })

    it('has none where it is said so, and ends the life of older ones where that is said', async () => {
      const first = await create()
      await publish(first)
      assert.equal((await subscribe(await application(), first.id)).status, 201)
      const [second, third] = [await copy(first, '2.0.0'), await copy(first, '3.0.0')]
      await publishWith(second, [false, true])
      assert.deepEqual([await subscriptions(second), await stateOf(first)], [[], 'PUBLISHED'])
      await publishWith(third, [true, false])
      assert.deepEqual(await Promise.all([first, second, third].map(stateOf)), [
        'DEPRECATED',
        'DEPRECATED',
        'PUBLISHED',
      ])
      assert.equal((await subscriptions(third)).length, 1)
      const path = `/apis/change-lifecycle?action=Deprecate&apiId=${third.id}&lifecycleChecklist=`
      for (const wrong of ['Do it well:true', ITEMS[0] ?? '']) {
        const refused = await ask('publisher', `${path}${encodeURIComponent(wrong)}`, {method: 'POST'})
        assert.equal(refused.status, 400, refused.text)
      }
      const pending = `/apis/${third.id}/lifecycle-state/pending-tasks`
      assert.equal((await ask('publisher', pending, {method: 'DELETE'})).status, 200)
    })
  })

  it('has the version where a context says so, and the default version without it', async () => {
    const own = `where-${randomUUID().slice(0, 8)}`
    const context = `/{version}/${own}`
    const open = [{target: '/*', verb: 'GET', authType: 'None'}]
    const first = await create({context, isDefaultVersion: true, operations: open})
    assert.equal(first.context, context)
    const again = await ask('publisher', `/apis/${first.id}`)
    const put = await ask('publisher', `/apis/${first.id}`, {method: 'PUT', json: again.body})
    assert.deepEqual([put.status, put.body.context], [200, context])
    const copy = `/apis/copy-api?newVersion=2.0.0&apiId=${first.id}`
    const second = (await ask('publisher', copy, {method: 'POST'})).body
    for (const it of [first, second]) await publish(it)
    const call = async (path: string) => (await cluster.ask('gateway-1', 8243, `${path}/x`)).text
    for (const path of [`/1.0.0/${own}`, `/2.0.0/${own}`, `/${own}`]) assert.equal(await call(path), 'served', path)
    const {body} = await ask('store', `/apis/${first.id}`)
    assert.equal(body.context, `/1.0.0/${own}`)
    assert.equal(new URL(body.endpointURLs[0].URLs.https).pathname, `/1.0.0/${own}`)
    assert.equal(new URL(body.endpointURLs[0].defaultVersionURLs.https).pathname, `/${own}`)
    const rows = await databases.query<{served: string; template: string}>(
      'apimgtdb',
      'SELECT CONTEXT AS served, CONTEXT_TEMPLATE AS template FROM AM_API WHERE CONTEXT LIKE ? ORDER BY CONTEXT',
      [`%/${own}`],
    )
    assert.deepEqual(rows, [
      {served: `/1.0.0/${own}`, template: context},
      {served: `/2.0.0/${own}`, template: context},
    ])
    const ends = await create({context: `/${own}-end/{version}`})
    assert.equal(ends.context, `/${own}-end`)
    for (const wrong of ['/{version}/a/{version}', '/{other}/a', '/a{version}']) {
      const json = {name: 'Wrong', context: wrong, version: '1.0.0'}
      assert.equal((await ask('publisher', '/apis', {json})).status, 400, wrong)
    }
  })

  it('reads a scalar of another type as the product does', async () => {
    const odd = {
      destinationStatsEnabled: false,
      isDefaultVersion: 'true',
      cacheTimeout: '60',
      tags: [7],
      description: 1,
    }
    const api = await create({...odd, maxTps: {production: '5'}, additionalProperties: {floor: 3}})
    const {body} = await ask('publisher', `/apis/${api.id}`)
    assert.deepEqual(
      [body.destinationStatsEnabled, body.isDefaultVersion, body.cacheTimeout, body.tags, body.description],
      ['false', true, 60, ['7'], '1'],
    )
    assert.deepEqual([body.maxTps.production, body.additionalProperties], [5, {floor: '3'}])
    const policyName = `p${randomUUID().slice(0, 8)}`
    const requestCount = {timeUnit: 'min', unitTime: '1', requestCount: '5'}
    const defaultLimit = {type: 'REQUESTCOUNTLIMIT', requestCount, bandwidth: null}
    const made = await ask('admin', '/throttling/policies/advanced', {
      json: {policyName, description: '', conditionalGroups: [], defaultLimit},
    })
    fits(made, 201, 'admin', 'AdvancedThrottlePolicy')
    assert.deepEqual(made.body.defaultLimit.requestCount, {timeUnit: 'min', unitTime: 1, requestCount: 5})
    for (const wrong of [{cacheTimeout: 'soon'}, {isDefaultVersion: 'yes'}, {tags: 'a'}, {maxTps: 5}, {version: []}]) {
      const json = {name: 'Wrong', context: '/wrong', version: '1.0.0', ...wrong}
      assert.equal((await ask('publisher', '/apis', {json})).status, 400, JSON.stringify(wrong))
    }
  })

  it('has the other API of administrators, v0.17, in its name alone', async () => {
    const answer = await cluster.ask('publisher-1', 9443, '/api/am/admin/v0.17/throttling/policies/advanced', {
      bearer: token,
    })
    assert.deepEqual([answer.status, answer.body.code], [501, 501])
  })

  it('takes no operation for an id', async () => {
    assert.equal((await ask('publisher', '/apis/export')).status, 400)
    for (const word of ['copy-api', 'validate', 'import-openapi', 'validate-openapi']) {
      assert.equal((await ask('publisher', `/apis/${word}`)).status, 501, word)
    }
    assert.equal((await ask('publisher', '/apis/none')).status, 404)
    assert.equal((await ask('admin', '/key-managers/discover')).status, 501)
  })

  it('subscribes to several at once; the first that can not be is the answer', async () => {
    const [one, two, draft] = [await create(), await create(), await create()]
    await publish(one)
    await publish(two)
    const applicationId = await application()
    const entry = ({id: apiId}: {id: string}) => ({applicationId, apiId, throttlingPolicy: 'Gold'})
    const made = await ask('store', '/subscriptions/multiple', {json: [entry(one), entry(two)]})
    fits(made, 200, 'store', '[Subscription]')
    assert.deepEqual(
      (made.body as {apiId: string}[]).map(it => it.apiId),
      [one.id, two.id],
    )
    assert.equal((await ask('store', '/subscriptions/multiple', {json: [entry(draft)]})).status, 404)
    assert.equal((await ask('store', '/subscriptions/multiple', {json: [entry(one)]})).status, 409)
  })

  it("tells administrators' clients what is set, who may do what, and that no workflow waits", async () => {
    const settings = await ask('admin', '/settings')
    fits(settings, 200, 'admin', 'Settings')
    assert.equal(settings.body.analyticsEnabled, false)
    assert.ok(settings.body.scopes.includes('apim:admin'))
    const scopes = await ask('admin', '/system-scopes')
    fits(scopes, 200, 'admin', 'ScopeList')
    const create = (scopes.body.list as {name: string; roles: string[]}[]).find(it => it.name === 'apim:api_create')
    assert.deepEqual(create?.roles, ['admin', 'Internal/creator'])
    fits(await ask('admin', '/system-scopes/role-aliases'), 200, 'admin', 'RoleAliasList')
    const scope = (name: string, query = '') => ask('admin', `/system-scopes/${btoa(name)}${query}`)
    fits(await scope('apim:api_create'), 200, 'admin', 'ScopeSettings')
    assert.equal((await scope('apim:api_create', '?username=admin')).status, 200)
    for (const [name, query] of [
      ['none', ''],
      ['apim:admin', '?username=other'],
      ['apim:admin', '?username=nobody'],
    ] as const) {
      assert.equal((await scope(name, query)).status, 404, `${name} ${query}`)
    }
    const keyManagers = await ask('admin', '/key-managers')
    fits(keyManagers, 200, 'admin', 'KeyManagerList')
    for (const of of ['publisher', 'store'] as const) {
      const tenants = await ask(of, '/tenants?state=ACTIVE')
      fits(tenants, 200, of, 'TenantList')
      assert.deepEqual(tenants.body.list, [{domain: 'carbon.super', status: 'active'}])
      assert.equal((await ask(of, '/tenants?state=inactive')).body.count, 0)
      assert.equal((await ask(of, '/tenants?state=odd')).status, 400)
    }
    assert.equal((await ask('publisher', '/tenants/carbon.super', {method: 'HEAD'})).status, 200)
    assert.equal((await ask('publisher', '/tenants/none.example', {method: 'HEAD'})).status, 404)
    fits(await ask('publisher', '/api-products'), 200, 'publisher', 'APIProductList')
    const workflows = await ask('admin', '/workflows?workflowType=APPLICATION_CREATION')
    fits(workflows, 200, 'admin', 'WorkflowList')
    assert.equal(workflows.body.count, 0)
    const bearer = await seedToken(databases, 'other', ['apim:subscribe'])
    assert.equal((await ask('admin', '/settings', {bearer})).status, 403)
  })

  it('an administrator removes an application with its keys and subscriptions', async () => {
    const api = await create()
    await publish(api)
    const id = await application()
    assert.equal((await subscribe(id, api.id)).status, 201)
    const key = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials']}
    const {consumerKey, consumerSecret} = (await ask('store', `/applications/${id}/generate-keys`, {json: key})).body
    const bearer = await seedToken(databases, 'other', ['apim:subscribe'])
    assert.equal((await ask('admin', `/applications/${id}`, {method: 'DELETE', bearer})).status, 403)
    assert.equal((await ask('admin', `/applications/${id}`, {method: 'DELETE'})).status, 200)
    assert.equal((await ask('admin', `/applications/${id}`, {method: 'DELETE'})).status, 404)
    assert.equal((await ask('store', `/applications/${id}`)).status, 404)
    assert.equal((await ask('publisher', `/subscriptions?apiId=${api.id}`)).body.count, 0)
    const form = {grant_type: 'client_credentials'}
    const basic = `${consumerKey}:${consumerSecret}`
    assert.equal((await cluster.ask('key-manager-1', 9443, '/oauth2/token', {form, basic})).status, 401)
  })

  it('an application that changes its kind of token has its keys do so', async () => {
    const id = await application()
    const key = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials']}
    const {consumerKey, consumerSecret} = (await ask('store', `/applications/${id}/generate-keys`, {json: key})).body
    const before = (await ask('store', `/applications/${id}`)).body
    const tokenOf = async () => {
      const form = {grant_type: 'client_credentials'}
      const basic = `${consumerKey}:${consumerSecret}`
      return String((await cluster.ask('key-manager-1', 9443, '/oauth2/token', {form, basic})).body.access_token)
    }
    assert.match(await tokenOf(), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    const put = await ask('store', `/applications/${id}`, {method: 'PUT', json: {...before, tokenType: 'OAUTH'}})
    fits(put, 200, 'store', 'Application')
    assert.equal(put.body.tokenType, 'OAUTH')
    assert.match(await tokenOf(), /^[\w-]+$/)
    const same = await ask('store', `/applications/${id}`, {
      method: 'PUT',
      json: {name: before.name, throttlingPolicy: 'Unlimited'},
    })
    assert.equal(same.body.tokenType, 'OAUTH', 'who says nothing changes nothing')
  })

  it('tells the secret of a key, and gives a client to another application only for its secret', async () => {
    const [first, second] = [await application(), await application()]
    const json = {keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials']}
    const made = await ask('store', `/applications/${first}/generate-keys`, {json})
    assert.equal(made.status, 200, made.text)
    const {consumerKey, consumerSecret, keyMappingId} = made.body
    const got = await ask('store', `/applications/${first}/oauth-keys/${keyMappingId}`)
    fits(got, 200, 'store', 'ApplicationKey')
    assert.equal(got.body.consumerSecret, consumerSecret)
    assert.equal((await ask('store', `/applications/${first}/keys`)).body.list[0].consumerSecret, consumerSecret)
    const mapping = {consumerKey, consumerSecret, keyType: 'PRODUCTION'}
    const map = (more: object) => ask('store', `/applications/${second}/map-keys`, {json: {...mapping, ...more}})
    assert.equal((await map({consumerSecret: 'guessed'})).status, 400)
    assert.equal((await map({})).status, 409, 'a client belongs to one application')
    assert.equal((await map({keyManager: 'none'})).status, 400)
    const registered = await cluster.ask('key-manager-1', 9443, '/client-registration/v0.17/register', {
      basic: 'admin:admin',
      json: {clientName: 'mapped', owner: 'admin', grantType: 'client_credentials', saasApp: true},
    })
    const {clientId, clientSecret} = registered.body
    const mapped = await map({consumerKey: clientId, consumerSecret: clientSecret})
    fits(mapped, 200, 'store', 'ApplicationKey')
    assert.deepEqual([mapped.body.consumerKey, mapped.body.consumerSecret], [clientId, clientSecret])
  })

  it('has categories and labels, which APIs name', async () => {
    const made = await ask('admin', '/api-categories', {json: {name: 'Finance', description: 'Money'}})
    fits(made, 201, 'admin', 'APICategory')
    assert.equal((await ask('admin', '/api-categories', {json: {name: 'Finance'}})).status, 400)
    assert.equal((await ask('admin', '/api-categories', {json: {name: 'a b'}})).status, 400)
    const api = await create({categories: ['Finance'], labels: ['Near']})
    for (const of of ['publisher', 'store', 'admin'] as const) {
      const list = await ask(of, '/api-categories')
      fits(list, 200, of, 'APICategoryList')
      assert.deepEqual(list.body.list[0].name, 'Finance', of)
    }
    assert.equal((await ask('admin', '/api-categories')).body.list[0].numberOfAPIs, 1)
    const one = `/api-categories/${made.body.id}`
    assert.equal((await ask('admin', one, {method: 'DELETE'})).status, 409)
    const changed = await ask('admin', one, {method: 'PUT', json: {name: 'Finance', description: 'More'}})
    assert.equal(changed.body.description, 'More')
    await ask('publisher', `/apis/${api.id}`, {method: 'DELETE'})
    assert.equal((await ask('admin', one, {method: 'DELETE'})).status, 200)

    const label = {name: 'Near', description: 'By', accessUrls: ['https://near', 'https://nearer']}
    const near = await ask('admin', '/labels', {json: label})
    fits(near, 201, 'admin', 'Label')
    assert.equal((await ask('admin', '/labels', {json: label})).status, 409)
    const other_ = await ask('admin', `/labels/${near.body.id}`, {
      method: 'PUT',
      json: {...label, accessUrls: ['https://a']},
    })
    assert.deepEqual(other_.body.accessUrls, ['https://a'])
    const list = await ask('publisher', '/labels')
    fits(list, 200, 'publisher', 'LabelList')
    assert.deepEqual(list.body.list, [{name: 'Near', description: 'By', access_urls: ['https://a']}])
    const far = await ask('admin', '/labels', {json: {...label, name: 'Far'}})
    const own = `/labels/${near.body.id}`
    assert.equal((await ask('admin', own, {method: 'PUT', json: {...label, name: 'Far'}})).status, 409)
    const labelled = await create({labels: ['Near']})
    const used = await ask('admin', own, {method: 'DELETE'})
    assert.deepEqual(
      [used.status, used.body.description],
      [409, 'Unable to delete the label. It is attached to an API'],
    )
    assert.equal((await ask('admin', own, {method: 'PUT', json: {...label, name: 'Other'}})).status, 409)
    assert.equal((await ask('publisher', `/apis/${labelled.id}`, {method: 'DELETE'})).status, 200)
    for (const it of [near, far]) {
      assert.equal((await ask('admin', `/labels/${it.body.id}`, {method: 'DELETE'})).status, 200)
    }
    assert.equal((await ask('admin', '/labels')).body.count, 0)
  })

  it('tells what may be chosen', async () => {
    const paid = await create({monetization: {enabled: false, properties: {currency: 'EUR'}}})
    const money = await ask('publisher', `/apis/${paid.id}/monetization`)
    assert.deepEqual([money.status, money.body], [200, {enabled: false, properties: {currency: 'EUR'}}])
    fits(await ask('publisher', `/apis/${paid.id}/deployments`), 200, 'publisher', 'DeploymentStatusList')
    for (const [path, type] of [
      ['/key-managers', 'KeyManagerList'],
      ['/deployments', 'DeploymentList'],
    ] as const) {
      fits(await ask('publisher', path), 200, 'publisher', type)
    }
    assert.deepEqual((await ask('publisher', '/key-managers')).body.list[0].name, 'Resident Key Manager')
    const api = await create()
    await publish(api)
    const paths = await ask('publisher', `/apis/${api.id}/resource-paths`)
    fits(paths, 200, 'publisher', 'ResourcePathList')
    assert.deepEqual([paths.body.list[0].resourcePath, paths.body.list[0].httpVerb], ['/*', 'GET'])
    for (const of of ['publisher', 'store'] as const) {
      const policies = await ask(of, `/apis/${api.id}/subscription-policies`)
      fits(policies, 200, of, '[ThrottlingPolicy]')
      assert.deepEqual(
        (policies.body as {name: string}[]).map(it => it.name),
        ['Gold', 'Unlimited'],
      )
    }
    const role = (name: string) => Buffer.from(name).toString('base64url')
    assert.equal((await ask('publisher', `/roles/${role('Internal/creator')}`, {method: 'HEAD'})).status, 200)
    assert.equal((await ask('publisher', `/roles/${role('none')}`, {method: 'HEAD'})).status, 404)
    assert.equal((await ask('publisher', `/me/roles/${role('admin')}`, {method: 'HEAD'})).status, 200)
    assert.equal((await ask('publisher', `/me/roles/${role('admin')}`, {method: 'HEAD', bearer: other})).status, 404)
  })

  it('comments on an API and rates it: everyone reads, who wrote it or an administrator removes', async () => {
    const api = await create()
    await publish(api)
    const comments = `/apis/${api.id}/comments`
    const made = await ask('store', comments, {json: {content: 'Good <b>API</b>'}, bearer: other})
    fits(made, 201, 'store', 'Comment')
    assert.equal(made.body.createdBy, 'other')
    const mine = await ask('store', comments, {json: {content: 'Thanks'}})
    const list = await cluster.ask('devportal-1', 9443, `${BASES.store}${comments}`)
    fits(list, 200, 'store', 'CommentList')
    assert.deepEqual(list.body.list.map((it: {content: string}) => it.content).toSorted(), [
      'Good <b>API</b>',
      'Thanks',
    ])
    assert.equal((await ask('store', `${comments}/${mine.body.id}`, {method: 'DELETE', bearer: other})).status, 403)
    assert.equal((await ask('store', `${comments}/${made.body.id}`, {method: 'DELETE'})).status, 200)
    assert.equal((await ask('store', `${comments}/${made.body.id}`)).status, 404)
    assert.equal((await ask('store', comments, {json: {content: '\u{1f600}'}})).status, 400)

    const rate = (rating: number, bearer: string) =>
      ask('store', `/apis/${api.id}/user-rating`, {method: 'PUT', json: {rating}, bearer})
    fits(await rate(5, token), 200, 'store', 'Rating')
    await rate(1, other)
    await rate(2, other)
    assert.equal((await rate(6, other)).status, 400)
    const ratings = await ask('store', `/apis/${api.id}/ratings`)
    fits(ratings, 200, 'store', 'RatingList')
    assert.deepEqual([ratings.body.avgRating, ratings.body.userRating, ratings.body.count], ['3.5', 5, 2])
    assert.equal((await ask('store', `/apis/${api.id}`)).body.avgRating, '3.5')
    assert.equal((await ask('store', `/apis?query=name:${api.name}`)).body.list[0].avgRating, '3.5')
    await ask('store', `/apis/${api.id}/user-rating`, {method: 'DELETE', bearer: other})
    assert.equal((await ask('store', `/apis/${api.id}/user-rating`, {bearer: other})).body.rating, 0)
    assert.equal((await ask('publisher', `/apis/${api.id}`, {method: 'DELETE'})).status, 200, 'they are no hindrance')
  })

  describe('API keys', () => {
    let api: {id: string; context: string; version: string}
    let applicationId = ''
    const keyOf = async (more: object = {}, keyType = 'PRODUCTION') => {
      const made = await ask('store', `/applications/${applicationId}/api-keys/${keyType}/generate`, {json: more})
      fits(made, 200, 'store', 'APIKey')
      return made.body.apikey as string
    }
    const call = (headers: Record<string, string>, query = '') =>
      cluster.ask('gateway-1', 8243, `${api.context}/${api.version}/x${query}`, {headers})

    before(async () => {
      api = await create({securityScheme: ['api_key', 'oauth_basic_auth_api_key_mandatory']})
      await publish(api)
      applicationId = await application()
      assert.equal((await subscribe(applicationId, api.id)).status, 201)
    })

    it('opens an API, in a header or in the query, and the backend gets neither', async () => {
      const key = await keyOf()
      seen.length = 0
      assert.equal((await call({apikey: key})).text, 'served')
      assert.equal((await call({}, `?a=1&apikey=${key}&b=2`)).text, 'served')
      assert.deepEqual(seen, [
        {url: '/x', apikey: undefined},
        {url: '/x?a=1&b=2', apikey: undefined},
      ])
    })

    it('is refused: none, a wrong one, one that has ended, one of another API, a token', async () => {
      const none = await call({})
      assert.deepEqual([none.status, none.body.fault.code], [401, 900902])
      const [head, , signature] = (await keyOf()).split('.')
      for (const wrong of ['a', `${head}.${Buffer.from('{}').toString('base64url')}.${signature}`]) {
        const refused = await call({apikey: wrong})
        assert.deepEqual([refused.status, refused.body.fault.code], [401, 900901])
      }
      const short = await keyOf({validityPeriod: 1})
      await until('the key to end', async () => (await call({apikey: short})).status === 401)
      const fresh = await create({securityScheme: ['api_key']})
      await publish(fresh)
      const key = await keyOf()
      const path = `${fresh.context}/${fresh.version}/x`
      const stranger = await cluster.ask('gateway-1', 8243, path, {headers: {apikey: key}})
      assert.deepEqual([stranger.status, stranger.body.fault.code], [403, 900908])
      assert.equal((await call({authorization: `Bearer ${token}`})).body.fault.code, 900902)
    })

    it('is good for some addresses or referers only, where it says so', async () => {
      const path = `/applications/${applicationId}/api-keys/PRODUCTION/generate`
      const unknown = await ask('store', path, {json: {additionalProperties: {permittedHost: 'a'}}})
      assert.equal(unknown.status, 400, 'nothing that it says is left out')
      const near = await keyOf({additionalProperties: {permittedIP: '10.1.0.0/16, 127.0.0.1'}})
      assert.equal((await call({apikey: near})).status, 200)
      const far = await keyOf({additionalProperties: {permittedIP: '10.1.0.0/16'}})
      assert.equal((await call({apikey: far})).body.fault.code, 900908)
      assert.equal((await call({apikey: far, 'x-forwarded-for': '10.1.2.3'})).status, 200)
      const site = await keyOf({additionalProperties: {permittedReferer: 'https://a.example/*,https://b.example/c'}})
      const from = async (referer: string) => (await call({apikey: site, referer})).status
      assert.equal((await call({apikey: site})).status, 403)
      assert.equal(await from('https://a.example/any'), 200)
      assert.equal(await from('https://b.example/c'), 200)
      assert.equal(await from('https://a-example/any'), 403)
    })

    it('is revoked, and gateways hear of it; another application’s is not', async () => {
      const [key, kept] = [await keyOf(), await keyOf()]
      const revoked = async () => (await databases.query('apimgtdb', 'SELECT TOKEN_TYPE FROM AM_REVOKED_JWT')).length
      const before = await revoked()
      assert.equal((await call({apikey: key})).status, 200)
      const revoke = (of: string, apikey: string) =>
        ask('store', `/applications/${of}/api-keys/PRODUCTION/revoke`, {json: {apikey}})
      assert.equal((await revoke(await application(), key)).status, 400)
      assert.equal((await revoke(applicationId, 'none')).status, 400)
      assert.equal((await revoke(applicationId, key)).status, 200)
      await until('the gateway to refuse it', async () => (await call({apikey: key})).status === 401)
      assert.equal((await call({apikey: kept})).status, 200)
      assert.equal(await revoked(), before + 1)
    })

    it('is no key of another user’s application, nor a token of a REST API', async () => {
      const path = `/applications/${applicationId}/api-keys/PRODUCTION/generate`
      assert.equal((await ask('store', path, {json: {}, bearer: other})).status, 403)
      assert.equal((await ask('store', '/applications', {bearer: await keyOf()})).status, 401)
      assert.equal((await ask('store', path.replace('PRODUCTION', 'NONE'), {json: {}})).status, 400)
    })
  })
})
