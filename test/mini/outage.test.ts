import assert from 'node:assert/strict'
import type {Keys} from '../support/api-life.js'
import type {Asked} from '../support/ask.js'
import {inLab} from './support/running-lab.js'
import {pauseContainer} from './support/pause.js'
import {until} from './support/until.js'

const NODES = [
  'key-manager-1',
  'traffic-manager-1',
  'traffic-manager-2',
  'publisher-1',
  'devportal-1',
  'gateway-1',
  'gateway-2',
]
/** Milliseconds in which everything is whole again by itself. */
const HEALING = 15_000
/** Calls that are made while a component is away. */
const CALLS = 40

/** Each component in turn is away in the middle of traffic: calls with a JWT go on, nothing acknowledged is lost, all heals by itself. */
describe('mini: a component that is away', function () {
  this.timeout(120_000)
  const {server, cluster, served, life} = inLab({nodes: NODES, analytics: false})
  let made: {readonly apiId: string; readonly applicationId: string; readonly keys: Keys}
  let token: string
  let names = 0

  const call = (bearer = token, gateway = 'gateway-1', path = '/traffic/1.0.0/x'): Promise<Asked> =>
    cluster.ask(gateway, 8243, path, {bearer})
  const status = async (...of: Parameters<typeof call>) => (await call(...of)).status
  /** Traffic on both gateways, or on one: each call is answered by the backend. */
  const traffic = async (gateways: readonly string[] = ['gateway-1', 'gateway-2']) => {
    const before = served.calls()
    for (let i = 0; i < CALLS; i++) {
      const gateway = gateways[i % gateways.length] ?? 'gateway-1'
      const {status: answered, text} = await call(token, gateway)
      assert.equal(answered, 200, `call ${i} on ${gateway}: ${text}`)
    }
    assert.equal(served.calls() - before, CALLS)
  }
  const away = async (name: string, meanwhile: () => Promise<unknown>) => {
    await cluster.stop(name)
    try {
      return await meanwhile()
    } finally {
      await cluster.start(name)
      await cluster.ready()
    }
  }

  before(async () => {
    made = await life.ready({name: 'Traffic', context: '/traffic', url: served.url})
    token = await life.appToken(made.keys)
    for (const gateway of ['gateway-1', 'gateway-2']) {
      await until(`the API at ${gateway}`, async () => (await status(token, gateway)) === 200, HEALING)
    }
  })

  it('key manager: calls go on; a token can be had again', async () => {
    await away('key-manager-1', () => traffic())
    const fresh = await until('a token', () => life.appToken(made.keys).catch(() => undefined), HEALING)
    await until('a call with it', async () => (await status(fresh)) === 200, HEALING)
  })

  it('the second traffic manager: a subscription gets through at once', () =>
    away('traffic-manager-2', async () => {
      await traffic()
      const applicationId = await life.createApplication(`while-away-${++names}`)
      await life.subscribe(made.apiId, applicationId)
      const keys = await life.generateKeys(applicationId)
      await until('a call of the new application', async () => (await status(keys.token)) === 200, HEALING)
    }))

  // Nodes fetch from it, and the key manager's notices go to it.
  it('the first traffic manager: a revocation gets through as soon as it is there again', async () => {
    const fresh = await life.appToken(made.keys)
    await away('traffic-manager-1', async () => {
      await traffic()
      await life.revoke(made.keys, fresh)
    })
    for (const gateway of ['gateway-1', 'gateway-2']) {
      await until(`the refusal at ${gateway}`, async () => (await status(fresh, gateway)) === 401, HEALING)
    }
    await traffic()
  })

  it('both traffic managers: what was done meanwhile gets through, and calls made meanwhile are counted', async () => {
    const policy = `Some${++names}`
    await life.createPolicy('application', policy, CALLS * 2)
    const applicationId = await life.createApplication(`counted-${names}`, policy)
    await life.subscribe(made.apiId, applicationId)
    const keys = await life.generateKeys(applicationId)
    await until('its calls', async () => (await status(keys.token)) === 200, HEALING)
    let id = ''
    await away('traffic-manager-1', () =>
      away('traffic-manager-2', async () => {
        await traffic()
        // More calls than the policy allows: nobody counts them now.
        for (let i = 0; i < CALLS * 3; i++) assert.equal(await status(keys.token), 200)
        id = await life.publishedApi({name: `Alone${names}`, context: `/alone${names}`, url: served.url})
      }),
    )
    // All of them arrive in one window, whenever it begins.
    await until('the decision', async () => (await status(keys.token)) === 429, HEALING)
    await life.subscribe(id, made.applicationId)
    const path = `/alone${names}/1.0.0/x`
    for (const gateway of ['gateway-1', 'gateway-2']) {
      await until(`the new API at ${gateway}`, async () => (await status(token, gateway, path)) === 200, HEALING)
    }
  })

  it('publisher and devportal: calls go on; what they acknowledged is there', async () => {
    const name = `Kept${++names}`
    const id = await life.publishedApi({name, context: `/kept${names}`, url: served.url})
    await away('publisher-1', () => traffic())
    assert.equal((await life.api(id)).name, name)
    const subscription = await life.subscribe(id, made.applicationId)
    await away('devportal-1', () => traffic())
    assert.ok(subscription)
    await until(
      'calls of the API',
      async () => (await status(token, 'gateway-1', `/kept${names}/1.0.0/x`)) === 200,
      HEALING,
    )
  })

  it('a gateway: the other serves; it gets the API that it missed', async () => {
    const context = `/missed${++names}`
    await away('gateway-1', async () => {
      await traffic(['gateway-2'])
      const id = await life.publishedApi({name: `Missed${names}`, context, url: served.url})
      await life.subscribe(id, made.applicationId)
      await until(
        'it on the other',
        async () => (await status(token, 'gateway-2', `${context}/1.0.0/x`)) === 200,
        HEALING,
      )
    })
    await until('it on the one', async () => (await status(token, 'gateway-1', `${context}/1.0.0/x`)) === 200, HEALING)
  })

  it('a gateway that starts with everything else away serves what it had', async () => {
    const others = NODES.filter(name => name !== 'gateway-1')
    for (const name of others) await cluster.stop(name)
    try {
      await cluster.stop('gateway-1')
      await cluster.start('gateway-1')
      await until('a call', async () => (await status().catch(() => 0)) === 200, HEALING)
      await traffic(['gateway-1'])
    } finally {
      for (const name of others) await cluster.start(name)
      await cluster.ready()
    }
  })

  it('MySQL: calls go on; what was acknowledged is there, and writing works again', async () => {
    const id = await life.publishedApi({name: `Rows${++names}`, context: `/rows${names}`, url: served.url})
    await pauseContainer(server.container)
    try {
      await traffic()
    } finally {
      await server.container.unpause()
    }
    await until('the API', () => life.api(id).catch(() => undefined), HEALING)
    const again = await until(
      'a subscription',
      () => life.subscribe(id, made.applicationId).catch(() => undefined),
      HEALING,
    )
    assert.ok(again)
    await until('calls of it', async () => (await status(token, 'gateway-1', `/rows${names}/1.0.0/x`)) === 200, HEALING)
  })
})
