import assert from 'node:assert/strict'
import type {Keys} from '../support/api-life.js'
import type {Asked} from '../support/ask.js'
import {hubClient, type HubClient} from './support/hub-client.js'
import {inLab} from './support/running-lab.js'
import {until} from './support/until.js'

/** Milliseconds in which a change has to show at a call. */
const SOON = 2_000
const STORE = '/api/am/store/v1'
const NODES = [
  'key-manager-1',
  'traffic-manager-1',
  'traffic-manager-2',
  'publisher-1',
  'devportal-1',
  'gateway-1',
  'gateway-2',
]
const PUBLISHER = '/api/am/publisher/v1'
const ADMIN = '/api/am/admin/v1'

/** Gateways tell of headers, query and claims only where they are told to, and claims are those of the JWT for backends. */
const withConditions = (name: string, config: string) =>
  name.startsWith('gateway')
    ? `${config}[apim.jwt]\nenable = true\n`.replace(
        '[apim.throttling]\n',
        `[apim.throttling]\n${['header', 'query_param', 'jwt_claim'].map(it => `enable_${it}_based_throttling = true\n`).join('')}`,
      )
    : config

/**
 * The ten kinds of event, each from its cause to its effect: a REST call, the message as every gateway gets it, and what the next call
 * through the gateway answers.
 */
