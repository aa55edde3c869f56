import assert from 'node:assert/strict'
import {makeCounting} from '../../src/mini/components/traffic-manager/counting.js'
import type {CustomPolicyData, PolicyData, Quota} from '../../src/mini/hub/data.js'
import type {ThrottleRequest} from '../../src/mini/hub/events.js'
import {fillKeyTemplate} from '../../src/mini/hub/key-template.js'

const call = (more: Partial<ThrottleRequest> = {}): ThrottleRequest => ({
  messageID: 'm',
  appKey: '1:admin',
  appTier: '',
  apiKey: '',
  apiTier: '',
  subscriptionKey: '1:/pizza/1.0.0:1.0.0',
  subscriptionTier: '',
  resourceKey: '/pizza/1.0.0/menu:GET',
  resourceTier: '',
  userId: 'admin',
  apiContext: '/pizza/1.0.0',
  apiVersion: '1.0.0',
  apiName: 'pizza',
  appId: 1,
  appTenant: 'carbon.super',
  apiTenant: 'carbon.super',
  timestamp: 0,
  bytes: 0,
  ip: '10.0.0.1',
  ...more,
})

const perMinute = (count: number, more: Partial<Quota> = {}): Quota => ({
  type: 'requestCount',
  count,
  unitTime: 1,
  timeUnit: 'min',
  ...more,
})
const policy = (kind: PolicyData['kind'], name: string, quota: Quota, more: Partial<PolicyData> = {}): PolicyData => ({
  id: 1,
  name,
  tenantDomain: 'carbon.super',
  kind,
  quota,
  ...more,
})

const MINUTE = 60_000
/** The beginning of a minute. */
const START = 1_700_000_040_000

