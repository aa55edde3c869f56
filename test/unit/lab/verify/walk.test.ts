import assert from 'node:assert/strict'
import {runSteps, type StepResult} from '../../../../src/lab/verify/run-steps.js'
import {seedSteps, verifySteps, type Step} from '../../../../src/lab/verify/steps.js'
import type {Walk} from '../../../../src/lab/verify/walk.js'
import {placeOf, type ServiceName} from '../../../../src/model/services.js'
import type {Topology} from '../../../../src/model/topology.js'
import {STEP_SERVICES, type StepName} from '../../../../src/model/walk.js'
import {linkText, stepLinks} from '../../../../src/model/walk-links.js'
import {topology} from '../../../support/lab.js'
import {DIALECTS_4X, Product, type Break} from './support/product.js'
import {routesTo, walkThrough} from './support/walk.js'

const WALK = topology().release.walk!
const steps = verifySteps(false, WALK)
const seedOf = seedSteps(WALK)
const names = steps.map(({name}) => name)

async function run(walk: Walk, {table = steps, keep = false}: {table?: readonly Step[]; keep?: boolean} = {}) {
  const told: string[] = []
  const results = await runSteps(table, walk, {
    keep,
    onBegin: ({name}) => told.push(`begin ${name}`),
    onEnd: ({name}) => told.push(`end ${name}`),
  })
  return {results, told}
}

const find = (results: readonly StepResult[], name: StepName) => results.find(result => result.name === name)!
const failedIn = (results: readonly StepResult[]) => results.filter(({ok, skipped}) => !ok && !skipped)

/** What a step asks in a lab. */
const servicesOf = (step: StepName, lab: Topology): readonly ServiceName[] =>
  STEP_SERVICES[step].filter(service => placeOf(service, lab) !== undefined).toSorted()

/** Every step that can't be done without this one. */
function dependents(name: StepName): readonly StepName[] {
  const lost = new Set<StepName>([name])
  for (const step of steps) if (step.needs.some(need => lost.has(need))) lost.add(step.name)
  lost.delete(name)
  return [...lost]
}

interface Failure extends Break {
  readonly step: StepName
  /** What is told of it. */
  readonly detail: RegExp
}

const refused = (status: number, body: unknown = {code: 900967, message: 'General Error', description: 'broken'}) => ({
  status,
  body,
})
/** Let through; not counted by the double, as a 200 would be. */
const LET_THROUGH = {status: 202}

