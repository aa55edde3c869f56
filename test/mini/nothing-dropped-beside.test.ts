import assert from 'node:assert/strict'
import fc from 'fast-check'
import type {AskOptions} from '../support/ask.js'
import {strange} from './facts/facts.js'
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

interface Resource {
  readonly api: keyof typeof BASES
  readonly type: string
  /** The list; below it is one, by the field of its id. */
  readonly path: string
  readonly id: string
  readonly first: object
  /** Values for every field that a body decides. */
  readonly changes: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** Whether one is read by itself; else it is looked for in the list. */
  readonly read?: false
}

const REQUESTS = {
  type: 'REQUESTCOUNTLIMIT',
  requestCount: {timeUnit: 'min', unitTime: 1, requestCount: 1},
  bandwidth: null,
}
const POLICY = {policyName: 'Kept', displayName: 'Kept', description: '', defaultLimit: REQUESTS}

const resources = (apiId: string): readonly Resource[] => [
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
  },
  {
    api: 'publisher',
    type: 'Scope',
    path: '/scopes',
    id: 'id',
    first: {name: 'kept', displayName: 'Kept', description: '', bindings: []},
    changes: {displayName: word, description: text, bindings: fc.constantFrom([], ['admin'])},
  },
  {
    api: 'store',
    type: 'Application',
    path: '/applications',
    id: 'applicationId',
    first: {name: 'Kept', throttlingPolicy: 'Unlimited', description: '', attributes: {}},
    changes: {
      name: word,
      throttlingPolicy: fc.constantFrom('Unlimited', '10PerMin'),
      description: text,
      groups: fc.constant([]),
      attributes: fc.dictionary(word, text, {maxKeys: 3}),
    },
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
      ...(level === 'subscription' && {
        rateLimitCount: fc.nat(100),
        rateLimitTimeUnit: unit,
        stopOnQuotaReach: fc.boolean(),
        billingPlan: fc.constantFrom('FREE', 'COMMERCIAL'),
      }),
    },
  })),
  {
    api: 'admin',
    type: 'APICategory',
    path: '/api-categories',
    id: 'id',
    first: {name: 'Kept', description: ''},
    changes: {description: text},
    read: false,
  },
  {
    api: 'admin',
    type: 'Label',
    path: '/labels',
    id: 'id',
    first: {name: 'Kept', description: '', accessUrls: ['https://a']},
    changes: {
      description: text, // A set: the product's table has no order of them.
      accessUrls: fc.uniqueArray(fc.webUrl(), {minLength: 1, maxLength: 3}).map(it => it.toSorted()),
    },
    read: false,
  },
]

/** What the server says of it alone. */
const TIMES = ['createdTime', 'lastUpdatedTime', 'lastUpdatedBy']
const lasting = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !TIMES.includes(key)))

describe('mini: nothing of what is beside APIs is taken and dropped', function () {
  this.timeout(120_000)
  const nodes = ['publisher-1', 'devportal-1', 'key-manager-1', 'traffic-manager-1']
  const {cluster, databases} = inCluster(nodes, {analytics: false})
  let token = ''
  let apiId = ''
  const ask = (api: keyof typeof BASES, path: string, options: AskOptions = {}) =>
    cluster.ask(api === 'store' ? 'devportal-1' : 'publisher-1', 9443, `${BASES[api]}${path}`, {
      bearer: token,
      ...options,
    })

  before(async () => {
    await cluster.startAll()
    token = await seedToken(databases, 'admin', SCOPES)
    const made = await ask('publisher', '/apis', {json: {name: 'Api', context: '/api', version: '1'}})
    assert.equal(made.status, 201, made.text)
    apiId = made.body.id
  })

  for (const [index, {type, path}] of resources('ID').entries()) {
    it(`${type} (${path}): what is read, changed and written back is all there`, async () => {
      const {api, id, first, changes, read, ...it} = resources(apiId)[index]!
      const made = await ask(api, it.path, {json: first})
      assert.equal(made.status, 201, made.text)
      const own = `${it.path}/${made.body[id]}`
      const get = async (): Promise<Record<string, unknown>> => {
        const {body} = await ask(api, read === false ? it.path : own)
        return read === false ? body.list.find((one: Record<string, unknown>) => one[id] === made.body[id]) : body
      }
      await fc.assert(
        fc.asyncProperty(fc.record(changes, {requiredKeys: []}), async some => {
          const wanted = {...(await get()), ...(JSON.parse(JSON.stringify(some)) as object)}
          const put = await ask(api, own, {method: 'PUT', json: wanted})
          assert.equal(put.status, 200, put.text)
          const got = await get()
          assert.deepEqual(lasting(got), lasting(wanted))
          assert.deepEqual(strange(api, it.type, got), [])
        }),
        {numRuns: RUNS},
      )
    })
  }

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
    await refused('/applications', 'store', {name: 'Refused', throttlingPolicy: 'Unlimited', groups: ['a']})
  })
})
