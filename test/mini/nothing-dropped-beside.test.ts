import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import fc from 'fast-check'
import type {AskOptions} from '../support/ask.js'
import {fieldsOf, strange} from './facts/facts.js'
import {inCluster} from './support/in-cluster.js'
import {seedToken} from './support/seed.js'

const BASES = {publisher: '/api/am/publisher/v1', store: '/api/am/store/v1', admin: '/api/am/admin/v1'} as const
const SCOPES = [
  ...['api_view', 'api_create', 'api_publish', 'document_create', 'shared_scope_manage', 'admin', 'tier_manage'],
  ...['subscribe', 'app_manage', 'sub_manage', 'label_manage', 'label_read'],
].map(it => `apim:${it}`)
const RUNS = 8

const text = fc.stringMatching(/^[ -~]{0,40}$/).map(it => it.trim())
const word = fc.stringMatching(/^[a-z]{8,12}$/)
const unit = fc.constantFrom('min', 'hour', 'day')
const limit = fc.oneof(
  fc.record({timeUnit: unit, unitTime: fc.integer({min: 1, max: 60}), requestCount: fc.nat(1000)}).map(it => ({
    type: 'REQUESTCOUNTLIMIT',
    requestCount: it,
    bandwidth: null,
  })),
  fc
    .record({
      timeUnit: unit,
      unitTime: fc.integer({min: 1, max: 60}),
      dataAmount: fc.nat(1000),
      dataUnit: fc.constantFrom('KB', 'MB'),
    })
    .map(it => ({type: 'BANDWIDTHLIMIT', requestCount: null, bandwidth: it})),
)
const policy = {displayName: word, description: text, defaultLimit: limit}

/** What the server says of it alone. */
const TIMES = ['createdTime', 'lastUpdatedTime', 'lastUpdatedBy']

const address = fc.ipV4()
const pattern = fc.constantFrom('a.*', '[0-9]+', 'curl', '')
const NO_CONDITION = {
  headerCondition: null,
  ipCondition: null,
  jwtClaimsCondition: null,
  queryParameterCondition: null,
}
const condition = fc
  .oneof(
    fc.record({headerName: word, headerValue: pattern}).map(it => ({type: 'HEADERCONDITION', headerCondition: it})),
    fc.record({parameterName: word, parameterValue: pattern}).map(it => ({
      type: 'QUERYPARAMETERCONDITION',
      queryParameterCondition: it,
    })),
    fc.record({claimUrl: fc.webUrl({size: 'small'}), attribute: pattern}).map(it => ({
      type: 'JWTCLAIMSCONDITION',
      jwtClaimsCondition: it,
    })),
    address.map(specificIP => ({
      type: 'IPCONDITION',
      ipCondition: {ipConditionType: 'IPSPECIFIC', specificIP, startingIP: null, endingIP: null},
    })),
    fc.record({startingIP: address, endingIP: address}).map(it => ({
      type: 'IPCONDITION',
      ipCondition: {ipConditionType: 'IPRANGE', specificIP: '', ...it},
    })),
  )
  .chain(it => fc.boolean().map(invertCondition => ({invertCondition, ...NO_CONDITION, ...it})))
const KINDS = ['IPCONDITION', 'HEADERCONDITION', 'QUERYPARAMETERCONDITION', 'JWTCLAIMSCONDITION']
const group = fc.record({
  description: text,
  conditions: fc
    .array(condition, {minLength: 1, maxLength: 4})
    // All have to be true: the product's tables, one a kind, have no order between kinds.
    .map(all => all.toSorted((a, b) => KINDS.indexOf(a.type) - KINDS.indexOf(b.type))),
  limit,
})

interface Resource {
  readonly api: keyof typeof BASES
  readonly type: string
  /** The list; below it is one, by the field of its id. */
  readonly path: string
  readonly id: string
  readonly first: object
  /** Values for every field that a body decides, also where they are there. */
  readonly changes: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** Values of what is decided when it is made, and stays. */
  readonly once?: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** What the server says of it: ids, times, what others do with it. */
  readonly fixed: readonly string[]
  /** How it is changed; `none` can only be made, and `itself` is always there, at its path. */
  readonly edit?: 'PATCH' | 'none' | 'itself'
  /** Whether one is read by itself; else it is looked for in the list. */
  readonly read?: false
}