describe('mini: the ten kinds of event', function () {
  this.timeout(120_000)
  const {cluster, served, life, later} = inLab({nodes: NODES, analytics: false, edited: withConditions})
  let hub: HubClient
  let names = 0

  before(async () => {
    const ports = ['traffic-manager-1', 'traffic-manager-2'].map(name => ({
      topics: cluster.port(name, 5672),
      events: cluster.port(name, 9611),
      login: cluster.port(name, 9711),
    }))
    hub = hubClient(ports)
    later(() => hub.close())
    await until('the subscriptions', () => hub.subscribed() === 2)
  })
  beforeEach(() => hub.messages.splice(0))

  /** A name that no other test has. */
  const named = (what: string) => `${what}${++names}`
  /** An API that can be called, with everything for it. */
  const callable = async (more: {apiThrottlingPolicy?: string} = {}) => {
    const name = named('Api')
    const context = `/${name.toLowerCase()}`
    const made = await life.ready({name, context, url: served.url, ...more})
    const token = await life.appToken(made.keys)
    const it = {...made, name, path: `${context}/1.0.0/x`, context, token}
    await answers(it, 200)
    return it
  }
  type Callable = Awaited<ReturnType<typeof callable>>

  /** What is called, and how. */
  type Called = Pick<Callable, 'path' | 'token'> & {readonly headers?: Record<string, string>}

  const call = ({path, token, headers = {}}: Called, gateway = 'gateway-1'): Promise<Asked> =>
    cluster.ask(gateway, 8243, path, {bearer: token, headers})
  /** Waits until both gateways answer so; the last answer is given. */
  const answers = async (it: Called, status: number, code?: number): Promise<Asked> => {
    let last: Asked | undefined
    for (const gateway of ['gateway-1', 'gateway-2']) {
      const what = () =>
        `${gateway} to answer ${status} ${code ?? ''}, last ${last?.status} ${last?.text.slice(0, 300)}`
      const end = Date.now() + SOON
      for (;;) {
        last = await call(it, gateway)
        if (last.status === status && (code === undefined || last.body?.fault?.code === code)) break
        if (Date.now() > end) throw new Error(`waited ${SOON} ms for ${what()}`)
      }
    }
    return last as Asked
  }
  const notified = (eventType: string, about: Record<string, unknown> = {}) =>
    until(
      `the event ${eventType}`,
      () =>
        hub
          .of('notification')
          .find(
            ({eventType: type, event}) =>
              type === eventType &&
              Object.entries(about).every(([key, value]) => (event as Record<string, unknown>)[key] === value),
          ),
      SOON,
    )
  const decided = (key: RegExp) =>
    until(
      'a decision',
      () => hub.of('throttleData').find(it => it.isThrottled && key.test(String(it.throttleKey))),
      SOON,
    )

  /** Calls until the limit is reached: windows begin with the minute, so one more than the limit may pass. */
  const exceed = async (it: Called, code: number) => {
    const refused = await until('a refusal', async () => {
      const answer = await call(it)
      return answer.status === 429 ? answer : undefined
    })
    assert.equal(refused.body.fault.code, code)
  }

  it('the default policies of a fresh lab hold at once', async () => {
    const {apiId, path} = await callable()
    const applicationId = await life.createApplication(named('Ten'), '10PerMin')
    await life.subscribe(apiId, applicationId)
    const {token} = await life.generateKeys(applicationId)
    // A minute may end meanwhile, so it may be twice as many.
    await until('429', async () => (await cluster.ask('gateway-1', 8243, path, {bearer: token})).status === 429, 10_000)
  })

  it('API events: created and published, changed, blocked, removed', async () => {
    const it = await callable()
    await notified('API_CREATE')
    await notified('API_LIFECYCLE_CHANGE')
    const operation = {target: '/y', verb: 'GET', authType: 'None', throttlingPolicy: 'Unlimited'}
    await life.updateApi(it.apiId, {operations: [operation]})
    await notified('API_UPDATE')
    await answers({path: `${it.context}/1.0.0/y`, token: it.token}, 200)
    await answers(it, 404)
    await life.lifecycle(it.apiId, 'Block')
    await answers({path: `${it.context}/1.0.0/y`, token: it.token}, 503, 700700)
    await life.lifecycle(it.apiId, 'Re-Publish')
    await answers({path: `${it.context}/1.0.0/y`, token: it.token}, 200)
    await life.unsubscribe(it.subscriptionId)
    await life.deleteApi(it.apiId)
    await notified('API_DELETE')
    await answers({path: `${it.context}/1.0.0/y`, token: it.token}, 404)
  })

  it('application events: made, changed, removed', async () => {
    const it = await callable()
    await notified('APPLICATION_CREATE')
    const policy = named('AppOne')
    await life.createPolicy('application', policy, 1)
    await life.updateApplication(it.applicationId, {name: named('App'), throttlingPolicy: policy, tokenType: 'JWT'})
    await notified('APPLICATION_UPDATE')
    await exceed(it, 900803)
    await life.deleteApplication(it.applicationId)
    await notified('APPLICATION_DELETE')
    const {status} = await until('a refusal', async () => {
      const answer = await call(it)
      return [401, 403].includes(answer.status) ? answer : undefined
    })
    assert.ok(status === 401 || status === 403)
  })

  it('application key events: keys that were just made are good for calls', async () => {
    const it = await callable()
    const applicationId = await life.createApplication(named('Keys'))
    await life.subscribe(it.apiId, applicationId)
    hub.messages.splice(0)
    const keys: Keys = await life.generateKeys(applicationId)
    const {event} = await notified('APPLICATION_REGISTRATION_CREATE')
    assert.equal((event as {consumerKey?: string}).consumerKey, keys.consumerKey)
    await answers({path: it.path, token: keys.token}, 200)
  })

  it('subscription events: made, blocked, unblocked, removed', async () => {
    const it = await callable()
    await notified('SUBSCRIPTIONS_CREATE')
    const block = (what: string) =>
      cluster.ask('publisher-1', 9443, `${PUBLISHER}/subscriptions/${what}`, {method: 'POST', bearer: life.token})
    const blocked = await block(`block-subscription?subscriptionId=${it.subscriptionId}&blockState=BLOCKED`)
    assert.equal(blocked.status, 200, blocked.text)
    await notified('SUBSCRIPTIONS_UPDATE')
    await answers(it, 403)
    const unblocked = await block(`unblock-subscription?subscriptionId=${it.subscriptionId}`)
    assert.equal(unblocked.status, 200, unblocked.text)
    await answers(it, 200)
    await life.unsubscribe(it.subscriptionId)
    await notified('SUBSCRIPTIONS_DELETE')
    await answers(it, 403, 900908)
  })

  for (const [kind, level, code, use] of [
    [
      'API policy',
      'advanced',
      900800,
      (it: Callable, policy: string) => life.updateApi(it.apiId, {apiThrottlingPolicy: policy}),
    ],
    [
      'application policy',
      'application',
      900803,
      (it: Callable, policy: string) =>
        life.updateApplication(it.applicationId, {name: `${it.name}-app`, throttlingPolicy: policy, tokenType: 'JWT'}),
    ],
    [
      'subscription policy',
      'subscription',
      900804,
      async (it: Callable, policy: string) => {
        await life.updateApi(it.apiId, {policies: ['Unlimited', policy]})
        await life.unsubscribe(it.subscriptionId)
        await life.subscribe(it.apiId, it.applicationId, policy)
        await answers(it, 200)
      },
    ],
  ] as const) {
    it(`${kind} events: a new policy holds, a changed one too`, async () => {
      const it = await callable()
      const policy = named('Two')
      const id = await life.createPolicy(level, policy, 2)
      await notified('POLICY_CREATE', {policyName: policy})
      await use(it, policy)
      await exceed(it, code)
      hub.messages.splice(0)
      await life.updatePolicy(level, id, policy, 100_000)
      await notified('POLICY_UPDATE', {policyName: policy})
      await answers(it, 200)
      const gone = await cluster.ask('publisher-1', 9443, `/api/am/admin/v1/throttling/policies/${level}/${id}`, {
        method: 'DELETE',
        bearer: life.token,
      })
      // Still in use.
      assert.ok(gone.status >= 400 && gone.status < 500, gone.text)
    })
  }

  it('throttling events: calls counted on both traffic managers stop at every gateway', async () => {
    const it = await callable()
    const policy = named('Three')
    await life.createPolicy('advanced', policy, 3)
    await life.updateApi(it.apiId, {apiThrottlingPolicy: policy})
    await exceed(it, 900800)
    const {throttleKey, expiryTimeStamp} = await decided(
      new RegExp(`^${it.context}/1.0.0:1.0.0$|^${it.context}:1.0.0$`),
    )
    assert.ok(Number(expiryTimeStamp) > Date.now() - 60_000, String(throttleKey))
    const refused = await answers(it, 429, 900800)
    assert.ok(refused.body.fault.description)
  })

  it('throttling events of conditional groups: each kind stops its own calls at every gateway, and no others', async () => {
    const policyName = named('Grouped')
    const requestCount = (count: number) => ({
      type: 'REQUESTCOUNTLIMIT',
      requestCount: {requestCount: count, timeUnit: 'hour', unitTime: 1},
    })
    const CLAIM = 'http://wso2.org/claims/applicationname'
    const conditions = [
      [{type: 'IPCONDITION', ipCondition: {ipConditionType: 'IPSPECIFIC', specificIP: '10.1.1.1'}}],
      [{type: 'IPCONDITION', ipCondition: {ipConditionType: 'IPRANGE', startingIP: '10.2.0.1', endingIP: '10.2.0.9'}}],
      [{type: 'HEADERCONDITION', headerCondition: {headerName: 'X-Kind', headerValue: 'bulk'}}],
      [{type: 'QUERYPARAMETERCONDITION', queryParameterCondition: {parameterName: 'kind', parameterValue: 'bulk'}}],
      [{type: 'JWTCLAIMSCONDITION', jwtClaimsCondition: {claimUrl: CLAIM, attribute: `${policyName}.*`}}],
      [
        {type: 'HEADERCONDITION', headerCondition: {headerName: 'X-Two', headerValue: '1'}},
        {
          type: 'HEADERCONDITION',
          invertCondition: true,
          headerCondition: {headerName: 'X-Spared', headerValue: '1'},
        },
      ],
    ]
    const json = {
      policyName,
      displayName: policyName,
      description: 'of a test',
      defaultLimit: requestCount(1_000_000),
      conditionalGroups: conditions.map(it => ({description: '', conditions: it, limit: requestCount(3)})),
    }
    const made = await cluster.ask('publisher-1', 9443, `${ADMIN}/throttling/policies/advanced`, {
      json,
      bearer: life.token,
    })
    assert.equal(made.status, 201, made.text)
    const it = await callable({apiThrottlingPolicy: policyName})
    const applicationId = await life.createApplication(`${policyName} app`)
    await life.subscribe(it.apiId, applicationId)
    const other = await life.appToken(await life.generateKeys(applicationId))

    const kinds: readonly Called[] = [
      {...it, headers: {'x-forwarded-for': '10.1.1.1'}},
      {...it, headers: {'x-forwarded-for': '10.2.0.5'}},
      {...it, headers: {'x-kind': 'bulk'}},
      {...it, path: `${it.path}?kind=bulk`},
      {...it, token: other},
      {...it, headers: {'x-two': '1'}},
    ]
    const spared: readonly Called[] = [
      it,
      {...it, headers: {'x-forwarded-for': '10.2.0.10', 'x-kind': 'single'}},
      {...it, path: `${it.path}?kind=single`},
      {...it, headers: {'x-two': '1', 'x-spared': '1'}},
    ]
    for (const [i, kind] of kinds.entries()) {
      // Each is below its limit until it is its turn.
      const next = kinds[i + 1]
      if (next) await answers(next, 200)
      await exceed(kind, 900800)
      await decided(/_condition_\d+$/)
      await answers(kind, 429, 900800)
      for (const free of spared) await answers(free, 200)
    }
  })

  it('block conditions: an API, an application, a user, an address; and no longer', async () => {
    const it = await callable()
    for (const [type, value] of [
      ['API', `${it.context}/1.0.0`],
      ['APPLICATION', `admin:${it.name}-app`],
      ['IP', {fixedIp: '127.0.0.1', invert: false}],
    ] as const) {
      const id = await life.block(type, value)
      await until(
        `the condition ${type}`,
        () => hub.of('throttleData').find(m => m.blockingCondition === type && m.state === 'true'),
        SOON,
      )
      await answers(it, 403, 900805)
      await life.unblock(id)
      await until(
        `its end`,
        () => hub.of('throttleData').find(m => m.blockingCondition === type && m.state === 'false'),
        SOON,
      )
      await answers(it, 200)
      hub.messages.splice(0)
    }
  })

  it('token revocation: a JWT is refused everywhere, another one is not', async () => {
    const it = await callable()
    const other = await life.appToken(it.keys)
    await life.revoke(it.keys, it.token)
    const revoked = await until('the revocation', () => hub.of('tokenRevocation')[0], SOON)
    assert.ok(!JSON.stringify(revoked).includes(it.token))
    await answers(it, 401, 900901)
    await answers({path: it.path, token: other}, other === it.token ? 401 : 200)
  })

  it('the portal still tells what was made', async () => {
    const {status} = await cluster.ask('devportal-1', 9443, `${STORE}/apis`, {bearer: life.token})
    assert.equal(status, 200)
  })
})
