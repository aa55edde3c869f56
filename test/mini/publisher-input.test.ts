import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {AskOptions} from '../support/ask.js'
import {inDatabases} from './support/in-cluster.js'
import {ADMIN, ALL_SCOPES, makePublisherLab, PUBLISHER, type PublisherLab} from './support/publisher-lab.js'
import {seedToken} from './support/seed.js'

const API = {
  name: 'Fine',
  context: '/fine',
  version: '1.0.0',
  endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost/'}},
}
const LIMIT = {type: 'REQUESTCOUNTLIMIT', requestCount: {requestCount: 3, timeUnit: 'min', unitTime: 1}}
const POLICY = {policyName: 'Fine', defaultLimit: LIMIT}
const CUSTOM = {policyName: 'Fine', keyTemplate: '$userId', siddhiQuery: 'timeBatch(1 min) count(x) >= 3'}
const SCOPE = {name: 'fine', displayName: 'Fine', bindings: []}
const SQL = "x'; DROP TABLE AM_API; --"
const ODD: readonly [string, unknown][] = [
  ['a number', 7],
  ['null', null],
  ['an object', {a: 1}],
  ['a list', ['x']],
  ['empty', ''],
  ['a NUL byte', 'a\0b'],
  ['too long', 'x'.repeat(5000)],
  ['an emoji', '\u{1f355}'],
  ['half a surrogate', '\ud800'],
  ['a line break', 'a\nb'],
]

/** Every operation: method, path, a scope that is not enough, and a body where it takes one. */
const ID = randomUUID()
const OPERATIONS: readonly [string, string, unknown?][] = [
  ['GET', `${PUBLISHER}/apis`],
  ['POST', `${PUBLISHER}/apis`, API],
  ['POST', `${PUBLISHER}/apis/validate?query=x`],
  ['GET', `${PUBLISHER}/apis/${ID}`],
  ['PUT', `${PUBLISHER}/apis/${ID}`, API],
  ['DELETE', `${PUBLISHER}/apis/${ID}`],
  ['GET', `${PUBLISHER}/apis/${ID}/swagger`],
  ['PUT', `${PUBLISHER}/apis/${ID}/swagger`, {}],
  ['POST', `${PUBLISHER}/apis/change-lifecycle?apiId=${ID}&action=Publish`],
  ['GET', `${PUBLISHER}/apis/${ID}/lifecycle-state`],
  ['GET', `${PUBLISHER}/apis/${ID}/lifecycle-history`],
  ['GET', `${PUBLISHER}/subscriptions?apiId=${ID}`],
  ['POST', `${PUBLISHER}/subscriptions/block-subscription?subscriptionId=${ID}&blockState=BLOCKED`],
  ['POST', `${PUBLISHER}/subscriptions/unblock-subscription?subscriptionId=${ID}`],
  ['GET', `${PUBLISHER}/scopes`],
  ['POST', `${PUBLISHER}/scopes`, SCOPE],
  ['GET', `${PUBLISHER}/scopes/${ID}`],
  ['PUT', `${PUBLISHER}/scopes/${ID}`, SCOPE],
  ['DELETE', `${PUBLISHER}/scopes/${ID}`],
  ['GET', `${PUBLISHER}/scopes/${ID}/usage`],
  ['GET', `${PUBLISHER}/throttling-policies/api`],
  ['GET', `${PUBLISHER}/throttling-policies/api/none`],
  ['GET', `${PUBLISHER}/settings`],
  ['GET', `${PUBLISHER}/settings/gateway-environments`],
  ...['advanced', 'application', 'subscription', 'custom'].flatMap((level): [string, string, unknown?][] => {
    const base = `${ADMIN}/throttling/policies/${level}`
    const body = level === 'custom' ? CUSTOM : POLICY
    return [
      ['GET', base],
      ['POST', base, body],
      ['GET', `${base}/${ID}`],
      ['PUT', `${base}/${ID}`, body],
      ['DELETE', `${base}/${ID}`],
    ]
  }),
  ['GET', `${ADMIN}/throttling/blacklist`],
  ['POST', `${ADMIN}/throttling/blacklist`, {conditionType: 'USER', conditionValue: 'x'}],
  ['GET', `${ADMIN}/throttling/blacklist/${ID}`],
  ['PATCH', `${ADMIN}/throttling/blacklist/${ID}`, {conditionStatus: true}],
  ['DELETE', `${ADMIN}/throttling/blacklist/${ID}`],
  ['GET', `${ADMIN}/tenant-info/admin`],
  ['GET', `${ADMIN}/custom-urls/carbon.super`],
]