const REQUESTS = {
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {timeUnit: 'min', unitTime: 1, requestCount: 1},
  bandwidth: null,
}
const POLICY = {policyName: 'Kept', displayName: 'Kept', description: '', defaultLimit: REQUESTS}
const custom = (count: number, time: string) =>
  `FROM RequestStream SELECT userId, ( userId == 'a' ) AS isEligible, str:concat(apiKey,'_') as throttleKey INSERT INTO EligibilityStream; ` +
  `FROM EligibilityStream[isEligible==true]#throttler:timeBatch(${time}) SELECT throttleKey, (count(userId) >= ${count}) as isThrottled, ` +
  'expiryTimeStamp group by throttleKey INSERT ALL into ResultStream;'
const queries = fc
  .record({count: fc.integer({min: 1, max: 99}), time: fc.constantFrom('1 min', '2 hour')})
  .map(({count, time}) => custom(count, time))
/** Names of an application's are taken once by each user. */
const isolated = fc.constant('').map(() => `n${randomUUID().slice(0, 8)}`)

interface World {
  readonly apiId: string
  readonly applicationId: string
}

const resources = ({apiId, applicationId}: World): readonly Resource[] => [
  {
    api: 'publisher',
    type: 'Document',
    path: `/apis/${apiId}/documents`,
    id: 'documentId',
    first: {name: 'Kept', type: 'HOWTO', sourceType: 'INLINE', visibility: 'API_LEVEL'},
    changes: {
      name: word,
      type: fc.constantFrom('HOWTO', 'SAMPLES', 'PUBLIC_FORUM', 'SUPPORT_FORUM', 'API_MESSAGE_FORMAT', 'SWAGGER_DOC'),
      summary: fc.option(text, {nil: null}),
      sourceType: fc.constantFrom('INLINE', 'MARKDOWN', 'FILE'),
      sourceUrl: fc.option(fc.webUrl(), {nil: null}),
      otherTypeName: fc.option(word, {nil: null}),
      visibility: fc.constantFrom('OWNER_ONLY', 'PRIVATE', 'API_LEVEL'),
    },
    // Its text is read at an address of its own.
    fixed: ['documentId', 'fileName', 'inlineContent', ...TIMES, 'createdBy'],
  },
  {
    api: 'publisher',
    type: 'Scope',
    path: '/scopes',
    id: 'id',
    first: {name: 'kept', displayName: 'Kept', description: '', bindings: []},
    changes: {displayName: word, description: text, bindings: fc.constantFrom([], ['admin'])},
    once: {name: word},
    fixed: ['id', 'usageCount'],
  },
  {
    api: 'store',
    type: 'Application',
    path: '/applications',
    id: 'applicationId',
    first: {name: 'Kept', throttlingPolicy: 'Unlimited', description: '', attributes: {}},
    changes: {
      name: isolated,
      throttlingPolicy: fc.constantFrom('Unlimited', '10PerMin'),
      description: text,
      tokenType: fc.constantFrom('JWT', 'OAUTH'),
      groups: fc.constant([]),
      attributes: fc.dictionary(word, text, {maxKeys: 3}),
    },
    fixed: ['applicationId', 'status', 'subscriptionCount', 'keys', 'subscriptionScopes', 'owner', 'hashEnabled'],
  },
  {
    api: 'store',
    type: 'Subscription',
    path: '/subscriptions',
    id: 'subscriptionId',
    first: {applicationId, apiId, throttlingPolicy: 'Gold'},
    changes: {throttlingPolicy: fc.constantFrom('Gold', 'Bronze')},
    // What is asked for is what it gets at once: nobody has to approve it.
    fixed: [
      ...['subscriptionId', 'applicationId', 'apiId', 'apiInfo', 'applicationInfo', 'requestedThrottlingPolicy'],
      ...['status', 'redirectionParams'],
    ],
  },
  {
    api: 'store',
    type: 'Comment',
    path: `/apis/${apiId}/comments`,
    id: 'id',
    first: {content: 'Kept'},
    changes: {content: text.filter(it => it !== '')},
    fixed: ['id', 'createdTime', 'createdBy'],
    edit: 'none',
  },
  {
    api: 'store',
    type: 'Rating',
    path: `/apis/${apiId}/user-rating`,
    id: 'ratingId',
    first: {rating: 1},
    changes: {rating: fc.integer({min: 0, max: 5})},
    fixed: ['ratingId', 'apiId', 'ratedBy'],
    edit: 'itself',
  },
  ...(['advanced', 'application', 'subscription'] as const).map((level): Resource => ({
    api: 'admin',
    type: {
      advanced: 'AdvancedThrottlePolicy',
      application: 'ApplicationThrottlePolicy',
      subscription: 'SubscriptionThrottlePolicy',
    }[level],
    path: `/throttling/policies/${level}`,
    id: 'policyId',
    first: POLICY,
    changes: {
      ...policy,
      ...(level === 'advanced' && {conditionalGroups: fc.array(group, {maxLength: 3})}),
      ...(level === 'subscription' && {
        rateLimitCount: fc.nat(100),
        rateLimitTimeUnit: unit,
        stopOnQuotaReach: fc.boolean(),
        billingPlan: fc.constantFrom('FREE', 'COMMERCIAL'),
        graphQLMaxDepth: fc.nat(20),
        // Others are refused: see below.
        graphQLMaxComplexity: fc.constant(0),
        customAttributes: fc.constant([]),
        monetization: fc.constant(null),
        permissions: fc.constant(null),
      }),
    },
    once: {policyName: word},
    fixed: ['policyId', 'isDeployed'],
  })),
  {
    api: 'admin',
    type: 'CustomRule',
    path: '/throttling/policies/custom',
    id: 'policyId',
    first: {policyName: 'Kept', description: '', siddhiQuery: custom(1, '1 min'), keyTemplate: '$userId'},
    changes: {
      description: text,
      siddhiQuery: queries,
      keyTemplate: fc.constantFrom('$userId', '$userId:$apiContext', '$appId'),
    },
    once: {policyName: word},
    // AM_POLICY_GLOBAL has no column for it.
    fixed: ['policyId', 'displayName', 'isDeployed'],
  },
  ...[
    {conditionType: 'USER', conditionValue: word.map(it => `${it}@carbon.super`)},
    {conditionType: 'API', conditionValue: fc.constant('/api/1')},
    {conditionType: 'APPLICATION', conditionValue: fc.constant('admin:World')},
    {conditionType: 'IP', conditionValue: fc.record({fixedIp: address, invert: fc.boolean()})},
    {
      conditionType: 'IPRANGE',
      conditionValue: fc.record({startingIp: address, endingIp: fc.ipV4(), invert: fc.boolean()}),
    },
  ].map(({conditionType, conditionValue}): Resource => ({
    api: 'admin',
    type: 'BlockingCondition',
    path: '/throttling/blacklist',
    id: 'conditionId',
    first: {conditionType, conditionStatus: true},
    changes: {conditionStatus: fc.boolean()},
    once: {conditionValue},
    fixed: ['conditionId', 'conditionType'],
    edit: 'PATCH',
  })),
  {
    api: 'admin',
    type: 'APICategory',
    path: '/api-categories',
    id: 'id',
    first: {name: 'Kept', description: ''},
    changes: {name: word, description: text},
    fixed: ['id', 'numberOfAPIs'],
    read: false,
  },
  {
    api: 'admin',
    type: 'Label',
    path: '/labels',
    id: 'id',
    first: {name: 'Kept', description: '', accessUrls: ['https://a']},
    changes: {
      name: word,
      description: text, // A set: the product's table has no order of them.
      accessUrls: fc.uniqueArray(fc.webUrl(), {minLength: 1, maxLength: 3}).map(it => it.toSorted()),
    },
    fixed: ['id'],
    read: false,
  },
  {
    api: 'admin',
    type: 'KeyManager',
    path: '/key-managers',
    id: 'id',
    first: {type: 'custom', certificates: CERTIFICATE, issuer: 'https://kept'},
    changes: {
      displayName: fc.option(word, {nil: null}),
      description: fc.option(text, {nil: null}),
      ...Object.fromEntries(ENDPOINTS.map(it => [it, fc.option(fc.webUrl(), {nil: null})])),
      certificates: fc.constantFrom(CERTIFICATE, {type: 'PEM', value: 'LS0t'}),
      availableGrantTypes: fc.uniqueArray(fc.constantFrom('password', 'client_credentials'), {maxLength: 2}),
      ...Object.fromEntries(SWITCHES.map(it => [it, fc.boolean()])),
      // Others are refused: see the tests of key managers.
      enableSelfValidationJWT: fc.constant(true),
      enableTokenEncryption: fc.constant(false),
      enableTokenHashing: fc.constant(false),
      claimMapping: fc.constant([]),
      consumerKeyClaim: fc.option(word, {nil: null}),
      scopesClaim: fc.option(word, {nil: null}),
      tokenValidation: fc.constantFrom([], [{id: 1, enable: true, type: 'REFERENCE', value: {}}]),
      additionalProperties: fc.dictionary(word, text, {maxKeys: 3}),
    },
    once: {name: word, issuer: word.map(it => `https://${it}.example`)},
    fixed: ['id', 'type'],
  },
]

