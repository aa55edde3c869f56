import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import type {Keys} from '../support/api-life.js'
import {inParallel, noteRoutes, tryIt, type KnownRoute} from './support/attack.js'
import type {AskOptions, Asked} from '../support/ask.js'
import {inLab} from './support/running-lab.js'

const NODES = [
  'key-manager-1',
  'traffic-manager-1',
  'publisher-1',
  'devportal-1',
  'gateway-1',
  'analytics-worker-1',
  'analytics-dashboard-1',
]
const SQL = "x'; DROP TABLE AM_API; --"
/** Seconds of the clock are no business of the attacker's: what answers shows neither code, nor SQL, nor files. */
const LEAK =
  /\n\s+at |node:internal|node_modules|\.ts:\d|SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|\bER_[A-Z_]+|You have an error in your SQL|\/tmp\/|\/home\//

const ENDPOINT = {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/'}}
const OPERATION = {
  target: '/x',
  verb: 'GET',
  authType: 'Application & Application User',
  throttlingPolicy: 'Unlimited',
  scopes: [],
}
const LIMIT = {type: 'REQUESTCOUNTLIMIT', requestCount: {requestCount: 3, timeUnit: 'min', unitTime: 1}}
const CUSTOM = {
  policyName: 'Fine',
  keyTemplate: '$userId',
  siddhiQuery: 'timeBatch(1 min) count(x) >= 3',
  description: 'd',
}
const SCOPE = {name: 'fine', displayName: 'Fine', description: 'd', bindings: ['admin']}
const POLICY = {
  policyName: 'Other',
  displayName: 'Other',
  description: 'd',
  defaultLimit: LIMIT,
  conditionalGroups: [],
  stopOnQuotaReach: true,
  billingPlan: 'FREE',
  rateLimitCount: 1,
  rateLimitTimeUnit: 'sec',
  customAttributes: [],
}
const API = {
  name: 'Other',
  context: '/other',
  version: '1.0.0',
  description: 'd',
  provider: 'admin',
  isDefaultVersion: false,
  type: 'HTTP',
  transport: ['http'],
  tags: ['a'],
  policies: ['Unlimited'],
  apiThrottlingPolicy: 'Unlimited',
  authorizationHeader: 'Authorization',
  securityScheme: ['oauth2'],
  visibility: 'PUBLIC',
  visibleRoles: [],
  gatewayEnvironments: ['Production and Sandbox'],
  endpointConfig: ENDPOINT,
  corsConfiguration: {
    corsConfigurationEnabled: true,
    accessControlAllowOrigins: ['*'],
    accessControlAllowCredentials: false,
    accessControlAllowHeaders: ['a'],
    accessControlAllowMethods: ['GET'],
  },
  scopes: [{scope: {name: 'one', displayName: 'One', description: 'd', bindings: ['admin']}, shared: false}],
  operations: [OPERATION],
}
const PROFILE = {
  clientName: 'c',
  owner: 'admin',
  callbackUrl: 'x',
  grantType: 'password',
  saasApp: true,
  tokenType: 'JWT',
}
const CLIENT = {
  client_name: 'c',
  redirect_uris: ['http://x'],
  grant_types: ['password'],
  token_type_extension: 'JWT',
  ext_application_owner: 'admin',
  ext_param_client_id: 'abcdefghijklmnop',
  ext_param_client_secret: 'abcdefgh',
}
const QUOTA = {type: 'requestCount', count: 5, unitTime: 1, timeUnit: 'min'}
const ARTIFACT = {
  apiId: 99,
  uuid: 'a-b',
  name: 'A',
  version: '1',
  context: '/odd/1',
  provider: 'admin',
  policy: null,
  apiType: 'HTTP',
  status: 'PUBLISHED',
  isDefaultVersion: false,
  tenantDomain: 'carbon.super',
  urlMappings: [{httpMethod: 'GET', urlPattern: '/*', authScheme: 'Any', throttlingPolicy: 'Unlimited', scopes: ['a']}],
  digest: 'x',
  endpoints: {production: 'http://localhost:1/'},
  transport: ['http', 'https'],
  authorizationHeader: 'x-token',
  cors: {allowOrigins: ['*'], allowCredentials: false, allowHeaders: ['a'], allowMethods: ['GET']},
}
/** A body that each route takes, by the end of its path. `form`: as a form. */
const VALID: readonly (readonly [RegExp, object, 'form'?])[] = [
  [
    /oauth2\/token$/,
    {grant_type: 'password', username: 'admin', password: 'admin', scope: 'openid', validity_period: '5'},
    'form',
  ],
  [/oauth2\/revoke$/, {token: 'x', token_type_hint: 'access_token'}, 'form'],
  [/oauth2\/introspect$/, {token: 'x'}, 'form'],
  [/v0\.17\/register/, PROFILE],
  [/dcr\/register/, CLIENT],
  [/identity\/oauth2\/v1\.0\/scopes|publisher\/v1\/scopes/, SCOPE],
  [/APIGatewayAdmin/, {operation: 'deploy', api: ARTIFACT}],
  [
    /EventProcessorAdminService/,
    {
      operation: 'deploy',
      policy: {id: 9, name: 'P', tenantDomain: 'carbon.super', kind: 'API', quota: QUOTA, applicableLevel: 'apiLevel'},
    },
  ],
  [
    /data\/v1\/notify/,
    {
      eventId: 'a',
      revokedToken: 'b',
      tokenType: 'JWT',
      expiryTime: 5,
      consumerKey: 'c',
      user: 'admin',
      tenantDomain: 'carbon.super',
    },
  ],
  [/publisher\/v1\/apis(\/:apiId)?$/, API],
  [
    /publisher\/v1\/apis\/:apiId\/swagger$/,
    {openapi: '3.0.1', info: {title: 'x', version: '1'}, paths: {'/x': {get: {responses: {}}}}},
  ],
  [/policies\/custom/, CUSTOM],
  [/admin\/v1\/throttling\/policies/, POLICY],
  [/blacklist$/, {conditionType: 'IP', conditionValue: {fixedIp: '1.2.3.4', invert: false}, conditionStatus: true}],
  [/blacklist\/:/, {conditionStatus: true}],
  [
    /store\/v1\/applications(\/:applicationId)?$/,
    {name: 'Mine', throttlingPolicy: 'Unlimited', description: 'd', tokenType: 'JWT', groups: [], attributes: {a: 'b'}},
  ],
  [
    /generate-keys$/,
    {
      keyType: 'SANDBOX',
      keyManager: 'Resident Key Manager',
      grantTypesToBeSupported: ['password'],
      callbackUrl: 'http://x',
      scopes: ['a'],
      validityTime: '5',
      clientId: '',
      clientSecret: '',
      additionalProperties: {},
    },
  ],
  [/keys\/:key$/, {supportedGrantTypes: ['client_credentials'], callbackUrl: 'http://x'}],
  [
    /generate-token$/,
    {consumerSecret: 'x', validityPeriod: '5', scopes: ['a'], revokeToken: 'x', additionalProperties: {}},
  ],
  [
    /store\/v1\/subscriptions/,
    {apiId: 'x', applicationId: 'x', throttlingPolicy: 'Unlimited', requestedThrottlingPolicy: 'x', status: 'x'},
  ],
  [
    /user\/v1\.0\/me$/,
    {
      user: {
        username: 'someone',
        password: 'secret1',
        realm: 'x',
        claims: [{uri: 'http://wso2.org/claims/country', value: 'x'}],
      },
      properties: [],
    },
  ],
  [/order/, {pizzaType: 'x', quantity: 1, customerName: 'x', creditCardNumber: '1', address: 'x'}],
  [/business-rules\/instances$/, {kind: 'tier-limit-hits', threshold: 5}],
  [/stores\/query$/, {appName: 'APIM_ACCESS_SUMMARY', query: 'from x select *'}],
  [/\/login$/, {username: 'admin', password: 'wrong', next: ''}, 'form'],
  [/\/sign-up$/, {username: 'someone', password: 'secret1'}, 'form'],
  [/devportal\/applications$/, {csrf: '', name: 'x', policy: 'Unlimited', tokenType: 'JWT'}, 'form'],
  [/devportal\/applications\/:applicationId\/keys$/, {csrf: '', keyType: 'SANDBOX'}, 'form'],
  [/subscribe$/, {csrf: '', application: 'x', policy: 'Unlimited'}, 'form'],
  [/try$/, {csrf: '', method: 'GET', path: '/', token: '', application: '', secret: '', type: '', body: ''}, 'form'],
  [/rule$/, {csrf: '', threshold: '5'}, 'form'],
]

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A body with each of its fields, of whatever depth, replaced by each odd value; and without it. */
const mutations = (body: object): readonly (readonly [string, unknown])[] => {
  const found: (readonly [string, unknown])[] = []
  const visit = (at: unknown, path: readonly string[], rebuild: (value: unknown) => unknown) => {
    if (path.length > 0) for (const [what, odd] of ODD) found.push([`${path.join('.')} is ${what}`, rebuild(odd)])
    if (!isObject(at)) return
    for (const key of Object.keys(at)) {
      visit(at[key], [...path, key], value =>
        rebuild(
          Array.isArray(at) ? at.map((it: unknown, i) => (String(i) === key ? value : it)) : {...at, [key]: value},
        ),
      )
    }
  }
  visit(body, [], value => value)
  return found
}

const DEEP = 10_000
const BODIES: readonly (readonly [string, string | Buffer])[] = [
  ['half of it', '{"name": "x'],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[1,2]'],
  ['a number', '7'],
  ['a text', '"x"'],
  ['true', 'true'],
  ['an empty object', '{}'],
  ['a huge number', '{"name": 1e999, "id": 123456789012345678901234567890}'],
  ['a deep list', '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['a deep object', '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)],
  ['__proto__', '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"x": 1}}}'],
  ['a key twice', '{"name": "a", "name": "b", "name": 7}'],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['NUL bytes', Buffer.alloc(100)],
  ['a byte order mark', '\ufeff{}'],
]

