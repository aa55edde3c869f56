import assert from 'node:assert/strict'
import type {Asked, AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {OPERATIONS, type ApiName} from './facts/facts.js'
import {BASES, checkOfficial} from './facts/official.js'
import {noteRoutes} from './support/attack.js'
import {httpServed} from './support/gateway-lab.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken, seedUser} from './support/seed.js'

type Api = 'publisher' | 'store' | 'admin'

const SCOPES = [
  ...[
    'api_view',
    'api_create',
    'api_publish',
    'api_delete',
    'api_import_export',
    'document_create',
    'tier_view',
    'admin',
  ],
  ...['subscription_view', 'subscription_block', 'shared_scope_manage', 'publisher_settings', 'tenantInfo'],
  ...['subscribe', 'app_manage', 'sub_manage', 'api_key', 'app_import_export'],
].map(it => `apim:${it}`)
const NODES = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1', 'gateway-1']
const LIMIT = {type: 'REQUESTCOUNTLIMIT', requestCount: {timeUnit: 'min', unitTime: 1, requestCount: 5}}
const SIDDHI =
  "FROM RequestStream SELECT userId, ( userId == 'a' ) AS isEligible, str:concat(userId,'_') as throttleKey INSERT INTO EligibilityStream; " +
  'FROM EligibilityStream[isEligible==true]#throttler:timeBatch(1 min) SELECT throttleKey, (count(userId) >= 5) as isThrottled, ' +
  'expiryTimeStamp group by throttleKey INSERT ALL into ResultStream;'
const OPEN_API = {openapi: '3.0.1', info: {title: 'Every', version: '1'}, paths: {'/a': {get: {responses: {}}}}}
const GRAPH = 'type Query { a: Int }'
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const base = (api: ApiName) => BASES.find(it => it[1] === api)![0]
/** Names of parameters are nobody's to know; who answers GET answers HEAD. */
const shape = (method: string, path: string) =>
  `${method === 'HEAD' ? 'GET' : method} ${path.replace(/:\w+|\{\w+\}/g, '*')}`
const id64 = (text: string) => Buffer.from(text).toString('base64url')

describe('mini: every operation of the REST APIs that is done', function () {
  this.timeout(120_000)
  const routes = noteRoutes()
  const {cluster, databases, later} = inCluster(NODES, {analytics: false})
  const seen = new Set<string>()
  let token = ''
  let backend = ''

  const does = async (api: Api, path: string, options: AskOptions = {}): Promise<Asked> => {
    const url = `${base(api)}${path}`
    const answer = await cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, url, {
      bearer: token,
      ...options,
    })
    const method = options.method ?? ((options.json ?? options.body) === undefined ? 'GET' : 'POST')
    const operation = checkOfficial(method, url, answer)
    assert.ok(operation, `${method} ${url}: ${answer.status} ${answer.text}`)
    seen.add(`${operation.api} ${operation.method} ${operation.path}`)
    return answer
  }
  const read = async (api: Api, ...paths: readonly string[]) => {
    for (const path of paths) await does(api, path)
  }
  const make = async (api: Api, path: string, json: unknown) => (await does(api, path, {json})).body
  const put = (api: Api, path: string, json: unknown) => does(api, path, {method: 'PUT', json})
  const post = (api: Api, path: string) => does(api, path, {method: 'POST'})
  const remove = (api: Api, path: string) => does(api, path, {method: 'DELETE'})
  const head = (api: Api, path: string) => does(api, path, {method: 'HEAD'})
  const send = async (api: Api, path: string, fields: Parameters<typeof multipart>[0], method = 'POST') =>
    does(api, path, {...(await multipart(fields)), method})

  const properties = (name: string) => ({
    ...{name, context: `/${name.toLowerCase()}`, version: '1', policies: ['Unlimited', 'Gold']},
    endpointConfig: {endpoint_type: 'http', production_endpoints: {url: backend}},
  })
  const publish = (apiId: string) => post('publisher', `/apis/change-lifecycle?action=Publish&apiId=${apiId}`)
  const file = (text: string, name = 'a.json') => ({file: {name, bytes: Buffer.from(text)}})

  before(async () => {
    const served = await httpServed((request, response) => {
      response.end(
        request.url === '/metadata' ? JSON.stringify({issuer: 'https://one', jwks_uri: `${backend}jwks`}) : '{}',
      )
    })
    later(() => served.stop())
    backend = `http://localhost:${served.port}/`
    await cluster.startAll()
    token = await seedToken(databases, 'admin', SCOPES)
    await seedUser(databases, 'other', 'other', ['Internal/subscriber'])
  })

  const made: Record<string, string> = {}

  it('publisher: APIs', async () => {
    const operations = [{target: '/a', verb: 'GET', scopes: ['every']}]
    const scopes = [{scope: {name: 'every', bindings: ['admin']}, shared: false}]
    const api = await make('publisher', '/apis', {...properties('Every'), operations, scopes, tags: ['every']})
    made.api = api.id
    const own = `/apis/${api.id}`
    await put('publisher', own, {...api, description: 'Each of them'})
    await put('publisher', `${own}/swagger`, OPEN_API)
    await send('publisher', `${own}/thumbnail`, {file: {name: 'i.png', bytes: PNG, type: 'image/png'}}, 'PUT')
    await publish(api.id)
    await remove('publisher', `${own}/lifecycle-state/pending-tasks`)
    await read(
      'publisher',
      ...['', '/swagger', '/thumbnail', '/subscription-policies', '/lifecycle-history', '/lifecycle-state'].map(
        it => `${own}${it}`,
      ),
      ...['/monetization', '/resource-paths', '/deployments'].map(it => `${own}${it}`),
      ...['/apis', '/apis?expand=true', '/search?query=Every', `/apis/export?apiId=${api.id}`, '/api-products'],
    )
    made.copy = (await post('publisher', `/apis/copy-api?apiId=${api.id}&newVersion=2`)).body.id
    await publish(made.copy!)
    await post('publisher', '/apis/validate?query=name:Every')
    await post('publisher', `/apis/validate-endpoint?endpointUrl=${encodeURIComponent(backend)}`)
    await send('publisher', '/apis/validate-openapi', file(JSON.stringify(OPEN_API)))
    const given = {...file(JSON.stringify(OPEN_API)), additionalProperties: JSON.stringify(properties('Imported'))}
    const imported = (await send('publisher', '/apis/import-openapi', given)).body.id
    await remove('publisher', `/apis/${imported}`)
  })

  it('publisher: GraphQL', async () => {
    const schema = file(GRAPH, 'a.graphql')
    await send('publisher', '/apis/validate-graphql-schema', schema)
    const graph = {...properties('Graph'), operations: [{target: 'a', verb: 'QUERY'}]}
    const given = {...schema, additionalProperties: JSON.stringify(graph)}
    const {id} = (await send('publisher', '/apis/import-graphql-schema', given)).body
    await send('publisher', `/apis/${id}/graphql-schema`, {schemaDefinition: `${GRAPH}\n`}, 'PUT')
    await publish(id)
    await read('publisher', `/apis/${id}/graphql-schema`)
    await read('store', `/apis/${id}/graphql-schema`)
  })

  it('publisher: documents', async () => {
    const documents = `/apis/${made.api}/documents`
    const document = {name: 'Guide', type: 'HOWTO', sourceType: 'INLINE', visibility: 'API_LEVEL'}
    const {documentId} = await make('publisher', documents, document)
    const own = `${documents}/${documentId}`
    await put('publisher', own, {...document, summary: 'How'})
    await send('publisher', `${own}/content`, {inlineContent: 'Hello'})
    await post('publisher', `${documents}/validate?name=Guide`)
    for (const api of ['publisher', 'store'] as const) await read(api, documents, own, `${own}/content`)
    const second = await make('publisher', documents, {...document, name: 'Second'})
    await remove('publisher', `${documents}/${second.documentId}`)
  })

  it('publisher: scopes, and what may be chosen', async () => {
    const scope = {name: 'shared', displayName: 'Shared', description: '', bindings: ['admin']}
    const {id} = await make('publisher', '/scopes', scope)
    await put('publisher', `/scopes/${id}`, {...scope, description: 'Both'})
    await read('publisher', '/scopes', `/scopes/${id}`, `/scopes/${id}/usage`)
    await head('publisher', `/scopes/${id64('shared')}`)
    await remove('publisher', `/scopes/${id}`)
    await head('publisher', `/roles/${id64('Internal/creator')}`)
    await head('publisher', `/me/roles/${id64('admin')}`)
    await head('publisher', '/tenants/carbon.super')
    await read(
      'publisher',
      ...['/settings', '/settings/gateway-environments', '/tenants?state=active', '/labels', '/api-categories'],
      ...['/key-managers', '/deployments', '/throttling-policies/api', '/throttling-policies/subscription/Gold'],
    )
  })

  it('store: APIs, and what is said of them', async () => {
    const own = `/apis/${made.api}`
    await put('store', `${own}/user-rating`, {rating: 4})
    const {id} = await make('store', `${own}/comments`, {content: 'Good'})
    await read(
      'store',
      ...['/apis', '/search?query=Every', '/tags', '/tenants?state=active', '/settings', '/api-categories'],
      ...['/settings/application-attributes', '/key-managers', '/throttling-policies/application'],
      ...['/throttling-policies/application/Unlimited', '/throttling-policies/subscription'],
      ...['', '/swagger', '/thumbnail', '/ratings', '/user-rating', '/comments', '/subscription-policies'].map(
        it => `${own}${it}`,
      ),
      `${own}/comments/${id}`,
    )
    await remove('store', `${own}/comments/${id}`)
    await remove('store', `${own}/user-rating`)
  })

  it('store: applications, keys and subscriptions', async () => {
    const application = {name: 'Every', throttlingPolicy: 'Unlimited', description: ''}
    const {applicationId} = await make('store', '/applications', application)
    made.application = applicationId
    const own = `/applications/${applicationId}`
    await put('store', own, {...application, description: 'Own'})
    await read('store', '/applications', own)
    const request = {grantTypesToBeSupported: ['client_credentials']}
    const change = {supportedGrantTypes: ['client_credentials', 'password'], callbackUrl: 'https://a.example/'}
    for (const [keyType, list] of [
      ['PRODUCTION', 'keys'],
      ['SANDBOX', 'oauth-keys'],
    ] as const) {
      const {keyMappingId} = await make('store', `${own}/generate-keys`, {...request, keyType})
      const key = `${own}/${list}/${list === 'keys' ? keyType : keyMappingId}`
      await put('store', key, {...change, keyType})
      await read('store', `${own}/${list}`, key)
      const {consumerSecret} = (await post('store', `${key}/regenerate-secret`)).body
      await make('store', `${key}/generate-token`, {consumerSecret, validityPeriod: 60})
      await post('store', `${key}/clean-up`)
    }
    const client = {clientName: 'every', owner: 'admin', grantType: 'client_credentials', saasApp: true}
    const registration = {json: client, basic: 'admin:admin'}
    const registered = (await cluster.ask('publisher-1', 9443, '/client-registration/v0.17/register', registration))
      .body
    const mapping = {consumerKey: registered.clientId, consumerSecret: registered.clientSecret}
    await make('store', `${own}/map-keys`, {...mapping, keyType: 'PRODUCTION'})
    const spare = await make('store', '/applications', {...application, name: 'Spare'})
    await remove('store', `/applications/${spare.applicationId}`)
    const {apikey} = await make('store', `${own}/api-keys/PRODUCTION/generate`, {validityPeriod: 60})
    await make('store', `${own}/api-keys/PRODUCTION/revoke`, {apikey})

    const wanted = (apiId: string) => ({apiId, applicationId, throttlingPolicy: 'Unlimited'})
    const {subscriptionId} = await make('store', '/subscriptions', wanted(made.api!))
    await make('store', '/subscriptions/multiple', [wanted(made.copy!)])
    const subscription = `/subscriptions/${subscriptionId}`
    await put('store', subscription, {...wanted(made.api!), throttlingPolicy: 'Gold'})
    await read('store', `/subscriptions?applicationId=${applicationId}`, subscription)
    await read('publisher', '/subscriptions', `${subscription}/subscriber-info`)
    await post('publisher', `/subscriptions/block-subscription?blockState=BLOCKED&subscriptionId=${subscriptionId}`)
    await post('publisher', `/subscriptions/unblock-subscription?subscriptionId=${subscriptionId}`)
    await remove('store', subscription)
    const bearer = await seedToken(databases, 'other', SCOPES)
    const passwords = {currentPassword: 'other', newPassword: 'Another-1'}
    await does('store', '/me/change-password', {bearer, json: passwords})
  })

  it('admin: policies and deny rules', async () => {
    const policies = '/throttling/policies'
    const policy = {policyName: 'Every', displayName: 'Every', description: '', defaultLimit: LIMIT}
    const rule = {policyName: 'Every', description: '', siddhiQuery: SIDDHI, keyTemplate: '$userId'}
    for (const [level, body] of [
      ['application', policy],
      ['subscription', policy],
      ['advanced', policy],
      ['custom', rule],
    ] as const) {
      const {policyId} = await make('admin', `${policies}/${level}`, body)
      const own = `${policies}/${level}/${policyId}`
      await put('admin', own, {...body, description: 'Other'})
      await read('admin', `${policies}/${level}`, own)
      await remove('admin', own)
    }
    const json = {conditionType: 'USER', conditionValue: 'nobody@carbon.super', conditionStatus: true}
    const {conditionId} = await make('admin', '/throttling/blacklist', json)
    const own = `/throttling/blacklist/${conditionId}`
    await does('admin', own, {method: 'PATCH', json: {...json, conditionStatus: false}})
    await read('admin', '/throttling/blacklist', own)
    await remove('admin', own)
  })

  it('admin: categories, labels, key managers', async () => {
    for (const [path, more] of [
      ['/api-categories', {}],
      ['/labels', {accessUrls: ['https://a.example']}],
    ] as const) {
      const {id} = await make('admin', path, {name: 'Every', description: '', ...more})
      await put('admin', `${path}/${id}`, {name: 'Every', description: 'Other', ...more})
      await read('admin', path)
      await remove('admin', `${path}/${id}`)
    }
    const keyManager = {
      ...{name: 'Login', type: 'custom', issuer: 'https://one', enableSelfValidationJWT: true},
      certificates: {type: 'JWKS', value: `${backend}jwks`},
    }
    await send('admin', '/key-managers/discover', {url: `${backend}metadata`, type: 'custom'})
    const {id} = await make('admin', '/key-managers', keyManager)
    await put('admin', `/key-managers/${id}`, {...keyManager, description: 'Other'})
    await read('admin', '/key-managers', `/key-managers/${id}`)
    await remove('admin', `/key-managers/${id}`)
  })

  it('admin: archives, applications, settings', async () => {
    const exported = await does('admin', '/export/api?name=Every&version=1&providerName=admin')
    const application = await does('admin', '/export/applications?appName=Every&appOwner=admin')
    const zip = ({bytes}: Asked) => ({file: {name: 'a.zip', bytes}})
    await send('admin', '/import/api?overwrite=true', zip(exported))
    await send('admin', '/import/applications?update=true', zip(application))
    await post('admin', `/applications/${made.application}/change-owner?owner=other`)
    await remove('admin', `/applications/${made.application}`)
    await read(
      'admin',
      ...['/applications', '/settings', '/workflows', '/tenant-info/admin', '/custom-urls/carbon.super'],
      ...['/system-scopes', '/system-scopes/role-aliases', `/system-scopes/${id64('apim:admin')}?username=admin`],
    )
    await put('admin', '/system-scopes', (await does('admin', '/system-scopes')).body)
    await put('admin', '/system-scopes/role-aliases', {list: [{role: 'Internal/devops', aliases: ['ops']}]})
  })

  it('what a client has already is 304, and what has changed is not', async () => {
    const own = `/apis/${made.api}`
    const first = await does('publisher', own)
    const headers = {'if-none-match': String(first.headers.etag)}
    const same = await does('publisher', own, {headers})
    assert.deepEqual([same.status, same.text, same.headers.etag], [304, '', first.headers.etag])
    const at = Date.parse(`${first.body.lastUpdatedTime.replace(' ', 'T')}Z`)
    assert.equal(Date.parse(String(first.headers['last-modified'])), Math.floor(at / 1000) * 1000)
    await put('publisher', own, {...first.body, description: 'Changed once more'})
    assert.equal((await does('publisher', own, {headers})).status, 200)
  })

  it('was asked for here and answered as described', () => {
    const there = new Set(routes.map(({method, path}) => shape(method, path)))
    const done = OPERATIONS.filter(({api, method, path}) => {
      const isOwn = api === 'publisher' || api === 'store' || api === 'admin'
      return isOwn && there.has(shape(method, `${base(api)}${path}`))
    }).map(({api, method, path}) => `${api} ${method} ${path}`)
    assert.ok(done.length > 150, `only ${done.length}`)
    assert.deepEqual(
      done.filter(it => !seen.has(it)),
      [],
    )
  })
})
