import assert from 'node:assert/strict'
import {fromV4, toV4} from '../../src/mini/components/publisher/rest/api-v4.js'
import {rest4} from '../../src/mini/components/control-plane/rest-4.js'
import {adaptedRoutes} from '../../src/mini/http/adapted.js'
import {Fault} from '../../src/mini/http/fault.js'
import {route} from '../../src/mini/http/router.js'
import {faceOf, roleOf} from '../../src/mini/profiles.js'

describe('the face of 4.x', () => {
  it('is chosen by MINI_FACE, and has profiles of its own', () => {
    assert.equal(faceOf(undefined), '3.2')
    assert.equal(roleOf('control-plane', faceOf('4')).component, 'control-plane')
    assert.equal(roleOf('gateway-worker', '4').profile, 'gateway-worker-4')
    assert.equal(roleOf('api-key-manager-node', '4').serverRole, 'control-plane')
    assert.throws(() => faceOf('5'), /MINI_FACE is "5"; expected 3.2 or 4/)
    assert.throws(() => roleOf('api-publisher', '4'), /expected one of control-plane, /)
    assert.throws(() => roleOf('control-plane'), /expected one of api-publisher, /)
  })

  const MOVES: Readonly<Record<string, readonly string[]>> = {
    '/api/am/publisher/v1/apis/:apiId': ['/api/am/publisher/v4/apis/:apiId'],
    '/api/am/store/v1/applications': ['/api/am/devportal/v3/applications'],
    '/api/am/admin/v1/throttling/blacklist': ['/api/am/admin/v4/throttling/deny-policies'],
    '/api/am/admin/v1/throttling/blacklist/:conditionId': ['/api/am/admin/v4/throttling/deny-policy/:conditionId'],
    '/api/am/publisher/v1/labels': [],
    '/oauth2/token': ['/oauth2/token'],
  }
  for (const [from, to] of Object.entries(MOVES))
    it(`has ${from} at ${to[0] ?? 'no place'}`, () => {
      const moved = adaptedRoutes([route.get(from, () => undefined)], rest4(undefined as never, []))
      assert.deepEqual(
        moved.map(({path}) => path),
        to,
      )
    })

  const UNDONE: Readonly<Record<string, object>> = {
    'APIs of this type': {type: 'WEBSUB'},
    'policies of APIs': {apiPolicies: {request: [{policyName: 'addHeader'}]}},
    'policies of operations': {operations: [{operationPolicies: {request: [{policyName: 'addHeader'}]}}]},
    'APIs that are only advertised': {advertiseInfo: {advertised: true}},
    'other gateways': {gatewayType: 'AWS'},
  }
  for (const [what, body] of Object.entries(UNDONE))
    it(`refuses ${what}`, () =>
      assert.throws(
        () => fromV4({...body}),
        (error: unknown) =>
          error instanceof Fault && error.status === 501 && error.description === `mini has no ${what}`,
      ))

  it('takes what it told of an API', () => {
    const api = {
      type: 'WS',
      endpointConfig: {endpoint_type: 'http', production_endpoints: {url: 'ws://a'}},
      additionalProperties: {owner: 'us', team__display: 'red'},
      operations: [{target: '/*', verb: 'GET'}],
      gatewayEnvironments: ['Default'],
    }
    const told = toV4(api) as Record<string, unknown>
    assert.deepEqual(told['endpointConfig'], {...api.endpointConfig, endpoint_type: 'ws'})
    const owner = {name: 'owner', value: 'us', display: false}
    const team = {name: 'team', value: 'red', display: true}
    assert.deepEqual(told['additionalProperties'], [owner, team])
    assert.deepEqual(told['additionalPropertiesMap'], {owner, team})
    assert.ok(!('gatewayEnvironments' in told))
    const {endpointConfig, additionalProperties} = fromV4(told) as Record<string, unknown>
    assert.deepEqual(
      {endpointConfig, additionalProperties},
      {
        endpointConfig: api.endpointConfig,
        additionalProperties: api.additionalProperties,
      },
    )
  })

  it('takes properties from the list, and from the map beside it what the list lacks', () => {
    const list = [{name: 'a', value: 'one', display: true}]
    const map = {a: {name: 'a', value: 'old', display: false}, b: {value: 'two', display: true}}
    const of = (body: Record<string, unknown>) => (fromV4(body) as Record<string, unknown>)['additionalProperties']
    assert.deepEqual(of({additionalProperties: list, additionalPropertiesMap: map}), {
      a__display: 'one',
      b__display: 'two',
    })
    assert.deepEqual(of({additionalPropertiesMap: map}), {a: 'old', b__display: 'two'})
    assert.deepEqual(of({additionalProperties: []}), {})
    assert.equal(of({}), undefined)
  })
})