const CERTIFICATE = {type: 'JWKS', value: 'https://kept/jwks'}
const ENDPOINTS = [
  ...[
    'wellKnown',
    'introspection',
    'clientRegistration',
    'token',
    'revoke',
    'userInfo',
    'authorize',
    'scopeManagement',
  ],
].map(it => `${it}Endpoint`)
const SWITCHES = ['enableTokenGeneration', 'enableMapOAuthConsumerApps', 'enableOAuthAppCreation', 'enabled']

/** What follows from another field. */
const FOLLOWING = {requestedThrottlingPolicy: null}
const lasting = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !TIMES.includes(key)))
/** As it comes out of JSON: with an ordinary prototype. */
const sent = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

describe('mini: nothing of what is beside APIs is taken and dropped', function () {
  this.timeout(120_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1']
  const {cluster, databases} = inCluster(nodes, {analytics: false})
  let token = ''
  let world: World
  const ask = (api: keyof typeof BASES, path: string, options: AskOptions = {}) =>
    cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, `${BASES[api]}${path}`, {
      bearer: token,
      ...options,
    })

  before(async () => {
    await cluster.startAll()
    token = await seedToken(databases, 'admin', SCOPES)
    const json = {
      name: 'Api',
      context: '/api',
      version: '1',
      policies: ['Gold', 'Bronze'],
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'http://localhost:1/'}},
    }
    const made = await ask('publisher', '/apis', {json})
    assert.equal(made.status, 201, made.text)
    const publish = `/apis/change-lifecycle?action=Publish&apiId=${made.body.id}`
    assert.equal((await ask('publisher', publish, {method: 'POST'})).status, 200)
    const application = await ask('store', '/applications', {json: {name: 'World', throttlingPolicy: 'Unlimited'}})
    assert.equal(application.status, 201, application.text)
    world = {apiId: made.body.id, applicationId: application.body.applicationId}
  })

  const readOf = async ({api, path, id, read, edit}: Resource, own: unknown): Promise<Record<string, unknown>> => {
    if (read === false) {
      const {list} = (await ask(api, `${path}?limit=1000`)).body
      return list.find((one: Record<string, unknown>) => one[id] === own)
    }
    return (await ask(api, edit === 'itself' ? path : `${path}/${own}`)).body
  }
  const has = (got: Record<string, unknown>, wanted: object, {api, type}: Resource) => {
    for (const [field, value] of Object.entries(sent(wanted))) assert.deepEqual(got[field], value, field)
    assert.deepEqual(strange(api, type, got), [])
  }

  for (const [index, {type, path, first, edit}] of resources({apiId: 'ID', applicationId: 'ID'}).entries()) {
    const kind = 'conditionType' in first ? ` of ${first.conditionType}` : ''
    const resource = () => resources(world)[index]!

    it(`${type}${kind} (${path}): every official field is changed here, or is not a body’s to say`, () => {
      const {api, changes, once, fixed} = resource()
      const known = [...Object.keys(changes), ...Object.keys(once ?? {}), ...fixed]
      const official = fieldsOf(api, type).map(it => it.name)
      assert.deepEqual(known.filter(it => official.includes(it)).toSorted(), official.toSorted())
    })

    if (edit !== 'itself') {
      it(`${type}${kind} (${path}): what it is made with is there`, async () => {
        const {api, id, changes, once = {}} = resource()
        const given = fc.tuple(fc.record(changes, {requiredKeys: []}), fc.record(once))
        await fc.assert(
          fc.asyncProperty(given, async ([some, own]) => {
            const wanted = {...first, ...resource().first, ...own, ...some}
            const made = await ask(api, resource().path, {json: wanted})
            assert.equal(made.status, 201, made.text)
            has(await readOf(resource(), made.body[id]), wanted, resource())
            const gone = await ask(api, `${resource().path}/${made.body[id]}`, {method: 'DELETE'})
            assert.equal(gone.status, 200, gone.text)
          }),
          {numRuns: RUNS},
        )
      })
    }

    if (edit === 'none') continue
    it(`${type}${kind} (${path}): what is read, changed and written back is all there`, async () => {
      const {api, id, changes, once = {}, ...it} = resource()
      const [own] = fc.sample(fc.record(once), 1)
      const made = edit === 'itself' ? undefined : await ask(api, it.path, {json: {...it.first, ...own}})
      if (made) assert.equal(made.status, 201, made.text)
      const one = made?.body[id]
      const method = edit === 'PATCH' ? 'PATCH' : 'PUT'
      await fc.assert(
        fc.asyncProperty(fc.record(changes, {requiredKeys: []}), async some => {
          const wanted = {...it.first, ...(await readOf(resource(), one)), ...sent(some)}
          const put = await ask(api, made ? `${it.path}/${one}` : it.path, {method, json: wanted})
          assert.equal(put.status, 200, put.text)
          const got = await readOf(resource(), one)
          if (made) assert.deepEqual(lasting({...got, ...FOLLOWING}), lasting({...wanted, ...FOLLOWING}))
          has(got, some, resource())
        }),
        {numRuns: RUNS},
      )
      if (made) assert.equal((await ask(api, `${it.path}/${one}`, {method: 'DELETE'})).status, 200)
    })
  }

  it('keys of an application: every official field comes back, or is not a body’s to say', async () => {
    const key = {
      supportedGrantTypes: fc.uniqueArray(fc.constantFrom('client_credentials', 'password', 'refresh_token'), {
        minLength: 1,
      }),
      callbackUrl: fc.option(fc.webUrl(), {nil: null}),
      additionalProperties: fc.dictionary(word, text, {maxKeys: 3}),
    }
    const fixed = [
      'keyMappingId',
      'keyManager',
      'consumerKey',
      'consumerSecret',
      'keyState',
      'keyType',
      'groupId',
      'token',
    ]
    assert.deepEqual(
      [...Object.keys(key), ...fixed].toSorted(),
      fieldsOf('store', 'ApplicationKey')
        .map(it => it.name)
        .toSorted(),
    )
    const own = `/applications/${world.applicationId}`
    await fc.assert(
      fc.asyncProperty(fc.record(key), fc.record(key, {requiredKeys: []}), async (given, some) => {
        const {supportedGrantTypes: grantTypesToBeSupported, ...rest} = given
        const json = {keyType: 'PRODUCTION', grantTypesToBeSupported, ...rest}
        const made = await ask('store', `${own}/generate-keys`, {json})
        assert.equal(made.status, 200, made.text)
        const path = `${own}/oauth-keys/${made.body.keyMappingId}`
        const {body: before} = await ask('store', path)
        for (const [field, value] of Object.entries(sent(given))) assert.deepEqual(before[field], value, field)
        const wanted = {...before, ...sent(some)}
        assert.equal((await ask('store', path, {method: 'PUT', json: wanted})).status, 200)
        assert.deepEqual((await ask('store', path)).body, wanted)
        assert.equal((await ask('store', `${path}/clean-up`, {method: 'POST'})).status, 200)
      }),
      {numRuns: RUNS},
    )
  })

  it('what is not done of them is refused', async () => {
    const refused = async (path: string, api: keyof typeof BASES, json: object) => {
      const {status, text: said} = await ask(api, path, {json})
      assert.equal(status, 501, said)
    }
    const subscription = '/throttling/policies/subscription'
    for (const more of [
      {customAttributes: [{name: 'a', value: 'b'}]},
      {graphQLMaxComplexity: 3},
      {permissions: {permissionType: 'ALLOW', roles: ['admin']}},
    ]) {
      await refused(subscription, 'admin', {...POLICY, policyName: 'Refused', ...more})
    }
    await refused(`/applications/${world.applicationId}/generate-keys`, 'store', {
      keyType: 'SANDBOX',
      grantTypesToBeSupported: ['client_credentials'],
      additionalProperties: {application_access_token_expiry_time: '60'},
    })
    await refused('/applications', 'store', {name: 'Refused', throttlingPolicy: 'Unlimited', groups: ['a']})
  })
})
