import assert from 'node:assert/strict'
import type {ApiArtifact} from '../../src/mini/hub/deployment.js'
import type {AskOptions} from '../support/ask.js'
import {httpServed, makeGatewayLab, type GatewayLab, type Served} from './support/gateway-lab.js'
import {until} from './support/until.js'

describe('mini: answers that a gateway keeps', function () {
  this.timeout(30_000)
  let lab: GatewayLab
  let backend: Served
  let api: ApiArtifact
  let calls = 0

  before(async () => {
    lab = await makeGatewayLab('[apim.jwt]\nenable = true\n')
    backend = await httpServed((request, response) => {
      calls++
      request.resume()
      const asked = new URL(request.url ?? '', 'http://a').searchParams
      const headers = {...(asked.has('control') && {'cache-control': asked.get('control')!}), 'x-own': 'kept'}
      response.writeHead(Number(asked.get('status') ?? 200), {
        ...headers,
        ...(asked.has('cookie') && {'set-cookie': 'a=b'}),
      })
      response.end(asked.has('large') ? Buffer.alloc(600 * 1024, 97) : `call ${calls}`)
    })
    await lab.start()
    await lab.ready()
    api = await lab.deploy({cacheSeconds: 2, endpoints: {production: `http://localhost:${backend.port}`}})
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })

  // One token: the JWT for the backend tells callers apart.
  let token: string | undefined
  const get = (query: string, options: AskOptions = {}) =>
    lab.ask(8243, `${api.context}/x?${query}`, {bearer: (token ??= lab.token()), ...options})
  /** How often the backend was called for two calls. */
  const calledFor = async (first: () => Promise<unknown>, second = first) => {
    const before = calls
    await first()
    await second()
    return calls - before
  }

  it('a second GET gets the same, with its age, and counts as a call', async () => {
    const known = lab.events.length
    const first = await get('same')
    const second = await get('same')
    assert.equal(second.text, first.text)
    assert.deepEqual([second.status, second.headers['x-own'], second.headers.age], [200, 'kept', '0'])
    assert.notEqual(second.headers.activityid, first.headers.activityid)
    await until('two events', () => lab.events.length >= known + 2)
  })

  it('until its time is over', async () => {
    const first = await get('over')
    await until('a new answer', async () => (await get('over')).text !== first.text)
  })

  it('Cache-Control of the backend shortens the time', async () => {
    const first = await get('control=max-age%3D1')
    assert.equal((await get('control=max-age%3D1')).text, first.text)
    const began = Date.now()
    await until('a new answer', async () => (await get('control=max-age%3D1')).text !== first.text)
    assert.ok(Date.now() - began < 1_900)
  })

  for (const [what, query, options] of [
    ['Cache-Control: no-store', 'control=no-store', {}],
    ['Cache-Control: private', 'control=private', {}],
    ['a cookie', 'cookie', {}],
    ['an error', 'status=404', {}],
    ['another method', 'post', {method: 'POST'}],
    ['a call that wants a new one', 'new', {headers: {'cache-control': 'no-cache'}}],
    ['a large answer', 'large', {}],
  ] as const) {
    it(`keeps nothing of ${what}`, async () => assert.equal(await calledFor(() => get(query, options)), 2))
  }

  it('tells paths, headers and callers apart', async () => {
    assert.equal(
      await calledFor(
        () => get('a=1'),
        () => get('a=2'),
      ),
      2,
    )
    const accept = (type: string) => () => get('accept', {headers: {accept: type}})
    assert.equal(await calledFor(accept('text/plain'), accept('application/json')), 2)
    const other = () => get('who', {bearer: lab.token({sub: 'ann@carbon.super'})})
    assert.equal(await calledFor(() => get('who'), other), 2)
    const from = (address: string) => () => get('from', {headers: {'x-forwarded-for': address}})
    assert.equal(await calledFor(from('10.0.0.1'), from('10.0.0.2')), 1)
  })

  it('forgets them when the API is deployed anew', async () => {
    const first = await get('deployed')
    const digest = 'other'
    await lab.deploy({...api, digest})
    assert.notEqual((await get('deployed')).text, first.text)
  })

  it('keeps nothing of an API that does not want it', async () => {
    const {cacheSeconds, ...plain} = api
    assert.equal(cacheSeconds, 2)
    await lab.deploy({...plain, digest: 'plain'})
    assert.equal(await calledFor(() => get('plain')), 2)
  })
})