describe('mini: counting of calls', () => {
  const of = (policies: readonly PolicyData[], custom: readonly CustomPolicyData[] = [], limit?: number) => {
    const counting = makeCounting(limit)
    counting.setPolicies(policies, custom)
    return counting
  }

  it('groups of conditions have limits of their own, and the policy counts what is in none', () => {
    const conditionGroups = [7, 8].map(id => ({conditionGroupId: id, quota: perMinute(2), condition: []}))
    const counting = of([policy('API', 'Two', perMinute(3), {conditionGroups})])
    const keysOf = (groups: number[], times: number) =>
      Array.from({length: times}, () =>
        counting.count(call({resourceTier: 'Two', ...(groups.length > 0 && {conditionGroups: groups})}), START),
      )
        .flat()
        .map(it => it.throttleKey)
    const key = '/pizza/1.0.0/menu:GET'
    assert.deepEqual(keysOf([7], 1), [])
    assert.deepEqual(keysOf([], 2), [])
    assert.deepEqual(keysOf([7, 8], 1), [`${key}_condition_7`])
    assert.deepEqual(keysOf([8, 9], 1), [`${key}_condition_8`])
    assert.deepEqual(keysOf([], 1), [`${key}_default`])
    const [, other] = conditionGroups
    const ended = counting.setPolicies([policy('API', 'Two', perMinute(3), {conditionGroups: [other!]})], [])
    assert.deepEqual(
      ended.map(it => [it.throttleKey, it.isThrottled]),
      [[`${key}_condition_7`, false]],
    )
    const unlimited = of([policy('API', 'Two', perMinute(-1), {conditionGroups: [other!]})])
    const limited = [0, 1].flatMap(() => unlimited.count(call({resourceTier: 'Two', conditionGroups: [8]}), START))
    assert.deepEqual(
      limited.map(it => it.throttleKey),
      [`${key}_condition_8`],
    )
  })

  for (const [level, kind, tiers, key] of [
    ['API', 'API', {apiTier: 'Two', apiKey: '/pizza/1.0.0:1.0.0', resourceTier: 'Two'}, '/pizza/1.0.0:1.0.0'],
    ['resource', 'API', {resourceTier: 'Two'}, '/pizza/1.0.0/menu:GET'],
    [
      'resource beside an API without a limit',
      'API',
      {apiTier: 'Unlimited', resourceTier: 'Two'},
      '/pizza/1.0.0/menu:GET',
    ],
    ['application', 'APPLICATION', {appTier: 'Two'}, '1:admin'],
    ['subscription', 'SUBSCRIPTION', {subscriptionTier: 'Two'}, '1:/pizza/1.0.0:1.0.0'],
  ] as const) {
    it(`${level}: the call that reaches the limit stops those after it, until the window ends`, () => {
      const counting = of([policy(kind, 'Two', perMinute(2))])
      const at = START + 10_000
      assert.deepEqual(counting.count(call(tiers), at), [])
      const stopped = {throttleKey: key, isThrottled: true, expiryTimeStamp: START + MINUTE}
      assert.deepEqual(counting.count(call(tiers), at + 1), [stopped])
      assert.equal(counting.nextEnd(), START + MINUTE)
      assert.deepEqual(counting.expire(START + MINUTE - 1), [])
      assert.deepEqual(counting.expire(START + MINUTE), [{...stopped, isThrottled: false}])
      assert.equal(counting.size(), 0)
      assert.deepEqual(counting.count(call(tiers), START + MINUTE), [])
    })
  }

  it('counts each key for itself and says a decision again only after a second', () => {
    const counting = of([policy('APPLICATION', 'One', perMinute(1))])
    const one = call({appTier: 'One'})
    assert.equal(counting.count(one, START).length, 1)
    assert.equal(counting.count(one, START + 999).length, 0)
    assert.equal(counting.count(one, START + 1_000).length, 1)
    const other = counting.count(call({appTier: 'One', appKey: '2:admin'}), START)
    assert.deepEqual(other, [{throttleKey: '2:admin', isThrottled: true, expiryTimeStamp: START + MINUTE}])
  })

  it('userLevel counts each user, not the API', () => {
    const counting = of([policy('API', 'Two', perMinute(2), {applicableLevel: 'userLevel'})])
    const by = (userId: string) =>
      counting.count(call({apiTier: 'Two', apiKey: '/pizza/1.0.0:1.0.0', userId}), START).map(it => it.throttleKey)
    assert.deepEqual(by('a'), [])
    assert.deepEqual(by('b'), [])
    assert.deepEqual(by('a'), ['/pizza/1.0.0:1.0.0_a'])
    assert.deepEqual(by('c'), [])
    assert.deepEqual(by('b'), ['/pizza/1.0.0:1.0.0_b'])
  })

  it('bytes count where the limit is a bandwidth', () => {
    const counting = of([policy('APPLICATION', 'KB', perMinute(1024, {type: 'bandwidthVolume'}))])
    assert.equal(counting.count(call({appTier: 'KB', bytes: 1000}), START).length, 0)
    assert.equal(counting.count(call({appTier: 'KB', bytes: 0}), START).length, 0)
    assert.equal(counting.count(call({appTier: 'KB', bytes: 24}), START).length, 1)
  })

  it('policies are those of the tenant: of the API, or of the application', () => {
    const ofTenant = {tenantDomain: 'example.com'}
    const counting = of([
      policy('API', 'One', perMinute(1), ofTenant),
      policy('APPLICATION', 'One', perMinute(1), ofTenant),
      policy('SUBSCRIPTION', 'One', perMinute(1), ofTenant),
    ])
    const tiers = {resourceTier: 'One', appTier: 'One', subscriptionTier: 'One'}
    const keys = (more: Partial<ThrottleRequest>) =>
      counting.count(call({...tiers, ...more}), START).map(it => it.throttleKey)
    assert.deepEqual(keys({}), [])
    assert.deepEqual(keys({appTenant: 'example.com'}), ['1:admin'])
    assert.deepEqual(keys({apiTenant: 'example.com'}), ['/pizza/1.0.0/menu:GET', '1:/pizza/1.0.0:1.0.0'])
  })

  it('what has no limit, or stops nobody, is not counted', () => {
    const counting = of([
      policy('APPLICATION', 'Free', perMinute(-1)),
      policy('SUBSCRIPTION', 'Soft', perMinute(1), {stopOnQuotaReach: false}),
    ])
    assert.deepEqual(counting.count(call({appTier: 'Free', subscriptionTier: 'Soft', resourceTier: 'Gone'}), START), [])
    assert.equal(counting.size(), 0)
  })

  it('a custom policy counts every value of its template, from its first call on', () => {
    const template = '$userId:$apiContext:$apiVersion:$clientIp'
    const counting = of([], [{id: 1, name: 'custom', keyTemplate: template, quota: perMinute(2)}])
    const at = START + 20_000
    counting.count(call({userId: 'a'}), at)
    assert.deepEqual(counting.count(call({userId: 'b'}), at), [])
    assert.deepEqual(counting.count(call({userId: 'a'}), at + 5), [
      {throttleKey: 'a:/pizza/1.0.0:1.0.0:10.0.0.1', isThrottled: true, expiryTimeStamp: at + MINUTE},
    ])
  })

  it('a template takes values as they are, whatever stands in them', () => {
    const filled = fillKeyTemplate('$userId|$appId|$unknown|$resourceKey', call({userId: '$apiContext$&', appId: 7}))
    assert.equal(filled, '$apiContext$&|7|$unknown|/pizza/1.0.0/menu:GET')
  })

  for (const [timeUnit, length] of [
    ['sec', 1_000],
    ['min', 60_000],
    ['hour', 3_600_000],
    ['day', 86_400_000],
    ['week', 604_800_000],
    ['month', 2_592_000_000],
    ['year', 31_536_000_000],
  ] as const) {
    it(`windows of 2 ${timeUnit} begin at multiples of their length`, () => {
      const counting = of([policy('APPLICATION', 'One', perMinute(1, {unitTime: 2, timeUnit}))])
      const [said] = counting.count(call({appTier: 'One'}), START)
      assert.equal((said?.expiryTimeStamp ?? 0) % (2 * length), 0)
      assert.ok(said && said.expiryTimeStamp > START && said.expiryTimeStamp <= START + 2 * length)
    })
  }

  it('a policy that is changed or removed lets its keys go; others count on', () => {
    const one = policy('APPLICATION', 'One', perMinute(1))
    const gold = policy('SUBSCRIPTION', 'Gold', perMinute(2))
    const counting = of([one, gold])
    counting.count(call({appTier: 'One', subscriptionTier: 'Gold'}), START)
    const freed = [{throttleKey: '1:admin', isThrottled: false, expiryTimeStamp: START + MINUTE}]
    assert.deepEqual(counting.setPolicies([{...one, id: 9}, gold], []), [])
    assert.deepEqual(counting.setPolicies([{...one, quota: perMinute(2)}, gold], []), freed)
    assert.equal(counting.count(call({appTier: 'One'}), START).length, 0)
    assert.equal(counting.count(call({appTier: 'One'}), START).length, 1)
    assert.deepEqual(counting.setPolicies([gold], []), freed)
    assert.deepEqual(
      counting.count(call({appTier: 'One', subscriptionTier: 'Gold'}), START).map(it => it.throttleKey),
      ['1:/pizza/1.0.0:1.0.0'],
    )
  })

  it('a window that ended unnoticed does not go on', () => {
    const counting = of([policy('APPLICATION', 'Two', perMinute(2))])
    counting.count(call({appTier: 'Two'}), START)
    counting.count(call({appTier: 'Two'}), START)
    const later = counting.count(call({appTier: 'Two'}), START + MINUTE)
    assert.deepEqual(
      later.map(it => it.isThrottled),
      [false],
    )
  })

  it('keeps no more keys than it may, and lets the oldest go', () => {
    const counting = of([policy('APPLICATION', 'One', perMinute(1))], [], 3)
    for (const appKey of ['a', 'b', 'c']) counting.count(call({appTier: 'One', appKey}), START)
    assert.deepEqual(
      counting.count(call({appTier: 'One', appKey: 'd'}), START).map(it => [it.throttleKey, it.isThrottled]),
      [
        ['a', false],
        ['d', true],
      ],
    )
    assert.equal(counting.size(), 3)
  })
})