const FAILURES: readonly Failure[] = [
  {
    step: 'register',
    when: /^POST publisher \/client-registration/,
    answer: refused(401),
    detail:
      /^expected HTTP 200 or 201, got HTTP 401, code 900967, .*broken.*\(POST \/client-registration\/v0.17\/register through load-balancer:9443\)$/,
  },
  {
    step: 'token',
    when: /^POST publisher \/oauth2\/token/,
    answer: refused(400, {error: 'invalid_grant'}),
    detail: /expected HTTP 200, got HTTP 400, \{"error":"invalid_grant"\}/,
  },
  {
    step: 'tidy',
    when: /^GET publisher .*\/blacklist/,
    answer: refused(500),
    detail: /expected HTTP 200, got HTTP 500/,
  },
  {
    step: 'create',
    when: /^POST publisher \S+\/apis with/,
    answer: refused(400),
    detail: /expected HTTP 201, got HTTP 400/,
  },
  {step: 'publish', when: /change-lifecycle/, answer: refused(500), detail: /expected HTTP 200, got HTTP 500/},
  {
    step: 'portal',
    when: /^GET devportal .*\/apis\/[\w-]+ /,
    answer: refused(404),
    detail: /expected API \w+ in the portal within 1 s, got HTTP 404/,
  },
  {
    step: 'document',
    when: /^GET devportal .*\/documents\//,
    answer: refused(404),
    detail: /expected the document \w+Guide in the portal within 1 s, got HTTP 404/,
  },
  {
    step: 'comment',
    when: /^POST devportal .*\/comments/,
    answer: refused(403),
    detail: /expected HTTP 201, got HTTP 403/,
  },
  {
    step: 'rating',
    when: /^GET devportal .*\/ratings/,
    answer: {status: 200, body: {avgRating: '0.0'}},
    detail: /expected the API rated 4 within 1 s, got HTTP 200/,
  },
  {
    step: 'application',
    when: /^POST devportal .*\/applications with .*App"/,
    answer: refused(409),
    detail: /expected HTTP 201, got HTTP 409/,
  },
  {step: 'keys', when: /generate-keys/, answer: {status: 200, body: {}}, detail: /expected a text at consumerKey, got/},
  {
    step: 'subscribe',
    when: /^POST devportal .*\/subscriptions/,
    answer: refused(403),
    detail: /expected HTTP 201, got HTTP 403/,
  },
  {
    step: 'app-token',
    when: /^POST key-manager \/oauth2\/token/,
    answer: refused(401),
    detail: /expected a token within 1 s, got HTTP 401/,
  },
  {
    step: 'call',
    when: /^GET gateway .*\/menu with /,
    answer: refused(401, {fault: {code: 900901, message: 'Invalid Credentials'}}),
    detail:
      /expected HTTP 200 with the backend's body from \/menu on 8243 within 1 s, got HTTP 401, code 900901, .*through load-balancer:8243/,
  },
  {
    step: 'no-token',
    when: /^GET gateway .*\/menu without/,
    answer: LET_THROUGH,
    detail: /expected HTTP 401 from \/menu within 1 s, got HTTP 202/,
  },
  {
    step: 'scope',
    when: /^GET gateway .*\/scoped/,
    answer: LET_THROUGH,
    detail: /expected HTTP 403 from \/scoped within 1 s, got HTTP 202/,
  },
  {
    step: 'opaque',
    when: /^POST devportal .*Opaque"/,
    answer: refused(500),
    detail: /expected HTTP 201, got HTTP 500/,
  },
  {step: 'limit', when: /^POST .*policies\/advanced/, answer: refused(500), detail: /expected HTTP 201, got HTTP 500/},
  {
    step: 'app-limit',
    when: /^POST .*policies\/application/,
    answer: refused(500),
    detail: /expected HTTP 201, got HTTP 500/,
  },
  {step: 'block', when: /^POST .*blacklist/, answer: refused(500), detail: /expected HTTP 201, got HTTP 500/},
  {step: 'revoke', when: /oauth2\/revoke/, answer: {status: 200}, detail: /expected HTTP 401 from \/menu within 1 s/},
  {
    step: 'api-key',
    when: /api-keys/,
    answer: {status: 200, body: {}},
    detail: /expected a text at apikey, got HTTP 200/,
  },
  {
    step: 'new-version',
    when: /^POST publisher .*\/copy-api/,
    answer: {status: 201, body: {id: 'x', name: 'Other'}},
    detail: /expected \w+ 2\.0\.0 in state CREATED, got HTTP 201/,
  },
  {
    step: 'web-socket',
    when: /^POST publisher .*"type":"WS"/,
    answer: refused(400),
    detail: /expected HTTP 201, got HTTP 400/,
  },
  {
    step: 'counted',
    when: /APIM_ACCESS_SUMMARY/,
    answer: {status: 200, body: {records: [['x', 1]]}},
    detail: /expected \d+ calls of \w+ in analytics within 1 s, got HTTP 200, .*through analytics-worker-1:7444/,
  },
  {
    step: 'limit-over',
    when: /never/,
    answer: LET_THROUGH,
    detail: /expected HTTP 200 after the window of the policy on \/limited within 1 s, got HTTP 429/,
  },
  {
    step: 'alert',
    when: /APIM_PERSIST_ALERTS/,
    answer: {status: 200, body: {records: []}},
    detail: /expected an alert for \w+, raised when a minute is over within 1 s, got HTTP 200/,
  },
]

