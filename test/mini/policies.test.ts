import assert from 'node:assert/strict'
import {addDefaultPolicies} from '../../src/mini/policies/default-policies.js'
import {quotaOfQuery, toPolicyData, type PolicyInput} from '../../src/mini/policies/policy.js'
import {
  deletePolicy,
  findPolicy,
  insertPolicy,
  listPolicies,
  markDeployed,
  updatePolicy,
} from '../../src/mini/policies/policy-store.js'
import {
  deleteBlock,
  enableBlock,
  insertBlock,
  listBlocks,
  toBlockData,
} from '../../src/mini/policies/block-conditions.js'
import {SUPER_TENANT} from '../../src/mini/users/users.js'
import {onMysql} from './support/in-cluster.js'

const TENANT = SUPER_TENANT.id
const input = (name: string, more: Partial<PolicyInput> = {}): PolicyInput => ({
  name,
  displayName: name,
  description: '',
  limit: {type: 'requestCount', amount: 3, unit: null, unitTime: 1, timeUnit: 'min'},
  conditionGroups: [],
  rateLimitCount: 0,
  rateLimitTimeUnit: null,
  stopOnQuotaReach: true,
  billingPlan: 'FREE',
  graphQLMaxDepth: 0,
  ...more,
})

describe('mini: throttling policies and block conditions in the database', function () {
  this.timeout(120_000)
  const {databases, newDatabases, close} = onMysql()

  for (const schema of ['mini', 'product'] as const) {
    describe(`on the schema of ${schema}`, () => {
      before(() => newDatabases(schema))
      after(close)

      it('nodes that start at once make the default policies once, and a removed one stays away', async () => {
        const apim = databases.pool('apimgtdb')
        await Promise.all([1, 2, 3, 4].map(() => addDefaultPolicies(apim, TENANT)))
        const names = async (kind: 'API' | 'APPLICATION' | 'SUBSCRIPTION') =>
          (await listPolicies(apim, kind, TENANT)).map(it => it.name).sort()
        assert.deepEqual(await names('APPLICATION'), ['10PerMin', '20PerMin', '50PerMin', 'Unlimited'])
        assert.deepEqual(await names('SUBSCRIPTION'), ['Bronze', 'Gold', 'Silver', 'Unauthenticated', 'Unlimited'])
        assert.deepEqual(await names('API'), ['10KPerMin', '20KPerMin', '50KPerMin', 'Unlimited'])
        const gold = await findPolicy(apim, 'SUBSCRIPTION', TENANT, {name: 'Gold'})
        assert.ok(gold)
        await deletePolicy(apim, gold)
        await addDefaultPolicies(apim, TENANT)
        assert.ok(!(await names('SUBSCRIPTION')).includes('Gold'))
        await insertPolicy(apim, 'SUBSCRIPTION', TENANT, input('Gold'))
      })

      it('a policy comes back as it was written, with its limit in bytes or calls', async () => {
        const apim = databases.pool('apimgtdb')
        const wanted = input('Data', {
          limit: {type: 'bandwidthVolume', amount: 2, unit: 'MB', unitTime: 5, timeUnit: 'hour'},
          rateLimitCount: 7,
          rateLimitTimeUnit: 'sec',
        })
        const uuid = await insertPolicy(apim, 'SUBSCRIPTION', TENANT, wanted)
        const found = await findPolicy(apim, 'SUBSCRIPTION', TENANT, {uuid})
        assert.ok(found)
        assert.deepEqual(toPolicyData(found, 'carbon.super'), {
          id: found.id,
          name: 'Data',
          tenantDomain: 'carbon.super',
          kind: 'SUBSCRIPTION',
          quota: {type: 'bandwidthVolume', count: 2 * 1024 * 1024, unitTime: 5, timeUnit: 'hour'},
          rateLimit: {count: 7, timeUnit: 'sec'},
          stopOnQuotaReach: true,
        })
        await markDeployed(apim, found)
        assert.equal((await findPolicy(apim, 'SUBSCRIPTION', TENANT, {uuid}))?.deployed, true)
        await updatePolicy(apim, found, {...wanted, name: 'Other', description: 'changed'})
        const changed = await findPolicy(apim, 'SUBSCRIPTION', TENANT, {uuid})
        assert.deepEqual([changed?.name, changed?.description, changed?.deployed], ['Data', 'changed', false])
        const unlimited = await findPolicy(apim, 'API', TENANT, {name: 'Unlimited'})
        assert.ok(unlimited)
        assert.equal(toPolicyData(unlimited, 'carbon.super').quota.count, -1)
      })

      it('a block condition is there once, and only those in force are told', async () => {
        const apim = databases.pool('apimgtdb')
        const common = {enabled: true, tenantDomain: 'carbon.super'}
        const api = await insertBlock(apim, {...common, type: 'API', value: '/pizza/1.0.0'})
        assert.ok(api)
        assert.equal(await insertBlock(apim, {...common, type: 'API', value: '/pizza/1.0.0'}), undefined)
        const ip = await insertBlock(apim, {...common, type: 'IP', value: '{"fixedIp":"10.0.0.1","invert":true}'})
        assert.ok(ip)
        assert.deepEqual(toBlockData(await listBlocks(apim, 'carbon.super')), {
          api: ['/pizza/1.0.0'],
          application: [],
          user: [],
          ip: [{id: ip.id, type: 'IP', fixedIp: '10.0.0.1', invert: true, tenantDomain: 'carbon.super'}],
        })
        await enableBlock(apim, ip.id, false)
        assert.deepEqual(toBlockData(await listBlocks(apim)).ip, [])
        assert.equal(await deleteBlock(apim, api.id), true)
        assert.equal(await deleteBlock(apim, api.id), false)
      })
    })
  }

  for (const [query, quota] of [
    ['...#throttler:timeBatch(1 min) SELECT throttleKey, (count(userId) >= 10) as isThrottled', [10, 1, 'min']],
    ['FROM X#throttler:timeBatch( 30 seconds ) select count(messageID) > 4', [5, 30, 'sec']],
    ['FROM X SELECT *', undefined],
    ['FROM X#throttler:timeBatch(1 min)', undefined],
  ] as const) {
    it(`reads the limit of the query ${query}`, () => {
      const found = quotaOfQuery(query)
      assert.deepEqual(found && [found.count, found.unitTime, found.timeUnit], quota)
    })
  }
})
