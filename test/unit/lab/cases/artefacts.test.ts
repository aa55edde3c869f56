import assert from 'node:assert/strict'
import type {StepWork} from '../../../../src/lab/cases/runner.js'
import * as runners from '../../../../src/lab/cases/runners/artefacts.js'
import type {Session} from '../../../../src/lab/cases/session.js'
import {StepFailure} from '../../../../src/lab/verify/call.js'
import {register, token as enter} from '../../../../src/lab/verify/steps/entry.js'
import type {Walk} from '../../../../src/lab/verify/walk.js'
import type {Variables} from '../../../../src/model/cases/variables.js'
import {topology} from '../../../support/lab.js'
import {DIALECTS_4X, Product, V3_2, type Dialect} from '../verify/support/product.js'
import {routesTo, walkThrough} from '../verify/support/walk.js'

const RELEASES: Readonly<Record<string, Dialect>> = {'3.2.0': V3_2, ...DIALECTS_4X}
const VHOST = 'gateway.apim.localhost'

type Kinds = typeof runners

for (const [release, dialect] of Object.entries(RELEASES))
  describe(`short forms of cases on the REST APIs of ${release}`, function () {
    this.timeout(20_000)
    const lab = topology({release})
    const {forms, config} = lab.release.walk!
    let product: Product
    let walk: Walk
    let variables: Variables

    beforeEach(async () => {
      product = await Product.start(dialect)
      walk = walkThrough(product, {
        routes: routesTo(product, {lab}),
        forms,
        environments: [{name: config.usualEnvironment, vhost: VHOST}],
      })
      await register(walk)
      await enter(walk)
      variables = {backend: 'http://helper:1234'}
    })
    afterEach(() => product.close())

    async function step<K extends keyof Kinds>(kind: K, said: Parameters<Kinds[K]>[0]): Promise<string | undefined> {
      const session = {walk, variables, entered: () => Promise.resolve(walk)} as unknown as Session
      const work: Partial<StepWork> = {session, ready: true}
      const {text, sets} = await runners[kind](said as never, work as StepWork)
      variables = {...variables, ...sets}
      return text
    }

    const menu = (token?: string) =>
      walk.ask(walk.to('gateway-https'), {
        method: 'GET',
        path: `${variables['pizza.path']}/menu`,
        headers: token === undefined ? {} : {authorization: `Bearer ${token}`},
      })

    it('make an API that gateways have, and that an application with a policy may call so often', async () => {
      await step('policy', {name: 'two', level: 'application', requestsPerMinute: 2})
      assert.equal(await step('api', {name: 'pizza'}), '/pizza/1.0.0 through load-balancer, gateway-1')
      assert.equal((await menu()).status, 401)
      await step('application', {name: 'app', policy: 'two'})
      await step('subscription', {api: 'pizza', application: 'app'})
      await step('token', {application: 'app'})
      const call = () => menu(variables['app.token'])
      await walk.until('the first 200', call, ({status}) => status === 200)
      assert.deepEqual([(await call()).status, (await call()).status], [200, 429])
      assert.deepEqual(product.remains, ['API pizza', 'application app', 'subscription', 'policy two'])
    })

    it('give the resources of an API a policy', async () => {
      await step('policy', {name: 'one', level: 'advanced', requestsPerMinute: 1})
      await step('api', {name: 'pizza', context: '/p', version: '2', resources: ['/a', '/b'], policy: 'one'})
      const [api] = product.apis.values()
      assert.deepEqual(
        api!.body.operations?.map(({target, throttlingPolicy}) => `${target} ${throttlingPolicy}`),
        ['/a one', '/b one'],
      )
      assert.equal(variables['pizza.path'], '/p/2')
    })

    if (forms.deployment !== 'revisions') return

    it('tell what the product says of an environment that it does not have', async () => {
      await assert.rejects(step('api', {name: 'pizza', environments: ['Nowhere']}), (error: unknown) => {
        assert.ok(error instanceof StepFailure)
        assert.match(error.call.path, /deploy-revision/)
        return true
      })
    })
  })