describe('a walk through the life of an API', function () {
  this.timeout(20_000)
  let product: Product

  beforeEach(async () => {
    product = await Product.start()
  })
  afterEach(() => product.close())

  it('passes on a product that does as its definitions say, and leaves nothing', async () => {
    const walk = walkThrough(product)
    const {results, told} = await run(walk)
    assert.deepEqual(failedIn(results), [])
    assert.deepEqual(
      results.map(({name}) => name),
      [...names, 'clean-up'],
    )
    assert.deepEqual(
      told,
      [...names, 'clean-up'].flatMap(name => [`begin ${name}`, `end ${name}`]),
    )
    assert.deepEqual(product.remains, [])
    assert.match(find(results, 'call').detail, /through load-balancer, gateway-1$/)
    assert.equal(new Set(product.correlationIds).size, product.correlationIds.length)
  })

  it('asks in each step the services that the step names, and no others', async () => {
    const asked = new Map<string, Set<ServiceName>>()
    let step = ''
    const routes = routesTo(product, {onAsk: service => asked.get(step)?.add(service)})
    await runSteps(verifySteps(true, WALK), walkThrough(product, {routes, kept: true}), {
      keep: false,
      onBegin({name}) {
        step = name
        asked.set(name, new Set())
      },
      onEnd: () => undefined,
    })
    for (const [name, services] of asked)
      assert.deepEqual([...services].toSorted(), servicesOf(name as StepName, topology()), name)
    assert.deepEqual([...asked.keys()].toSorted(), Object.keys(WALK.links).toSorted())
  })

  it('registers again where another walk has just made the secret of its client a new one', async () => {
    const walk = walkThrough(product)
    const table = seedOf.map(step =>
      step.name === 'token'
        ? {
            ...step,
            run(own: Walk) {
              own.set('client', {...own.get('client'), secret: 'of before'})
              return step.run(own)
            },
          }
        : step,
    )
    const {results} = await run(walk, {table})
    assert.deepEqual(failedIn(results), [])
  })

  it('without analytics skips the two steps with the reason, and passes', async () => {
    const {results} = await run(walkThrough(product, {routes: routesTo(product, {lab: topology({analytics: false})})}))
    assert.deepEqual(failedIn(results), [])
    assert.deepEqual(
      results.filter(({skipped}) => skipped).map(({name, ok, detail}) => ({name, ok, detail})),
      ['counted', 'alert'].map(name => ({name, ok: true, detail: 'the lab has no store of analytics'})),
    )
  })

  it('through a release with other components asks those, and skips what none of them has', async () => {
    const lab = topology({release: 'four'})
    const walk = walkThrough(product, {routes: routesTo(product, {lab}), forms: lab.release.walk!.forms})
    const {results} = await run(walk)
    assert.deepEqual(failedIn(results), [])
    assert.deepEqual(
      results.filter(({skipped}) => skipped).map(({name}) => name),
      ['counted', 'alert'],
    )
    assert.match(find(results, 'web-socket').detail, /^echo on 9021 and 8021,/)
    for (const {name, skipped} of results) if (!skipped) assert.notDeepEqual(stepLinks(name, lab), [], name)
    assert.deepEqual(stepLinks('call', lab).map(linkText), [
      'user -> load-balancer:8243',
      'load-balancer -> gateway-1:8243',
      'user -> load-balancer:8280',
      'load-balancer -> gateway-1:8280',
      'gateway-1 -> key-manager-1:9443',
      'gateway-1 -> control-plane-1:5672',
      'gateway-1 -> control-plane-1:9443',
    ])
  })

  it('with --keep leaves an API that leads to the sample backend', async () => {
    const {results} = await run(walkThrough(product, {kept: true}), {table: verifySteps(true, WALK), keep: true})
    assert.deepEqual(failedIn(results), [])
    assert.match(find(results, 'clean-up').detail, /^removed \d+, kept 5$/)
    assert.deepEqual(
      product.remains.map(text => text.replace(/Kept\w{9}/, 'X')),
      ['API X', 'application XApp', 'subscription', 'policy XResource', 'policy XApplication'],
    )
    const [api] = product.apis.values()
    assert.equal(api!.body.endpointConfig.production_endpoints.url, 'https://localhost:9443/sample')
  })

  it('as a seed makes an API that can be called', async () => {
    const {results} = await run(walkThrough(product, {kept: true}), {table: seedOf, keep: true})
    assert.deepEqual(failedIn(results), [])
    assert.equal(product.remains.length, 3)
  })

  it('has every step failing in the table below', () => {
    assert.deepEqual(FAILURES.map(({step}) => step).toSorted(), names.toSorted())
  })

  for (const {step, when, answer, detail} of FAILURES)
    it(`told what failed, skips what depends on it and cleans up: ${step}`, async () => {
      product.breaks.push({when, answer})
      const walk = walkThrough(product)
      const table = steps.map(own =>
        step === 'limit-over' && own.name === step
          ? {
              ...own,
              run: (walked: Walk) => {
                product.breaks.push({when: /^GET gateway .*\/limited/, answer: {status: 429, body: {}}})
                return own.run(walked)
              },
            }
          : own,
      )
      const {results} = await run(walk, {table})
      assert.deepEqual(
        failedIn(results).map(({name}) => name),
        [step],
      )
      const {failed, detail: told} = find(results, step)
      assert.match(told, detail)
      assert.ok(failed && product.correlationIds.includes(failed.call.id))
      assert.deepEqual(
        results.filter(({skipped}) => skipped).map(({name}) => name),
        names.filter(name => dependents(step).includes(name)),
      )
      for (const skipped of results.filter(own => own.skipped)) {
        assert.equal(skipped.ok, false)
        assert.match(skipped.detail, /^needs: /)
      }
      assert.deepEqual(product.remains, [])
    })

  it('tells what could not be removed', async () => {
    product.breaks.push({when: /^DELETE devportal .*\/applications/, answer: refused(500)})
    const {results} = await run(walkThrough(product), {table: seedOf})
    const {ok, detail} = find(results, 'clean-up')
    assert.equal(ok, false)
    assert.match(detail, /left: application Verify\w+App \(HTTP 500, code 900967/)
    assert.deepEqual(product.remains.length, 1)
  })

  it('cleans up after an abort, and then ends with it', async () => {
    const stop = new AbortController()
    const walk = walkThrough(product, {
      signal: stop.signal,
      onWait: (_, step) => {
        if (step === 'block') stop.abort()
      },
    })
    product.breaks.push({when: /^POST publisher .*blacklist/, answer: {status: 201, body: {conditionId: 'x'}}})
    await assert.rejects(run(walk), {name: 'AbortError'})
    assert.deepEqual(product.remains, [])
  })

  for (const when of [
    /^POST publisher \S+\/apis with/,
    /^POST publisher \S+\/copy-api/,
    /^POST devportal \S+\/applications with/,
    /^POST \S+ \S+\/policies\/advanced/,
    /^POST \S+ \S+\/policies\/application/,
  ]) {
    it(`removes what is being made when it is stopped: ${when}`, async () => {
      const stop = new AbortController()
      product.onCall = line => when.test(line) && stop.abort()
      await assert.rejects(run(walkThrough(product, {signal: stop.signal})), {name: 'AbortError'})
      assert.deepEqual(product.remains, [])
    })
  }

  it('removes what a walk of long ago left, and nothing else', async () => {
    const old = walkThrough(product)
    await run(old, {table: seedOf, keep: true})
    const [left] = product.applications.values()
    left!.body.name = left!.body.name.replace(/Verify\w{5}/, 'Verify00001')
    const [api] = product.apis.values()
    api!.body.name = api!.body.name.replace(/Verify\w{5}/, 'Verify00001')
    const kept = walkThrough(product, {kept: true})
    await run(kept, {table: seedOf, keep: true})
    const {results} = await run(walkThrough(product))
    assert.deepEqual(failedIn(results), [])
    assert.equal(find(results, 'tidy').detail, 'removed 2')
    assert.deepEqual(
      product.remains.map(text => text.replace(kept.names.mark, 'X')),
      ['API X', 'application XApp', 'subscription'],
    )
  })

  it('shows no secret', async () => {
    product.breaks.push({
      when: /^GET gateway .*\/menu with /,
      answer: {status: 500, body: {accessToken: 'abc', consumerSecret: 'def'}},
    })
    const told: string[] = []
    const walk = walkThrough(product, {onWait: text => told.push(text)})
    const {results} = await run(walk, {table: seedOf})
    const shown = walk.options.redactor.redact(JSON.stringify(results.map(({detail}) => detail)) + told.join('\n'))
    for (const secret of [...product.tokens.keys(), walk.get('keys').secret, walk.get('client').secret])
      assert.ok(!shown.includes(secret))
    const text = walk.options.redactor.redact(find(results, 'call').detail)
    assert.match(text, /"accessToken":"\*\*\*","consumerSecret":"\*\*\*"/)
    const {token} = {token: walk.get('appToken')}
    assert.equal(walk.options.redactor.redact(`a ${token} b`), 'a *** b')
  })
})

for (const [release, dialect] of Object.entries(DIALECTS_4X))
  describe(`a walk through the REST APIs of ${release}`, function () {
    this.timeout(20_000)
    const lab = topology({release})
    const walk4x = lab.release.walk!
    const environments = [{name: 'Default', vhost: 'gateway.apim.localhost'}]
    let product: Product

    beforeEach(async () => {
      product = await Product.start(dialect)
    })
    afterEach(() => product.close())

    const walkOf = (changes: Partial<Walk['options']> & {kept?: boolean} = {}) =>
      walkThrough(product, {routes: routesTo(product, {lab}), forms: walk4x.forms, environments, ...changes})

    it('deploys a revision by its virtual host, undeploys it, takes an API key, and leaves nothing', async () => {
      const {results} = await run(walkOf(), {table: verifySteps(false, walk4x)})
      assert.deepEqual(failedIn(results), [])
      assert.deepEqual(
        results.filter(({skipped}) => skipped),
        [],
      )
      assert.equal(find(results, 'deploy').detail, 'a revision, to Default (gateway.apim.localhost)')
      assert.match(find(results, 'undeploy').detail, /^404, then 200 again, through load-balancer, gateway-1$/)
      assert.match(find(results, 'api-key').detail, /^200, through load-balancer, gateway-1$/)
      assert.deepEqual(product.remains, [])
    })

    // What is between them has the same REST APIs but for the versions in their paths.
    if (release !== '4.0.0' && release !== '4.7.0') return

    it('asks in each step the services that the step names, and has the steps that its release names', async () => {
      const asked = new Map<string, Set<ServiceName>>()
      let step = ''
      const routes = routesTo(product, {lab, onAsk: service => asked.get(step)?.add(service)})
      await runSteps(verifySteps(true, walk4x), walkOf({routes, kept: true}), {
        keep: false,
        onBegin({name}) {
          step = name
          asked.set(name, new Set())
        },
        onEnd: () => undefined,
      })
      for (const [name, services] of asked)
        assert.deepEqual([...services].toSorted(), servicesOf(name as StepName, lab), name)
      assert.deepEqual([...asked.keys()].toSorted(), Object.keys(walk4x.links).toSorted())
    })

    it('as a seed makes an API that can be called', async () => {
      const {results} = await run(walkOf({kept: true}), {table: seedSteps(walk4x), keep: true})
      assert.deepEqual(failedIn(results), [])
      assert.equal(product.remains.length, 3)
    })

    it('tells a virtual host that the environment does not have, and goes on without what needs the deployment', async () => {
      const wrong = [{name: 'Default', vhost: 'localhost'}]
      const {results} = await run(walkOf({environments: wrong}), {table: seedSteps(walk4x)})
      assert.deepEqual(
        failedIn(results).map(({name}) => name),
        ['deploy'],
      )
      assert.match(
        find(results, 'deploy').detail,
        /expected HTTP 200 or 201, got HTTP 400, .*Invalid virtual host name/,
      )
      assert.equal(find(results, 'call').detail, 'needs: deploy')
      assert.deepEqual(product.remains, [])
    })

    it('makes an API of a service in the catalog, and removes both', async () => {
      const {results} = await run(walkOf(), {table: verifySteps(false, walk4x)})
      assert.match(find(results, 'service').detail, /^Verify\w{9}Service, OAS3, used by Verify\w{9}OfService$/)
    })

    const CATALOG_FAILURES: readonly (Break & {readonly detail: RegExp})[] = [
      {
        when: /^POST publisher \S+\/services with/,
        answer: refused(400),
        detail: /^expected HTTP 200 or 201, got HTTP 400, .*\/service-catalog\/v[01]\/services through/,
      },
      {
        when: /^GET publisher \S+\/services\?key=/,
        answer: {status: 200, body: {list: []}},
        detail: /^expected the service \w+ in the catalog, got HTTP 200/,
      },
      {
        when: /^GET publisher \S+\/definition /,
        answer: {status: 200, body: {openapi: '3.0.1'}},
        detail: /^expected the definition of \w+, got HTTP 200/,
      },
      {
        when: /^POST publisher \S+\/import-service/,
        answer: refused(404),
        detail: /^expected HTTP 201, got HTTP 404/,
      },
      {
        when: /^GET publisher \S+\/usage /,
        answer: {status: 200, body: {list: []}},
        detail: /^expected the API \w+ among those that use the service within 1 s, got HTTP 200/,
      },
    ]
    for (const {when, answer, detail} of CATALOG_FAILURES)
      it(`tells what failed of the service, and leaves nothing: ${when}`, async () => {
        product.breaks.push({when, answer})
        const table = verifySteps(false, walk4x).filter(({name}) => ['register', 'token', 'service'].includes(name))
        const {results} = await run(walkOf(), {table})
        assert.match(find(results, 'service').detail, detail)
        assert.deepEqual(product.remains, [])
      })

    it('removes a service that a walk of long ago left', async () => {
      const table = verifySteps(false, walk4x).filter(({name}) => ['register', 'token', 'service'].includes(name))
      const left = {...walkOf().names, mark: 'Verify00001abcd', context: '/verify00001abcd'}
      product.breaks.push({when: /^DELETE publisher \S+\/services\//, answer: refused(500)})
      await run(walkOf({names: left}), {table})
      assert.deepEqual(product.remains, ['service Verify00001abcdService'])
      product.breaks.splice(0)
      await run(walkOf(), {table})
      assert.deepEqual(product.remains, [])
    })

    it('tells of gateways that go on serving what was undeployed', async () => {
      product.breaks.push({when: /undeploy-revision/, answer: {status: 201, body: []}})
      const {results} = await run(walkOf(), {table: verifySteps(false, walk4x)})
      assert.deepEqual(
        failedIn(results).map(({name}) => name),
        ['undeploy'],
      )
      assert.match(find(results, 'undeploy').detail, /expected HTTP 404 from \/menu within 1 s, got HTTP 200/)
    })
  })