const ODD: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 7],
  ['a negative number', -1],
  ['a huge number', 1e308],
  ['half a one', 1.5],
  ['true', true],
  ['an object', {a: {b: 1}}],
  ['a list', [[1], null]],
  ['a list of a list of objects', [{x: []}]],
  ['empty', ''],
  ['very long', 'x'.repeat(70_000)],
  ['a NUL byte', 'a\0b'],
  ['an emoji', '\u{1f355}'],
  ['half a surrogate', '\ud800'],
  ['control characters', 'a\r\nSet-Cookie: x=y\u001b[31m'],
  ['SQL', SQL],
  ['a way out', '../../../etc/passwd'],
  ['HTML', '<script>alert(1)</script>'],
  ['from right to left', '\u202eevil'],
]

const IDS = [
  SQL,
  '../../etc/passwd',
  '..\\..\\x',
  '\0',
  'x'.repeat(3000),
  '\u{1f355}',
  '__proto__',
  'constructor',
  '-1',
  '9'.repeat(40),
  randomUUID(),
  "' OR '1'='1",
].map(encodeURIComponent)
const RAW_IDS = ['%00', '%2e%2e%2f%2e%2e%2fx', '..%5c..%5cx', '%zz', '%', '%c0%af', '%ff']

const QUERIES = [
  'limit=-1&offset=-1',
  'limit=99999999999999999999&offset=1e9',
  'limit=x&offset=',
  'limit=0&offset=999999999',
  `query=${encodeURIComponent(SQL)}`,
  'query=%00',
  'query=%F0%9F%8D%95',
  'query=__proto__:x',
  'query=name:',
  'apiId=%00&action=%F0%9F%8D%95&subscriptionId=%00&blockState=x',
  `apiId=${encodeURIComponent(SQL)}&action=Publish&subscriptionId=${encodeURIComponent(SQL)}&blockState=BLOCKED`,
  'username=%F0%9F%8D%95&apiName=%00&version=%zz&range=__proto__&api=%F0%9F%8D%95',
  'next=//evil.example&range=x',
  'x'.repeat(8000),
]