describe('mini: what a publisher is asked that it must not do', function () {
  this.timeout(120_000)
  const {databases, later} = inDatabases()
  let lab: PublisherLab
  before(async () => {
    lab = await makePublisherLab(databases)
    later(() => lab.close())
  })
  const ask = (path: string, options: AskOptions = {}) =>
    lab.cluster.ask('publisher-1', 9443, path, {bearer: lab.token, ...options})
  const withBody = (method: string, path: string, body: unknown) =>
    ask(path, {method, ...(body !== undefined && {json: body})})
  const takesBody = OPERATIONS.filter(([, , body]) => body !== undefined)

  it('without a token, with a forged or an expired one: 401; without the scope: 403', async () => {
    const expired = await seedToken(databases, 'admin', ALL_SCOPES)
    await databases.query(
      'apimgtdb',
      "UPDATE IDN_OAUTH2_ACCESS_TOKEN SET VALIDITY_PERIOD = 0 WHERE ACCESS_TOKEN_HASH LIKE CONCAT('%', SHA2(?, 256), '%')",
      [expired],
    )
    const weak = await seedToken(databases, 'admin', ['openid'])
    const tokens: readonly [string, AskOptions][] = [
      ['none', {headers: {}}],
      ['unknown', {bearer: randomUUID()}],
      ['truncated', {bearer: lab.token.slice(0, -1)}],
      ['expired', {bearer: expired}],
      ['no JWT', {bearer: 'a.b.c'}],
      [
        'alg none',
        {
          bearer: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"admin"}').toString('base64url')}.`,
        },
      ],
      ['Basic with another password', {basic: 'admin:nimda'}],
    ]
    for (const [method, path, body] of OPERATIONS) {
      // Every operation asks the same guard: all tokens are tried on the first.
      for (const [what, token] of path === OPERATIONS[0]?.[1] ? tokens : tokens.slice(0, 1)) {
        const options = {method, ...(body !== undefined && {json: body}), ...token}
        const {status} = await lab.cluster.ask('publisher-1', 9443, path, options)
        assert.equal(status, 401, `${method} ${path} with ${what}`)
      }
      const {status} = await ask(path, {method, bearer: weak, ...(body !== undefined && {json: body})})
      assert.equal(status, 403, `${method} ${path} without the scope`)
    }
  })

  it('bodies that are no JSON, of another type, too large or of a wrong kind', async () => {
    for (const [method, path] of takesBody) {
      // What is asked of something that is not there is 404 before its body is read.
      const fits = (status: number, ...expected: number[]) => expected.includes(status) || status === 404
      const raw = (body: string | Buffer, type = 'application/json') =>
        ask(path, {method, body, headers: {'content-type': type}}).then(it => it.status)
      assert.ok(fits(await raw('{"name": '), 400), `${method} ${path}: malformed`)
      assert.ok(fits(await raw('<a/>', 'text/xml'), 415, 400), `${method} ${path}: XML`)
      assert.ok(fits(await raw(Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400), `${method} ${path}: no UTF-8`)
      for (const value of ['[]', '"x"', '7', 'null']) {
        assert.ok(fits(await raw(value), 400), `${method} ${path}: ${value}`)
      }
    }
    const large = await ask(`${PUBLISHER}/apis`, {
      method: 'POST',
      body: Buffer.alloc(10 * 1024 * 1024, 0x20),
      headers: {'content-type': 'application/json'},
    }).catch((error: NodeJS.ErrnoException) => ({status: error.code}))
    assert.ok([413, 'ECONNRESET', 'EPIPE'].includes(large.status as number), String(large.status))
  })

  it('ids that are none, SQL, or ways out of a path', async () => {
    const ids = [SQL, '../../etc/passwd', '%00', 'x'.repeat(2000), '\u{1f355}']
    for (const [method, path, body] of OPERATIONS.filter(it => it[1].includes(ID))) {
      for (const id of ids) {
        const {status, text} = await withBody(method, path.replace(ID, encodeURIComponent(id)), body)
        assert.ok([400, 404].includes(status), `${method} ${path} of ${id}: ${status} ${text}`)
      }
      const {status} = await withBody(method, path.replace(ID, '%zz'), body)
      assert.ok([400, 404].includes(status), `${method} ${path}: bad encoding ${status}`)
    }
  })

  it('queries', async () => {
    for (const query of ['limit=-1', 'limit=x', 'offset=1e9']) {
      assert.equal((await ask(`${PUBLISHER}/apis?${query}`)).status, 400, query)
    }
    for (const query of [`query=${encodeURIComponent(SQL)}`, 'query=%F0%9F%8D%95', 'query="', 'limit=0']) {
      assert.equal((await ask(`${PUBLISHER}/apis?${query}`)).status, 200, query)
    }
    for (const query of ['zzz:x', '__proto__:x', 'constructor:x']) {
      assert.equal((await ask(`${PUBLISHER}/apis?query=${query}`)).body.count, 0, query)
    }
  })

  // A number is read as text, as the product does, but for what has no type there.
  const wrong = (base: object, key: string): readonly [string, unknown][] =>
    ODD.filter(([what]) => what !== 'a number' || key === 'conditionValue').map(([what, value]) => [
      `${key} is ${what}`,
      {...base, [key]: value},
    ])

  for (const [what, path, base, cases] of [
    [
      'an API',
      `${PUBLISHER}/apis`,
      API,
      [
        ...['name', 'context', 'version'].flatMap(key => wrong(API, key)),
        ...['~', 'a b/', '<script>', "a'b", 'a/b', '..', ' a', 'x'.repeat(51)].map(name => [
          `name ${name}`,
          {...API, name},
        ]),
        ...['/a/', '/../a', '//a', '/a b', '/a?b', '/a%2fb', '/t/x/y', `/${'x'.repeat(90)}`].map(it => [
          `context ${it}`,
          {...API, context: it},
        ]),
        ...[7, 'x', ['nowhere']].map(it => [
          `gatewayEnvironments ${JSON.stringify(it)}`,
          {...API, gatewayEnvironments: it},
        ]),
        ...[
          {},
          {endpoint_type: 7},
          {endpoint_type: 'x'},
          {endpoint_type: 'http', production_endpoints: 'x'},
          {endpoint_type: 'http', production_endpoints: {url: 'file:///etc/passwd'}},
          {endpoint_type: 'http', production_endpoints: {url: 'x'}},
          {endpoint_type: 'http', production_endpoints: [{url: 'http://a'}]},
        ].map(it => [`endpointConfig ${JSON.stringify(it)}`, {...API, endpointConfig: it}]),
        ...[
          {policies: ['None']},
          {policies: 'Gold'},
          {apiThrottlingPolicy: SQL},
          {transport: ['ftp']},
          {type: 'X'},
          {tags: [[7]]},
          {visibility: 'X'},
          {visibility: 'RESTRICTED'},
          {visibleRoles: ['nobody']},
          {authorizationHeader: 'a b'},
          {securityScheme: ['mutualssl']},
          {isDefaultVersion: 'yes'},
          {corsConfiguration: {accessControlAllowMethods: 'GET'}},
        ].map(it => [JSON.stringify(it), {...API, ...it}]),
        ...[
          {target: 'x', verb: 'GET'},
          {target: '/../x', verb: 'GET'},
          {target: '/x', verb: 'BREW'},
          {target: '/x', verb: 'GET', scopes: ['unknown']},
          {target: '/x', verb: 'GET', throttlingPolicy: 'None'},
          {target: '/x', verb: 'GET', authType: 'Some'},
          {target: `/${'x'.repeat(600)}`, verb: 'GET'},
        ].map(it => [JSON.stringify(it).slice(0, 80), {...API, operations: [it]}]),
        [
          'an operation twice',
          {
            ...API,
            operations: [
              {target: '/x', verb: 'GET'},
              {target: '/x', verb: 'get'},
            ],
          },
        ],
        ...[
          {},
          {scope: {}},
          {scope: {name: 'a b'}},
          {scope: {name: 'x'.repeat(61)}},
          {scope: {name: 'a', bindings: ['nobody']}},
        ].map(it => [JSON.stringify(it).slice(0, 80), {...API, scopes: [it]}]),
        ['a scope twice', {...API, scopes: [{scope: {name: 'a'}}, {scope: {name: 'a'}}]}],
      ],
    ],
    [
      'a scope',
      `${PUBLISHER}/scopes`,
      SCOPE,
      [...wrong(SCOPE, 'name'), ...wrong(SCOPE, 'displayName'), ['a role', {...SCOPE, bindings: ['nobody']}]],
    ],
    ...['advanced', 'application', 'subscription'].map(
      level =>
        [
          `a policy (${level})`,
          `${ADMIN}/throttling/policies/${level}`,
          POLICY,
          [
            ...wrong(POLICY, 'policyName'),
            ...[SQL, '../x', 'a/b', ' a'].map(policyName => [policyName, {...POLICY, policyName}]),
            ...[
              undefined,
              {},
              {type: 'X'},
              {type: 'REQUESTCOUNTLIMIT'},
              {...LIMIT, type: 'BANDWIDTHLIMIT'},
              ...[
                {requestCount: -1},
                {requestCount: 1.5},
                {requestCount: 3e9},
                {unitTime: 0},
                {unitTime: 'one'},
                {timeUnit: 'fortnight'},
              ].map(it => ({...LIMIT, requestCount: {...LIMIT.requestCount, ...it}})),
            ].map(it => [JSON.stringify(it), {...POLICY, defaultLimit: it}]),
          ],
        ] as const,
    ),
    [
      'a custom policy',
      `${ADMIN}/throttling/policies/custom`,
      CUSTOM,
      [
        ...wrong(CUSTOM, 'policyName'),
        ...wrong(CUSTOM, 'keyTemplate').filter(([it]) => !it.includes('an emoji')),
        ['an emoji', {...CUSTOM, keyTemplate: '\u{1f355}'}],
        ['no query', {...CUSTOM, siddhiQuery: ''}],
      ],
    ],
    [
      'a deny policy',
      `${ADMIN}/throttling/blacklist`,
      {conditionType: 'USER', conditionValue: 'x'},
      [
        ...['API', 'APPLICATION', 'USER', 'IP', 'IPRANGE'].flatMap(conditionType =>
          wrong({conditionType}, 'conditionValue'),
        ),
        ['no type', {conditionValue: 'x'}],
        ['another type', {conditionType: 'SUBSCRIPTION', conditionValue: 'x'}],
        ['a context that no API has', {conditionType: 'API', conditionValue: '/none/1'}],
        ['SQL', {conditionType: 'API', conditionValue: SQL}],
        ['no application', {conditionType: 'APPLICATION', conditionValue: 'admin:none'}],
        ['a user of elsewhere', {conditionType: 'USER', conditionValue: 'x@other.example'}],
        ['no address', {conditionType: 'IP', conditionValue: {fixedIp: '999.1.1.1'}}],
        ['two kinds of address', {conditionType: 'IPRANGE', conditionValue: {startingIp: '10.0.0.1', endingIp: '::1'}}],
        ['a state that is none', {conditionType: 'USER', conditionValue: 'x', conditionStatus: 'yes'}],
      ],
    ],
  ] as unknown as [string, string, object, [string, unknown][]][]) {
    it(`${what} that is none`, async () => {
      for (const [it, body] of cases) {
        const {status, body: answer, text} = await ask(path, {json: body})
        assert.equal(status, 400, `${it}: ${status} ${text}`)
        assert.equal(typeof answer.code, 'number', it)
        assert.ok(!/at \w+.*\.ts|node:internal|SELECT |INSERT /.test(text), text)
      }
      assert.equal((await ask(path, {json: base})).status, 201, what)
      const errors = lab.cluster.log('publisher-1').filter(line => line.startsWith('ERROR'))
      assert.deepEqual(errors, [])
    })
  }

  it('what the product has and mini has not is 501', async () => {
    for (const body of [
      {...API, name: 'A', type: 'SOAP'},
      {...API, name: 'A', securityScheme: ['basic_auth']},
      {...API, name: 'A', endpointConfig: {endpoint_type: 'awslambda'}},
    ]) {
      assert.equal((await ask(`${PUBLISHER}/apis`, {json: body})).status, 501, JSON.stringify(body))
    }
    assert.equal((await ask(`${ADMIN}/throttling/policies/custom`, {json: {...CUSTOM, siddhiQuery: 'x'}})).status, 501)
  })
})
