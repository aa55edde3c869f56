import assert from 'node:assert/strict'
import {SUPER_TENANT} from '../../src/mini/users/users.js'
import type {AskOptions} from '../support/ask.js'
import {inParallel, noteRoutes, tryIt, type KnownRoute} from './support/attack.js'
import {inLab} from './support/running-lab.js'
import {CROSSINGS, type Crossing} from './support/tenant-routes.js'
import {makeWorld, type Caller, type World} from './support/tenant-world.js'

/** What is no REST API: pages, which have tests of their own. */
const PAGES = /^\/(publisher|devportal|admin|authenticationendpoint|commonauth|oidc\/logout|oauth2\/authorize)(\/|$)/
const REST = ['publisher', 'devportal', 'key-manager']

const routeOf = (component: string, {method, path}: Pick<KnownRoute, 'method' | 'path'>) =>
  `${component} ${method} ${path}`

describe('mini: tenants', function () {
  this.timeout(60_000)
  const nodes = ['key-manager', 'traffic-manager', 'publisher', 'devportal', 'gateway'].map(it => `${it}-1`)
  const routes = noteRoutes()
  const lab = inLab({nodes, analytics: false, multiTenancy: true})
  let worlds: Readonly<Record<'alpha' | 'beta' | 'parent', World>>

  before(async () => {
    const make = (marker: string, domain: string) => makeWorld(lab.cluster, lab.databases, marker, domain)
    worlds = {
      alpha: await make('alphamark', 'alphamark.example'),
      beta: await make('betamark', 'betamark.example'),
      parent: await make('parentmark', SUPER_TENANT.domain),
    }
  })

  const isSuper = ({domain}: World) => domain === SUPER_TENANT.domain

  /** Asks about things of `of`, as a caller whose own things are `own`. */
  const ask = async (it: Crossing, on: string, of: World, own: World, caller: Caller) => {
    const ids = it.ids(of)
    const path = it.path.replace(/:(\w+)/g, (_, name: string) => {
      const id = ids[name]
      assert.ok(id, `${it.path} needs ${name}`)
      return encodeURIComponent(id)
    })
    const query = new URLSearchParams(it.query(of)).toString()
    const url = query === '' ? path : `${path}?${query}`
    const options: AskOptions = {
      ...it.send(of, own),
      ...(it.account === 'bearer' && {bearer: caller.bearer}),
      ...(it.account === 'basic' && {basic: caller.basic}),
    }
    const answer = await tryIt(lab.cluster.port(`${on}-1`, 9763), it.method, url, options)
    const sent = `${decodeURIComponent(url)} ${JSON.stringify(it.send(of, own))}`
    const said = `${on} ${it.method} ${url} as ${caller.basic.split(':')[0]}: ${answer.status} ${answer.text}`
    return {...answer, sent, said}
  }

  /** The rows that make sense of a tenant. */
  const of = (world: World) => CROSSINGS.filter(it => !it.superOnly || isSuper(world))
  const places = (rows: readonly Crossing[]) => rows.flatMap(it => it.on.map(on => ({it, on})))

  it('every REST route is in the table of crossings, and nothing else', () => {
    const rest = routes.filter(({component, path}) => REST.includes(component) && !PAGES.test(path))
    assert.ok(rest.length > 100, `only ${rest.length} routes`)
    const there = new Set(rest.map(it => routeOf(it.component, it)))
    const known = new Set(places(CROSSINGS).map(({it, on}) => routeOf(on, it)))
    const missing = [...there].filter(it => !known.has(it))
    assert.deepEqual(missing, [], 'put them into test/mini/support/tenant-routes.ts')
    assert.deepEqual(
      [...known].filter(it => !there.has(it)),
      [],
    )
  })

  it("a tenant's administrator reads all that is the tenant's", async () => {
    for (const world of Object.values(worlds)) {
      for (const {it, on} of places(of(world)).filter(({it}) => it.reads)) {
        const {status, text, said} = await ask(it, on, world, world, world.admin)
        assert.ok(status < 300, said)
        if (it.marked) assert.ok(text.includes(world.marker), said)
      }
    }
  })

  type Allowed = Readonly<Record<Crossing['kind'], readonly number[]>>
  const ALLOWED: Allowed = {
    theirs: [403, 404],
    own: [200],
    refused: [400, 401, 403, 404, 409],
    makes: [200, 201, 409],
    open: [200],
  }

  /** What someone of another tenant gets: no answer that shows, or says that it has changed, something of `theirs`. */
  const cross = async (rows: readonly Crossing[], theirs: World, own: World) => {
    const callers: readonly (readonly [Caller, Allowed])[] = [
      [own.admin, ALLOWED],
      [own.plain, {...ALLOWED, own: [200, 403], makes: [...ALLOWED.makes, 403], open: [200, 403]}],
    ]
    for (const [caller, allowed] of callers) {
      const mayAll = isSuper(own) && caller === own.admin
      for (const {it, on} of places(rows).filter(({it: {superMay}}) => !(superMay && mayAll))) {
        const {status, text, sent, said} = await ask(it, on, theirs, own, caller)
        assert.ok(allowed[it.kind].includes(status), said)
        if (!sent.includes(theirs.marker) && !it.namesTenants) assert.ok(!text.includes(theirs.marker), said)
      }
    }
  }

  const PAIRS = [
    ['alpha', 'beta'],
    ['alpha', 'parent'],
    ['parent', 'alpha'],
  ] as const

  for (const [a, b] of PAIRS) {
    it(`${b} sees nothing of ${a}`, async () => {
      const rows = of(worlds[a]).filter(it => it.reads)
      await cross(rows, worlds[a], worlds[b])
    })
  }

  it('a tenant shows others the APIs that are for everyone, and only those', async () => {
    const {alpha, beta} = worlds
    const headers = {'x-wso2-tenant': alpha.domain}
    for (const caller of [beta.admin, beta.plain]) {
      const get = (path: string) =>
        tryIt(lab.cluster.port('devportal-1', 9763), 'GET', `/api/am/store/v1${path}`, {
          bearer: caller.bearer,
          headers,
        })
      for (const path of ['/apis', '/search']) {
        const ids = (await get(path)).body.list.map(({id}: {id: string}) => id)
        assert.deepEqual(ids, [alpha.openApiId], path)
      }
      for (const it of [(await get('/apis')).body.list[0], (await get(`/apis/${alpha.openApiId}`)).body]) {
        assert.equal(it.isSubscriptionAvailable, false, 'it is for the subscribers of its own tenant')
      }
      assert.deepEqual((await get('/tags')).body.list, [])
      assert.equal((await get(`/apis/${alpha.openApiId}`)).status, 200)
      for (const path of ['', '/swagger']) assert.equal((await get(`/apis/${alpha.apiId}${path}`)).status, 404, path)
    }
  })

  it('nobody acts for another tenant by a header', async () => {
    const {alpha, beta} = worlds
    const rows = of(alpha).filter(({path}) => /^\/(keymanager-operations|api\/identity\/oauth2)\//.test(path))
    assert.ok(rows.length > 10)
    for (const row of rows) {
      const send: Crossing['send'] = (theirs, own) => ({
        ...row.send(theirs, own),
        headers: {'x-wso2-tenant': alpha.domain},
      })
      const {status, said} = await ask({...row, send}, 'key-manager', alpha, beta, beta.admin)
      assert.equal(status, 403, said)
    }
  })

  /** All that a tenant's administrator is shown of the tenant, by what was asked. */
  const shown = async (world: World): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>()
    const rows = of(world).filter(it => it.reads && it.kind !== 'open')
    await inParallel(rows, async it => {
      const {status, text, sent} = await ask(it, it.on[0] ?? '', world, world, world.admin)
      found.set(`${it.method} ${sent}`, `${status} ${text}`)
    })
    return new Map([...found].sort(([x], [y]) => x.localeCompare(y)))
  }

  for (const [a, b] of PAIRS) {
    it(`${b} changes nothing of ${a}`, async () => {
      const [theirs, own] = [worlds[a], worlds[b]]
      const before = await shown(theirs)
      const writes = of(theirs).filter(it => !it.reads)
      const makes = (it: Crossing) => it.kind === 'makes'
      // What one makes oneself would be found by the other's name afterwards.
      await cross(
        writes.filter(it => !makes(it)),
        theirs,
        own,
      )
      await cross(writes.filter(makes), theirs, own)
      assert.deepEqual(await shown(theirs), before)
      assert.ok(await lab.life.appToken(theirs.keys), 'the secret is as it was')
    })
  }

  it('what was refused to others is not refused to the administrator of the tenant', async () => {
    const {alpha} = worlds
    for (const it of of(alpha).filter(({reads}) => !reads)) {
      const {status, said} = await ask(it, it.on[0] ?? '', alpha, alpha, alpha.admin)
      assert.ok(![401, 403, 404].includes(status) && status < 500, said)
    }
  })
})
