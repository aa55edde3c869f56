import assert from 'node:assert/strict'
import {createPrivateKey} from 'node:crypto'
import type {ApiArtifact} from '../../src/mini/hub/deployment.js'
import type {AskOptions} from '../support/ask.js'
import {
  httpServed,
  makeGatewayLab,
  mapping,
  readAll,
  signJwt,
  type GatewayLab,
  type Served,
} from './support/gateway-lab.js'
import {NODE} from './support/pki.js'
import {until} from './support/until.js'

const SCHEMA = `
type Query { hero(name: String): Hero, secret: String, open: String, unlisted: String }
type Mutation { rename(name: String!): Hero }
type Subscription { renamed: Hero }
type Hero { name: String, friends: [Hero] }
`
const operation = (verb: string, target: string, more: object = {}) => mapping(verb, target, more)

describe('mini: GraphQL at a gateway', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served
  let api: ApiArtifact
  const seen: {method: string; url: string; body: string}[] = []

  before(async () => {
    lab = await makeGatewayLab()
    lab.lists['subscription-policies'] = [
      {
        id: 1,
        name: 'Unlimited',
        tenantDomain: 'carbon.super',
        kind: 'SUBSCRIPTION',
        quota: {type: 'requestCount', count: -1, unitTime: 1, timeUnit: 'min'},
        graphQLMaxDepth: 3,
      },
    ]
    backend = await httpServed((request, response) => {
      void readAll(request).then(body => {
        seen.push({method: request.method ?? '', url: request.url ?? '', body: body.toString()})
        response.end('{"data":{}}')
      })
    })
    await lab.start()
    await lab.ready()
    api = await lab.deploy({
      apiType: 'GRAPHQL',
      schema: SCHEMA,
      endpoints: {production: `http://localhost:${backend.port}/graphql`},
      urlMappings: [
        operation('QUERY', 'hero'),
        operation('QUERY', 'secret', {scopes: ['secrets']}),
        operation('QUERY', 'open', {authScheme: 'None'}),
        operation('MUTATION', 'rename', {throttlingPolicy: 'Two'}),
        operation('SUBSCRIPTION', 'renamed'),
      ],
    })
    await until('the subscription', async () => (await ask('{hero {name}}')).status === 200)
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })
  beforeEach(() => void (seen.length = 0))

  const ask = (query: string, options: AskOptions = {}) =>
    lab.ask(8243, api.context, {method: 'POST', bearer: lab.token(), json: {query}, ...options})

  it('a query goes to the backend as it came, by POST and by GET', async () => {
    assert.equal((await ask('{hero {name}}')).text, '{"data":{}}')
    const query = encodeURIComponent('{hero {name}}')
    assert.equal((await lab.ask(8243, `${api.context}/?query=${query}`, {bearer: lab.token()})).status, 200)
    assert.deepEqual(seen, [
      {method: 'POST', url: '/graphql', body: JSON.stringify({query: '{hero {name}}'})},
      {method: 'GET', url: `/graphql/?query=${query}`, body: ''},
    ])
  })

  for (const [what, query, status, code] of [
    ['what is no query', '{hero', 422, 900422],
    ['a field that the schema does not have', '{villain}', 422, 900422],
    ['a field that is no operation of the API', '{unlisted}', 422, 900422],
    ['an operation whose scope the token does not have', '{secret}', 403, 900910],
    ['the same beside another, in a fragment', '{hero {name} ...f} fragment f on Query {secret}', 403, 900910],
    ['the same in a second operation', 'query a {hero {name}} query b {secret}', 403, 900910],
    ['a query that is too deep', '{hero {friends {friends {name}}}}', 400, 900820],
    ['the same in a fragment', '{hero {...f}} fragment f on Hero {friends {friends {name}}}', 400, 900820],
    ['very many tokens', `{${'hero {name} '.repeat(3_000)}}`, 422, 900422],
  ] as const) {
    it(`${what} is refused: ${status} ${code}`, async () => {
      const answer = await ask(query)
      assert.deepEqual([answer.status, answer.body.fault.code], [status, code], answer.text)
      assert.deepEqual(seen, [])
    })
  }

  it('operations have scopes and security of their own; introspection needs a token', async () => {
    assert.equal((await ask('{secret}', {bearer: lab.token({scope: 'secrets'})})).status, 200)
    const without = (query: string) => lab.ask(8243, api.context, {method: 'POST', json: {query}}).then(it => it.status)
    assert.equal(await without('{open}'), 200)
    assert.equal(await without('{hero {name}}'), 401)
    assert.equal(await without('{open hero {name}}'), 401)
    assert.equal(await without('{__schema {types {name}}}'), 401)
    assert.equal(await without('{open __schema {types {name}}}'), 401)
    assert.equal(await without('{open __typename}'), 200)
    assert.equal((await ask('{__schema {types {name}}}')).status, 200)
  })

  it('operations are counted and limited each by itself', async () => {
    const known = lab.events.length
    assert.equal((await ask('mutation {rename(name: "a") {name}}')).status, 200)
    await until('the event', () => lab.events.length > known)
    const key = `${api.context}/1.0.0rename:MUTATION`
    assert.deepEqual([lab.events.at(-1)?.event.resourceKey, lab.events.at(-1)?.event.resourceTier], [key, 'Two'])
    lab.say('throttleData', {throttleKey: key, isThrottled: true, expiryTimeStamp: Date.now() + 60_000})
    await until('a refusal', async () => (await ask('mutation {rename(name: "a") {name}}')).status === 429)
    assert.equal((await ask('{hero {name}}')).status, 200)
  })

  it('what is no query in JSON, another method, too much: 4xx', async () => {
    const token = {bearer: lab.token()}
    const status = async (options: AskOptions) => (await lab.ask(8243, api.context, {...token, ...options})).status
    assert.equal(await status({method: 'POST', body: 'none'}), 422)
    assert.equal(await status({method: 'POST', json: {}}), 422)
    assert.equal(await status({method: 'POST', json: null}), 422)
    assert.equal(await status({method: 'DELETE'}), 405)
    assert.equal(await status({method: 'POST', json: {query: `{hero {name}} #${'x'.repeat(200_000)}`}}), 413)
  })

  describe('a call in which a backend could find another query is refused', () => {
    const [open, secret] = ['{open}', '{secret}']
    const url = `?query=${encodeURIComponent(secret)}`
    const twice = (first: string, second: string) => `{"query":"${first}","variables":{},"query":"${second}"}`
    const json = {'content-type': 'application/json'}
    for (const [what, path, options] of [
      ['in the URL of a POST', url, {json: {query: open}}],
      ['twice in its JSON', '', {body: twice(secret, open), headers: json}],
      [
        'twice in its JSON, once encoded',
        '',
        {body: twice(secret, open).replace('query', 'qu\\u0065ry'), headers: json},
      ],
      ['twice in the URL', `?query=${encodeURIComponent(open)}&query=${encodeURIComponent(secret)}`, {method: 'GET'}],
      ['in the body of a GET', `?query=${encodeURIComponent(open)}`, {method: 'GET', json: {query: secret}}],
      ['several in a batch', '', {json: [{query: open}, {query: secret}]}],
      ['a form', '', {form: {query: secret}}],
    ] as readonly [string, string, AskOptions][]) {
      it(what, async () => {
        const answer = await lab.ask(8243, `${api.context}${path}`, {method: 'POST', bearer: lab.token(), ...options})
        assert.deepEqual([answer.status, answer.body?.fault?.code], [422, 900422], answer.text)
        assert.deepEqual(seen, [])
      })
    }
    it('by a path that leads elsewhere', async () => {
      const answer = await post(`${api.context}/../admin`)
      assert.deepEqual([answer.status, seen], [400, []], answer.text)
    })
    const post = (path: string) => lab.ask(8243, path, {method: 'POST', bearer: lab.token(), json: {query: open}})
    it('but variables may be called so, and go on as they came', async () => {
      const body =
        '{"query":"query q($query: String) {hero(name: $query) {name}}","variables":{"query":"{secret}","n":1e400}}'
      const answer = await lab.ask(8243, api.context, {method: 'POST', bearer: lab.token(), body, headers: json})
      assert.deepEqual([answer.status, seen.map(it => it.body)], [200, [body]], answer.text)
    })
  })

  it('an API key keeps to the depth of its subscription too', async () => {
    const keyed = await lab.deploy({
      ...api,
      uuid: 'keyed',
      apiId: 78,
      context: '/keyed/1.0.0',
      securityScheme: ['api_key', 'oauth2'],
    })
    const {name, context, version} = keyed
    const subscription = {name, context, version, publisher: 'admin', subscriptionTier: 'Unlimited'}
    const claims = {
      jti: 'key',
      iss: 'portal',
      sub: 'admin@carbon.super',
      keytype: 'PRODUCTION',
      iat: Math.floor(Date.now() / 1000),
      application: {id: 1, uuid: 'app-1', name: 'shop', owner: 'admin', tier: 'Unlimited'},
      subscribedAPIs: [{...subscription, subscriberTenantDomain: 'carbon.super'}],
    }
    const key = createPrivateKey(NODE.key)
    const apikey = signJwt({kid: 'node', key, jwk: {}, publicPem: ''}, claims)
    const code = async (query: string) => {
      const answer = await lab.ask(8243, keyed.context, {method: 'POST', headers: {apikey}, json: {query}})
      return [answer.status, answer.body?.fault?.code]
    }
    assert.deepEqual(await code('{hero {friends {name}}}'), [200, undefined])
    assert.deepEqual(await code('{hero {friends {friends {name}}}}'), [400, 900820])
  })

  it('subscriptions are not passed on: 501', async () => {
    const answer = await ask('subscription {renamed {name}}')
    assert.deepEqual([answer.status, seen], [501, []], answer.text)
  })

  it('a schema that is none refuses its calls, and nothing else', async () => {
    const broken = await lab.deploy({...api, uuid: 'broken', apiId: 77, context: '/broken/1.0.0', schema: 'type {'})
    const answer = await lab.ask(8243, broken.context, {method: 'POST', bearer: lab.token(), json: {query: '{a}'}})
    assert.equal(answer.status, 422)
    assert.equal((await ask('{hero {name}}')).status, 200)
  })
})