/** Operations that would take away what the others need; they get ids of nothing only. */
const DESTRUCTIVE = /^DELETE|clean-up|regenerate|change-owner|\/delete$|logout/

describe('mini: bad input at every route', function () {
  this.timeout(60_000)
  const routes = noteRoutes()
  const {cluster, served, life} = inLab()
  let ids: Record<string, string>
  let keys: Keys

  before(async () => {
    const made = await life.ready({name: 'Pizza', context: '/pizza', url: served.url})
    ;({keys} = made)
    ids = {
      ...made,
      apiId: made.apiId,
      key: 'PRODUCTION',
      clientId: keys.consumerKey,
      policyLevel: 'application',
      policyName: 'Unlimited',
      username: 'admin',
      tenantDomain: 'carbon.super',
      tenant: 'carbon.super',
      kind: 'tier-limit-hits',
    } as unknown as Record<string, string>
    const policies = {
      advanced: await life.createPolicy('advanced', 'Ten', 10),
      application: await life.createPolicy('application', 'Ten', 10),
      subscription: await life.createPolicy('subscription', 'Ten', 10),
    }
    Object.assign(ids, policies)
    ids.conditionId = await life.block('USER', 'nobody')
    const rule = await ask('POST', 'publisher', '/api/am/admin/v1/throttling/policies/custom', {json: CUSTOM})
    ids.ruleId = rule.body.policyId
    const scope = await ask('POST', 'publisher', '/api/am/publisher/v1/scopes', {json: SCOPE})
    ids.scopeId = scope.body.id
    ids.name = SCOPE.name
  })

  const portOf = (component: string) => cluster.port(`${component}-1`, 9763)
  const ask = (method: string, component: string, path: string, options: AskOptions = {}) =>
    tryIt(portOf(component), method, path, {bearer: life.token, ...options})

  /** With the account or the token that opens the route, whichever it wants. */
  const keyOf = ({path}: KnownRoute): AskOptions =>
    /^\/api\/am\/(publisher|store|admin)\//.test(path) || path === '/oauth2/userinfo'
      ? {bearer: life.token}
      : /^\/oauth2\/(token|revoke)/.test(path)
        ? {basic: `${keys.consumerKey}:${keys.consumerSecret}`}
        : {basic: 'admin:admin'}
  const fill = ({path}: KnownRoute, value?: string) =>
    path.replace(/:(\w+)/g, (_, name: string) => {
      const level = /policies\/(\w+)\//.exec(path)?.[1] ?? ''
      return value ?? encodeURIComponent(ids[name] ?? ids[level] ?? randomUUID())
    })
  const named = ({component, method, path}: KnownRoute) => `${component} ${method} ${path}`

  const findings: string[] = []
  const secrets = () => [keys.consumerSecret, keys.token, life.token]
  const judge = (what: string, {status, text}: Asked, allowed: (status: number) => boolean = () => true) => {
    const good = status < 500 || status === 501
    if (!good || !allowed(status)) findings.push(`${what}: ${status} ${text.slice(0, 200)}`)
    if (LEAK.test(text)) findings.push(`${what} shows ${LEAK.exec(text)?.[0]}`)
  }
  const attempt = async (
    what: string,
    route: KnownRoute,
    path: string,
    options: AskOptions,
    allowed?: (status: number) => boolean,
  ) => {
    const port = cluster.port(`${route.component}-1`, route.port)
    try {
      judge(`${named(route)} ${what}`, await tryIt(port, route.method, path, options), allowed)
    } catch (error) {
      findings.push(`${named(route)} ${what}: ${String(error)}`)
    }
  }
  afterEach(() => {
    const found = findings.splice(0)
    assert.deepEqual([...new Set(found)].slice(0, 40), [], `${found.length} findings`)
    for (const name of NODES) {
      const lines = cluster.log(name)
      const errors = lines.filter(line => line.startsWith('ERROR') && !line.includes('refused the login'))
      assert.deepEqual(errors.slice(0, 5), [], `${name} has ${errors.length} errors`)
      assert.ok(cluster.node(name).health().ready, `${name} is not ready`)
      for (const secret of secrets()) {
        assert.ok(!lines.some(line => line.includes(secret)), `a secret is in the log of ${name}`)
      }
      assert.ok(!lines.some(line => /[\0\r\n\u001b]/.test(line)), `a control character is in the log of ${name}`)
    }
  })

  /** Each route once, wherever it is served; its cases in turn with those of others, so that they don't wait for each other's locks. */
  const casesOf = <T>(list: (route: KnownRoute) => readonly T[]): readonly (T & {readonly route: KnownRoute})[] => {
    const once = [...new Map(routes.map(it => [`${it.method} ${it.path}`, it])).values()]
    assert.ok(once.length > 100, `only ${once.length} routes`)
    return once.flatMap(route => list(route).map((it, i) => ({...it, route, i}))).sort((a, b) => a.i - b.i)
  }

  const isForm = ({path}: KnownRoute) =>
    /oauth2\/(token|revoke|introspect)|^\/(publisher|devportal|analytics-dashboard)/.test(path)
  const changes = ({method, path}: KnownRoute) => method !== 'GET' && !DESTRUCTIVE.test(`${method} ${path}`)

  it('bodies that are none', async () => {
    const cases = casesOf(route => (changes(route) ? BODIES.map(([what, body]) => ({what, body})) : []))
    await inParallel(cases, ({route, what, body}) => {
      const headers = {'content-type': isForm(route) ? 'application/x-www-form-urlencoded' : 'application/json'}
      return attempt(what, route, fill(route), {...keyOf(route), body, headers})
    })
  })

  const valid = ({method, path}: KnownRoute) =>
    method === 'GET' || method === 'DELETE' ? undefined : VALID.find(([pattern]) => pattern.test(path))
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

  // Fewer at a time than a node has connections to its database: who waits for a lock holds one.
  it('bodies with fields that are none', async () => {
    const cases = casesOf(route => {
      const [, body, form] = (changes(route) && valid(route)) || []
      // Every field meets one of the odd values at most: all of them would take minutes.
      return mutations(body ?? {}).flatMap(([what, value], i) => (i % 41 === 0 ? [{what, value, form}] : []))
    })
    await inParallel(
      cases,
      ({route, what, value, form}) => {
        const fields = () => Object.fromEntries(Object.entries(value as object).map(([name, it]) => [name, text(it)]))
        return attempt(what, route, fill(route), {...keyOf(route), ...(form ? {form: fields()} : {json: value})})
      },
      4,
    )
  })

  it('ids and queries that are none', async () => {
    const cases = casesOf(route => [
      ...(route.path.includes(':')
        ? [...IDS, ...RAW_IDS].filter((_, i) => i % 3 === 0).map(id => ({path: fill(route, id)}))
        : []),
      ...(changes(route) || route.method === 'GET'
        ? QUERIES.filter((_, i) => i % 4 === 0).map(query => ({path: `${fill(route)}?${query}`}))
        : []),
    ])
    await inParallel(cases, ({route, path}) => {
      const [, body, form] = valid(route) ?? []
      const given = body && (form ? {form: body as Record<string, string>} : {json: body})
      return attempt(path.slice(0, 150), route, path, {...keyOf(route), ...given})
    })
  })

  it('store queries that are none', async () => {
    const base = 'from ApimAllAlert'
    const queries = [
      `${base} on apiName == '${SQL}' select *`,
      `${base} on alertTimestamp == ${'9'.repeat(400)} select *`,
      `${base} within 1, ${'9'.repeat(400)} per 'minutes' select *`,
      `${base} select ${'a,'.repeat(3000)}a`,
      `${base} on ${'('.repeat(3000)}`,
      `${base} select __proto__`,
      `${base} select constructor(apiName)`,
      'from __proto__ select *',
      `${base} select * limit 99999999999999999999`,
      `${base} select * -- `,
      '\0',
    ]
    const port = cluster.port('analytics-worker-1', 7071)
    for (const appName of ['APIM_PERSIST_ALERTS', '__proto__', SQL]) {
      for (const query of queries) {
        const answer = await tryIt(port, 'POST', '/stores/query', {json: {appName, query}, basic: 'admin:admin'})
        judge(query.slice(0, 80), answer, status => status === 400 || status === 404)
      }
    }
  })
})
