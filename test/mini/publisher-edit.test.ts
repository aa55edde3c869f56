import assert from 'node:assert/strict'
import type {AskOptions} from '../support/ask.js'
import {multipart} from '../support/multipart.js'
import {FORM_TYPE, formIn, type Form} from './support/html-form.js'
import {inDatabases} from './support/in-cluster.js'
import {makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {seedUser} from './support/seed.js'
import {sessionOf} from './support/session.js'

const BOTH = 'Application & Application User'
const operation = (verb: string, target: string, more: object = {}) => ({
  ...{verb, target, authType: BOTH, throttlingPolicy: 'Unlimited', scopes: [] as readonly string[]},
  ...more,
})
const scope = (name: string, shared = false) => ({
  shared,
  scope: {name, displayName: `The ${name}`, description: `To ${name}`, bindings: ['tester']},
})
const SLOW = {actionSelect: 'fault', actionDuration: '2000'}
const SECURITY = {production: {enabled: true, type: 'BASIC', username: 'joe', password: 'secret'}}

interface Rest {
  readonly endpointConfig: Record<string, unknown>
  readonly operations: readonly ReturnType<typeof operation>[]
  readonly scopes: readonly ReturnType<typeof scope>[]
  readonly [other: string]: unknown
}

describe("mini: an API's resources and endpoints, on the publisher's page", function () {
  this.timeout(120_000)
  const {databases, later} = inDatabases()
  let lab: PublisherLab
  let id = ''

  const rest = (path: string, options: AskOptions = {}) =>
    lab.cluster.ask('publisher-1', 9443, `${PUBLISHER}${path}`, {bearer: lab.token, ...options})
  const read = async (of = id) => (await rest(`/apis/${of}`)).body as Rest
  const make = async (json: object): Promise<string> => {
    const made = await rest('/apis', {json})
    assert.equal(made.status, 201, made.text)
    return String(made.body.id)
  }
  const cookieOf = async (username: string) => {
    const form = {username, password: 'admin', next: ''}
    return sessionOf(await lab.cluster.ask('publisher-1', 9443, '/publisher/login', {form}))
  }
  let cookie = ''
  const page = (path: string, as = cookie) =>
    lab.cluster.ask('publisher-1', 9443, `/publisher/apis/${path}`, {headers: {cookie: as}})
  const editForm = (text: string, of = id) => formIn(text, `/publisher/apis/${of}/edit`)
  const open = async (of = id, as = cookie) => editForm((await page(`${of}/edit`, as)).text, of)
  const send = ({body}: Form, of = id, as = cookie) =>
    lab.cluster.ask('publisher-1', 9443, `/publisher/apis/${of}/edit`, {
      headers: {cookie: as, 'content-type': FORM_TYPE},
      body,
    })
  const saved = async (form: Form, of = id) => {
    const {status, text} = await send(form, of)
    assert.equal(status, 303, text)
    return read(of)
  }
  const withoutTime = ({lastUpdatedTime: _, ...it}: Rest) => it

  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
    await seedUser(databases, 'pat', 'admin', ['Internal/publisher'])
    const made = await rest('/scopes', {json: scope('all-apis').scope})
    assert.equal(made.status, 201, made.text)
    id = await make({
      name: 'Pizza',
      context: '/pizza',
      version: '1',
      description: 'Of many,\nin lines',
      policies: ['Gold'],
      scopes: [scope('order'), scope('a,b')],
      operations: [
        operation('GET', '/menu'),
        operation('POST', '/order', {scopes: ['order', 'a,b'], authType: 'Application User'}),
        operation('DELETE', '/order/{id}', {throttlingPolicy: '10KPerMin'}),
      ],
      endpointConfig: {
        endpoint_type: 'http',
        production_endpoints: {url: 'http://localhost:1/a', config: SLOW, template_not_supported: true},
        sandbox_endpoints: {url: 'http://localhost:1/s'},
        endpoint_security: SECURITY,
        failOver: 'True',
      },
      maxTps: {production: 7, sandbox: null},
      additionalProperties: {team: 'red'},
    })
    const moved = await rest(`/apis/change-lifecycle?apiId=${id}&action=Publish`, {method: 'POST'})
    assert.equal(moved.status, 200, moved.text)
    cookie = await cookieOf('admin')
  })

  it('a form that is sent as it came changes nothing', async () => {
    const before = await read()
    assert.deepEqual(withoutTime(await saved(await open())), withoutTime(before))
  })

  it('security, policy and scopes are chosen by resource; REST shows them, gateways have them, the rest stays', async () => {
    const before = await read()
    const form = await open()
    assert.deepEqual(form.all('target'), ['/menu', '/order', '/order/{id}', ''])
    const chosen = form
      .set('authType', 'None')
      .set('authType', 'Application', 1)
      .set('throttlingPolicy', '10KPerMin', 1)
    const after = await saved(chosen.set('operationScopes', 'order all-apis', 2))
    const shown = ({verb, target, authType, throttlingPolicy, scopes}: ReturnType<typeof operation>) => [
      ...[verb, target, authType, throttlingPolicy, ...scopes],
    ]
    assert.deepEqual(after.operations.map(shown), [
      ['GET', '/menu', 'None', 'Unlimited'],
      ['POST', '/order', 'Application', '10KPerMin', 'order', 'a,b'],
      ['DELETE', '/order/{id}', BOTH, '10KPerMin', 'order', 'all-apis'],
    ])
    assert.deepEqual(after.scopes.slice(0, 2), before.scopes)
    const {shared, scope: added} = after.scopes[2]!
    assert.deepEqual(
      [shared, added.name, added.displayName, added.bindings],
      [true, 'all-apis', 'The all-apis', ['tester']],
    )
    const but = ({operations: _, scopes: __, ...it}: Rest) => withoutTime(it as Rest)
    assert.deepEqual(but(after), but(before))
    const mappings = lab.gateways[0]?.apis.get(id)?.urlMappings ?? []
    assert.deepEqual(
      mappings.map(it => [it.httpMethod, it.authScheme, it.throttlingPolicy, ...it.scopes]),
      [
        ['GET', 'None', 'Unlimited'],
        // Gateways ask for a token, or for none.
        ['POST', 'Any', '10KPerMin', 'order', 'a,b'],
        ['DELETE', 'Any', '10KPerMin', 'order', 'all-apis'],
      ],
    )
    const {text} = await page(id)
    assert.match(text, /\/order<[^]*>Application<[^]*order, a,b[^]*10KPerMin/)
  })

  it('resources are added, a line more at a time, and removed; ids of the others stay', async () => {
    const before = await read()
    const form = (await open()).set('target', '/pay', 3).set('verb', 'PUT', 3)
    const more = await send(form.add(['more', 'true'], ['remove', '0']))
    assert.equal(more.status, 200, more.text)
    const longer = editForm(more.text)
    assert.deepEqual(longer.all('target'), ['/menu', '/order', '/order/{id}', '/pay', ''])
    assert.deepEqual(longer.all('remove'), ['0'], 'what was ticked stays so')
    assert.deepEqual(withoutTime(await read()), withoutTime(before), 'nothing is saved by it')
    const {operations} = await saved(longer.set('target', '/pay', 4).set('authType', 'Application User', 4))
    assert.deepEqual(
      operations.map(it => [it.verb, it.target, it.authType]),
      [
        ...before.operations.slice(1).map(it => [it.verb, it.target, it.authType]),
        ['PUT', '/pay', BOTH],
        ['GET', '/pay', 'Application User'],
      ],
    )
    assert.deepEqual(operations.slice(0, 2), before.operations.slice(1))
  })

  it('a policy of the whole API is chosen, and taken back', async () => {
    const before = await read()
    assert.equal((await saved((await open()).set('apiPolicy', '10KPerMin'))).apiThrottlingPolicy, '10KPerMin')
    assert.deepEqual(withoutTime(await saved((await open()).set('apiPolicy', ''))), withoutTime(before))
  })

  it('endpoints are load-balanced, fail-over and one again; each keeps its timeouts, and the API its security', async () => {
    const security = {production: {...SECURITY.production, password: ''}}
    const kept = {endpoint_security: security, failOver: 'True'}
    const a = {url: 'http://localhost:1/a', config: SLOW, template_not_supported: true}
    const form = await open()
    assert.deepEqual(
      [form.all('production'), form.all('sandbox')],
      [['http://localhost:1/a'], ['http://localhost:1/s']],
    )
    const urls = 'http://localhost:1/b\r\n\r\n http://localhost:1/a \r\n'
    const inTurn = await saved(form.set('endpointType', 'load_balance').set('production', urls))
    assert.deepEqual(inTurn.endpointConfig, {
      ...kept,
      endpoint_type: 'load_balance',
      algoClassName: 'org.apache.synapse.endpoints.algorithms.RoundRobin',
      production_endpoints: [{url: 'http://localhost:1/b'}, a],
      sandbox_endpoints: [{url: 'http://localhost:1/s'}],
    })
    const served = () => lab.gateways[0]?.apis.get(id)
    assert.deepEqual(
      [served()?.groups?.production?.kind, served()?.groups?.production?.members.map(it => it.url)],
      ['load_balance', ['http://localhost:1/b', 'http://localhost:1/a']],
    )
    assert.equal(served()?.security?.production?.password, 'secret')
    assert.match((await page(id)).text, /load-balanced: http:\/\/localhost:1\/b, http:\/\/localhost:1\/a/)

    const over = (await open()).set('endpointType', 'failover').set('production', `${a.url}\r\nhttp://localhost:1/c`)
    const {endpointConfig} = await saved(over.set('sandbox', ''))
    assert.deepEqual(endpointConfig, {
      ...kept,
      endpoint_type: 'failover',
      algoClassName: 'org.apache.synapse.endpoints.algorithms.RoundRobin',
      production_endpoints: a,
      production_failovers: [{url: 'http://localhost:1/c'}],
    })
    assert.deepEqual([served()?.groups?.production?.kind, served()?.endpoints.sandbox], ['failover', undefined])
    assert.match((await page(id)).text, /fail-over: http:\/\/localhost:1\/a, http:\/\/localhost:1\/c/)

    const one = (await open()).set('endpointType', 'http').set('production', 'http://localhost:1/d')
    assert.deepEqual((await saved(one)).endpointConfig, {
      ...kept,
      endpoint_type: 'http',
      algoClassName: 'org.apache.synapse.endpoints.algorithms.RoundRobin',
      production_endpoints: {...a, url: 'http://localhost:1/d'},
    })
  })

  it('what is wrong comes back with its reason and with what was typed, and is not saved', async () => {
    const before = await read()
    const wrong: readonly (readonly [fill: (form: Form) => Form, said: RegExp, field: string, value: string])[] = [
      [it => it.set('operationScopes', 'none'), /the scope none is not among/, 'operationScopes', 'none'],
      [it => it.set('throttlingPolicy', '<b>'), /Specified policy &lt;b&gt; of/, 'throttlingPolicy', '<b>'],
      [it => it.set('authType', 'Nobody'), /operations\.0\.authType/, 'authType', 'Nobody'],
      [it => it.set('target', '/a b'), /is no path of a resource/, 'target', '/a b'],
      [it => it.set('production', 'ftp://a'), /no http or https URL/, 'production', 'ftp://a'],
      [it => it.set('production', 'http://a\r\nhttp://b'), /more than one/, 'production', 'http://a\r\nhttp://b'],
      [it => it.set('endpointType', 'dynamic'), /endpoint_type: is not known/, 'description', 'Typed too'],
    ]
    for (const [fill, said, field, value] of wrong) {
      const {status, text} = await send(fill((await open()).set('description', 'Typed too')))
      assert.equal(status, 400, text)
      assert.match(/role="alert">([^<]*)</.exec(text)?.[1] ?? '', said)
      const again = editForm(text)
      assert.equal(again.all(field)[0], value)
      assert.deepEqual(again.all('description'), ['Typed too'])
    }
    const ticks = before.operations.map((_, i): [string, string] => ['remove', String(i)])
    const refused = await send((await open()).add(...ticks))
    assert.match(refused.text, /An API has at least one resource/)
    assert.deepEqual(withoutTime(await read()), withoutTime(before))
  })

  it('who may publish only is asked for what publishers change, and the rest stays', async () => {
    const pat = await cookieOf('pat')
    const before = await read()
    const form = await open(id, pat)
    for (const it of ['target', 'production', 'scopes', 'description']) assert.deepEqual(form.all(it), [], it)
    const sent = await send(form.set('tags', 'new').add(['description', 'Mine']), id, pat)
    assert.equal(sent.status, 303, sent.text)
    const withTags = {...withoutTime(before), tags: ['new']}
    assert.deepEqual(withoutTime(await read()), withTags)
  })

  it('a WebSocket API has endpoints and no resources', async () => {
    const socket = await make({
      name: 'Ticker',
      context: '/ticker',
      version: '1',
      type: 'WS',
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'ws://localhost:1'}},
    })
    const before = await read(socket)
    const form = await open(socket)
    assert.deepEqual(form.all('target'), [])
    const two = form
      .set('scopes', 'all-apis')
      .set('production', 'ws://localhost:1\r\nws://localhost:2')
      .set('endpointType', 'failover')
    const after = await saved(two, socket)
    const endpointConfig = {
      endpoint_type: 'failover',
      production_endpoints: {url: 'ws://localhost:1'},
      production_failovers: [{url: 'ws://localhost:2'}],
    }
    const [taken] = after.scopes
    assert.equal(after.scopes.length, 1)
    assert.deepEqual(
      [taken?.shared, taken?.scope.displayName, taken?.scope.bindings],
      [true, 'The all-apis', ['tester']],
      'a shared scope is taken as it is',
    )
    assert.deepEqual(withoutTime(after), {...withoutTime(before), endpointConfig, scopes: after.scopes})
  })

  it('a GraphQL API has the operations of its schema, no more and no less', async () => {
    const file = {name: 'a.graphql', bytes: Buffer.from('type Query { a: String b: String }')}
    const additionalProperties = JSON.stringify({name: 'Graph', context: '/graph', version: '1', endpointConfig: null})
    const made = await rest('/apis/import-graphql-schema', await multipart({file, additionalProperties}))
    assert.equal(made.status, 201, made.text)
    const graph = String(made.body.id)
    const {text} = await page(`${graph}/edit`)
    assert.doesNotMatch(text, /name="(remove|more)"/)
    const form = editForm(text, graph)
    assert.deepEqual(form.all('target'), ['a', 'b'])
    const {operations} = await saved(form.set('authType', 'None', 1), graph)
    assert.deepEqual(
      operations.map(it => [it.verb, it.target, it.authType]),
      [
        ['QUERY', 'a', BOTH],
        ['QUERY', 'b', 'None'],
      ],
    )
  })
})
