import assert from 'node:assert/strict'
import type {ConditionGroupData} from '../../src/mini/hub/data.js'
import type {ApiArtifact} from '../../src/mini/hub/deployment.js'
import {httpServed, makeGatewayLab, type GatewayLab, type Served} from './support/gateway-lab.js'
import {until} from './support/until.js'

const quota = {type: 'requestCount', count: 1, unitTime: 1, timeUnit: 'min'} as const
const group = (id: number, ...conditions: [string, string, string, boolean?][]) =>
  ({
    conditionGroupId: id,
    quota,
    condition: conditions.map(([conditionType, name, value, isInverted = false]) => ({
      conditionType,
      name,
      value,
      isInverted,
    })),
  }) as ConditionGroupData

const SUBSCRIBER = 'http://wso2.org/claims/subscriber'
const GROUPS = [
  group(1, ['IPSpecific', '', '10.1.1.1']),
  group(2, ['IPRange', '10.2.0.1', '10.2.0.9']),
  group(3, ['Header', 'User-Agent', 'Moz.lla']),
  group(4, ['QueryParameterType', 'q', 'a+']),
  group(5, ['JWTClaims', SUBSCRIBER, 'adm.*'], ['Header', 'X-Claims', 'yes']),
  group(6, ['Header', 'X-Odd', '1', true], ['Header', 'X-Six', '1']),
  group(7),
]
const SWITCHES = ['header_based', 'query_param_based', 'jwt_claim_based']
const switched = (on: boolean) => SWITCHES.map(it => `enable_${it}_throttling = ${on}\n`).join('')

describe('mini: conditions of throttling policies at a gateway', function () {
  this.timeout(30_000)
  let backend: Served
  let lab: GatewayLab
  let api: ApiArtifact
  before(async () => {
    backend = await httpServed((request, response) => {
      request.resume()
      response.end('served')
    })
  })
  after(() => backend.stop())
  afterEach(() => lab.close())

  const begin = async (on: boolean) => {
    lab = await makeGatewayLab('[apim.jwt]\nenable = true\n', switched(on))
    lab.lists['api-policies'] = [
      {id: 1, name: 'Grouped', tenantDomain: 'carbon.super', kind: 'API', quota, conditionGroups: GROUPS},
    ]
    await lab.start()
    await lab.ready()
    api = await lab.deploy({policy: 'Grouped', endpoints: {production: `http://localhost:${backend.port}`}})
  }
  const ask = (query: string, headers: Record<string, string> = {}) =>
    lab.ask(8243, `${api.context}/x?${query}`, {bearer: lab.token(), headers})
  const CALLS: readonly [string, Record<string, string>, readonly number[], readonly number[]][] = [
    ['n=0', {}, [], []],
    ['n=1', {'x-forwarded-for': '10.1.1.1'}, [1], [1]],
    ['n=2', {'x-forwarded-for': '10.2.0.5'}, [2], [2]],
    ['n=3', {'user-agent': 'a Mozilla/5.0'}, [3], []],
    ['q=aa', {}, [4], []],
    ['q=aab', {}, [], []],
    ['n=5', {'x-claims': 'yes'}, [5], []],
    ['n=6', {'x-six': '1'}, [6], []],
    ['n=7', {'x-six': '1', 'x-odd': '1'}, [], []],
    ['q=a', {'x-forwarded-for': '10.1.1.1'}, [1, 4], [1]],
  ]

  for (const [on, column] of [
    [true, 0],
    [false, 1],
  ] as const) {
    it(`tells the traffic manager the groups of each call, with its switches ${on ? 'on' : 'off'}`, async () => {
      await begin(on)
      for (const [query, headers, ...groups] of CALLS) {
        const answer = await ask(query, headers)
        assert.equal(answer.status, 200)
        const told = () => lab.events.find(({event}) => event.messageID === answer.headers.activityid)?.event
        await until('the event', () => told() !== undefined)
        assert.deepEqual(told()?.conditionGroups ?? [], groups[column])
      }
    })
  }

  it('refuses calls of a group whose limit is reached, and only these', async () => {
    await begin(true)
    const refused = async () => {
      const answers = await Promise.all(CALLS.map(([query, headers]) => ask(query, headers)))
      return CALLS.flatMap(([query], i) => (answers[i]?.status === 429 ? [query] : []))
    }
    const say = (suffix: string, isThrottled: boolean) =>
      lab.say('throttleData', {
        throttleKey: `${api.context}:1.0.0${suffix}`,
        isThrottled,
        expiryTimeStamp: Date.now() + 60_000,
      })
    for (const [suffix, expected] of [
      ['_condition_1', ['n=1', 'q=a']],
      ['_condition_4', ['q=aa', 'q=a']],
      ['_condition_6', ['n=6']],
      ['_default', ['n=0', 'q=aab', 'n=7']],
    ] as const) {
      say(suffix, true)
      await until(suffix, async () => (await refused()).length > 0)
      assert.deepEqual(await refused(), expected, suffix)
      say(suffix, false)
      await until(`no ${suffix}`, async () => (await refused()).length === 0)
    }
    say('_condition_3', true)
    await until('a refusal', async () => (await ask('', {'user-agent': 'Mozilla'})).status === 429)
    const {body} = await ask('', {'user-agent': 'Mozilla'})
    assert.equal(body.fault.code, 900800)
  })
})
